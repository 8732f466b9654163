import { KerasProofError } from "../../errors.js";
import type { RegularAxis, Selection } from "./dataspace-selection.js";
import { byteStrides } from "./hyperslab.js";

/** The smallest box around a selection: its first index and its extents along each axis. */
export interface SelectionBounds {
  readonly first: readonly number[];
  readonly extents: readonly number[];
}

/** Elements that follow each other in C order: the number of the first one, and how many. */
export type ElementRun = readonly [start: number, count: number];

/** The most runs of a selection of boxes, which are sorted before they are used. */
const mostSorted = 2 ** 20;

/** Where a selection of an array lies; undefined for one of nothing, `corrupt` for one beyond the array. */
export function findBounds(selection: Selection, shape: readonly number[], place: string): SelectionBounds | undefined {
  if (selection.kind === "none" || shape.includes(0)) return undefined;
  const first = shape.map(() => (selection.kind === "all" ? 0 : Infinity));
  const last = shape.map((extent) => (selection.kind === "all" ? extent - 1 : 0));
  const include = (axis: number, from: number, to: number): void => {
    first[axis] = Math.min(first[axis]!, from);
    last[axis] = Math.max(last[axis]!, to);
  };
  if (selection.kind === "regular") {
    for (const [axis, { start, stride, count, block }] of selection.axes.entries()) {
      include(axis, start, start + (count - 1) * stride + block - 1);
    }
  } else if (selection.kind === "points" || selection.kind === "boxes") {
    const numbers = selection.kind === "points" ? selection.indices : selection.corners;
    numbers.forEach((index, at) => include(at % selection.rank, index, index));
  }
  if (first.length !== shape.length || !last.every((index, axis) => index < shape[axis]!)) {
    const message = `found a selection up to [${last.join(", ")}], wanted one within the shape [${shape.join(", ")}]`;
    throw new KerasProofError("corrupt", place, message);
  }
  return { first, extents: last.map((index, axis) => index - first[axis]! + 1) };
}

/** The elements of a selection in its order, as they lie in an array of its bounds. */
export function* listRuns(
  selection: Selection,
  { first, extents }: SelectionBounds,
  place: string,
): Generator<ElementRun, void, undefined> {
  const strides = byteStrides(extents, 1);
  const numberOf = (indices: ArrayLike<number>, at: number): number => {
    let number = 0;
    for (let axis = 0; axis < first.length; axis++) number += (indices[at + axis]! - first[axis]!) * strides[axis]!;
    return number;
  };
  switch (selection.kind) {
    case "all":
      yield [0, extents.reduce((product, extent) => product * extent, 1)];
      break;
    case "points":
      for (let at = 0; at < selection.indices.length; at += first.length) yield [numberOf(selection.indices, at), 1];
      break;
    case "regular":
      yield* listRegular(
        selection.axes.map((axis, i) => ({ ...axis, start: axis.start - first[i]! })),
        strides,
      );
      break;
    case "boxes": {
      const runs: ElementRun[] = [];
      const { corners } = selection;
      for (let at = 0; at < corners.length; at += 2 * first.length) {
        const axes = first.map((origin, axis): RegularAxis => {
          const start = corners[at + axis]!;
          return { start: start - origin, stride: 1, count: 1, block: corners[at + first.length + axis]! - start + 1 };
        });
        for (const run of listRegular(axes, strides)) {
          runs.push(run);
          if (runs.length > mostSorted) {
            throw new KerasProofError("limit", place, `found a selection of more than ${mostSorted} pieces`);
          }
        }
      }
      yield* runs.sort(([a], [b]) => a - b);
      break;
    }
    default:
      break;
  }
}

function* listRegular(
  axes: readonly RegularAxis[],
  strides: readonly number[],
): Generator<ElementRun, void, undefined> {
  const inner = axes.at(-1)!;
  const outer = axes.slice(0, -1);
  const together = inner.stride === inner.block ? inner.count : 1;
  const index = outer.map(() => 0);
  for (;;) {
    let row = 0;
    for (let axis = 0; axis < outer.length; axis++) {
      const { start, stride, block } = outer[axis]!;
      const at = index[axis]!;
      row += (start + Math.floor(at / block) * stride + (at % block)) * strides[axis]!;
    }
    for (let i = 0; i < inner.count; i += together)
      yield [row + inner.start + i * inner.stride, together * inner.block];
    let axis = outer.length - 1;
    for (; axis >= 0; axis--) {
      index[axis]! += 1;
      if (index[axis]! < outer[axis]!.count * outer[axis]!.block) break;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Copies elements from runs of one memory to runs of another; false where one has more elements than the other. */
export function copyRuns(
  from: Uint8Array,
  sources: Iterator<ElementRun, void>,
  to: Uint8Array,
  targets: Iterator<ElementRun, void>,
  elementBytes: number,
): boolean {
  let source = sources.next().value;
  let target = targets.next().value;
  while (source !== undefined && target !== undefined) {
    const count = Math.min(source[1], target[1]);
    const start = source[0] * elementBytes;
    to.set(from.subarray(start, start + count * elementBytes), target[0] * elementBytes);
    source = count < source[1] ? [source[0] + count, source[1] - count] : sources.next().value;
    target = count < target[1] ? [target[0] + count, target[1] - count] : targets.next().value;
  }
  return source === undefined && target === undefined;
}
