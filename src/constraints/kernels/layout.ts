import { sizeOf } from "../../ndarray.js";

/**
 * How a tensor in C order falls into groups when some of its axes are summed over. Neighbouring axes of one kind are
 * joined, so the tensor is seen as runs of `length` neighbouring numbers. Under `inner` "reduced" each run belongs to one
 * group; under "kept" it meets as many groups, one after the other, as it has numbers.
 *
 * For each of the `bases`, there are `slabs` slabs, `slabStride` apart; a slab is one group under "reduced", and `length`
 * groups under "kept". The runs of a slab are its `rows`, in the order in which the numbers of a group are counted. All
 * places are counted in numbers, from the first of the tensor.
 */
export interface Layout {
  /** Groups in C order of the axes that are kept: their number. */
  readonly groupCount: number;
  /** Numbers in each group. */
  readonly groupSize: number;
  readonly inner: "reduced" | "kept";
  readonly length: number;
  readonly bases: Int32Array;
  readonly slabs: number;
  readonly slabStride: number;
  readonly rows: number;
  readonly rowStride: number;
  /** Where the rows of a slab start, where they are not `rowStride` apart; else null. */
  readonly rowStarts: Int32Array | null;
}

interface JoinedAxis {
  extent: number;
  readonly reduced: boolean;
}

interface OuterAxis {
  readonly extent: number;
  readonly stride: number;
}

/** The groups of a tensor of `shape` whose `axes` are summed over; `axes` as `resolveAxes` gives them. */
export function layoutOf(shape: readonly number[], axes: readonly number[]): Layout {
  const joined: JoinedAxis[] = [];
  shape.forEach((extent, axis) => {
    const reduced = axes.includes(axis);
    const last = joined.at(-1);
    if (last !== undefined && last.reduced === reduced) last.extent *= extent;
    else if (extent !== 1) joined.push({ extent, reduced });
  });
  const run = joined.pop() ?? { extent: 1, reduced: false };
  const groupCount = sizeOf(shape.filter((_, axis) => !axes.includes(axis)));
  const groupSize = sizeOf(axes.map((axis) => shape[axis]!));
  const outer = { kept: [] as OuterAxis[], reduced: [] as OuterAxis[] };
  let stride = run.extent;
  for (const { extent, reduced } of groupCount * groupSize === 0 ? [] : joined.toReversed()) {
    outer[reduced ? "reduced" : "kept"].unshift({ extent, stride });
    stride *= extent;
  }
  const slab = outer.kept.pop() ?? { extent: 1, stride: 0 };
  const row = outer.reduced.at(-1) ?? { extent: 1, stride: 0 };
  return {
    groupCount,
    groupSize,
    inner: run.reduced ? "reduced" : "kept",
    length: run.extent,
    bases: placesAlong(outer.kept),
    slabs: slab.extent,
    slabStride: slab.stride,
    rows: sizeOf(outer.reduced.map(({ extent }) => extent)),
    rowStride: row.stride,
    rowStarts: outer.reduced.length > 1 ? placesAlong(outer.reduced) : null,
  };
}

/** Where the slices along some axes start, in C order of the axes. */
function placesAlong(axes: readonly OuterAxis[]): Int32Array {
  let places = new Int32Array(1);
  for (const { extent, stride } of axes) {
    const next = new Int32Array(places.length * extent);
    for (let i = 0; i < next.length; i++) next[i] = places[Math.floor(i / extent)]! + (i % extent) * stride;
    places = next;
  }
  return places;
}
