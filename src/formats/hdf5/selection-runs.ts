import { KerasProofError } from "../../errors.js";
import { type AxisIndices, boxesOf, type ElementSet, isStretch } from "./element-set.js";
import { byteStrides, countUp } from "./strided-copy.js";

/** Elements that follow each other in C order: the number of the first one, and how many. */
export type ElementRun = readonly [start: number, count: number];

/**
 * The runs of elements in C order, by their numbers in an array of a shape that holds them. `spend` is told of each,
 * for a few bytes of a file can mean endlessly many.
 */
export function* listRuns(
  elements: ElementSet,
  shape: readonly number[],
  place: string,
  spend: () => void,
): Generator<ElementRun, void, undefined> {
  if (!("corners" in elements)) {
    yield* listRegular(elements, shape, spend);
    return;
  }
  /** The most runs of boxes, which are sorted before they are used; more where the file lists as many boxes. */
  const mostSorted = Math.max(100_000, elements.corners.length);
  const runs: ElementRun[] = [];
  for (const box of boxesOf(elements)) {
    for (const run of listRegular(box, shape, spend)) {
      if (runs.push(run) <= mostSorted) continue;
      throw new KerasProofError("limit", place, `found a selection of more than ${mostSorted} pieces`);
    }
  }
  yield* runs.sort(([a], [b]) => a - b);
}

/** The runs of a product of indices. */
function* listRegular(
  axes: readonly AxisIndices[],
  shape: readonly number[],
  spend: () => void,
): Generator<ElementRun, void, undefined> {
  if (axes.some(({ length }) => length === 0)) return;
  const strides = byteStrides(shape, 1);
  // Axes of which everything is selected belong to the runs of the axis before them.
  let innermost = axes.length - 1;
  while (innermost > 0 && axes[innermost]!.length === shape[innermost] && isStretch(axes[innermost]!)) innermost -= 1;
  const inner = axes[innermost];
  if (inner === undefined) {
    yield [0, 1];
    return;
  }
  const unit = strides[innermost]!;
  const together = isStretch(inner) ? inner.length : inner.block;
  const outer = axes.slice(0, innermost);
  const index = outer.map(() => 0);
  do {
    let row = inner.start * unit;
    for (const [axis, { start, stride, block }] of outer.entries()) {
      const at = index[axis]!;
      row += (start + Math.floor(at / block) * stride + (at % block)) * strides[axis]!;
    }
    for (let i = 0, turn = 0; i < inner.length; i += together, turn += inner.stride) {
      spend();
      yield [row + turn * unit, Math.min(together, inner.length - i) * unit];
    }
  } while (countUp(index, (axis) => outer[axis]!.length));
}

/**
 * The elements of the first of two lists of runs that are in the second: their numbers in the list and in the
 * array, and how many.
 */
export function* intersectRuns(
  first: Iterator<ElementRun, void>,
  second: Iterator<ElementRun, void>,
): Generator<readonly [inFirst: number, inArray: number, count: number], void, undefined> {
  let a = first.next().value;
  let b = second.next().value;
  let before = 0;
  while (a !== undefined && b !== undefined) {
    const start = Math.max(a[0], b[0]);
    const endA = a[0] + a[1];
    const endB = b[0] + b[1];
    const count = Math.min(endA, endB) - start;
    if (count > 0) yield [before + start - a[0], start, count];
    if (endB <= endA) b = second.next().value;
    if (endA > endB) continue;
    before += a[1];
    a = first.next().value;
  }
}
