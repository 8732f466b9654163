import { KerasProofError } from "../../errors.js";
import type { Selection } from "./dataspace-selection.js";
import type { Hdf5RegularAxis } from "./hdf5-array.js";

/**
 * Along one axis: `length` indices in blocks of `block`, which begin at `start`, `start + stride`, …; the last block
 * may be cut short.
 */
export interface AxisIndices {
  readonly start: number;
  readonly stride: number;
  readonly block: number;
  readonly length: number;
}

/** Elements of an array, in C order: a product of indices, or boxes that do not overlap. */
export type ElementSet = readonly AxisIndices[] | { readonly rank: number; readonly corners: Float64Array };

/** All elements of an array. */
export function selectAll(shape: readonly number[]): readonly AxisIndices[] {
  return shape.map((extent) => stretch(0, extent));
}

/** Indices that follow each other. */
function stretch(start: number, length: number): AxisIndices {
  return { start, stride: 1, block: 1, length };
}

/** The indices of a regular axis; those of one without end are as many as the caller says. */
export function axisIndices(
  { start, stride, count, block }: Hdf5RegularAxis,
  length: number = count * block,
): AxisIndices {
  return block === Infinity ? stretch(start, length) : { start, stride, block, length };
}

/** The elements of a selection without endless axes; undefined for points, which virtual datasets cannot have. */
export function selectElements(selection: Selection, shape: readonly number[]): ElementSet | undefined {
  switch (selection.kind) {
    case "all":
      return selectAll(shape);
    case "none":
      return shape.map(() => stretch(0, 0));
    case "regular":
      return selection.axes.map((axis) => axisIndices(axis));
    case "boxes":
      return selection;
    default:
      return undefined;
  }
}

/** The smallest box around elements: its first index and the one behind its last along each axis. */
export function boundsOf(elements: ElementSet): { readonly first: readonly number[]; readonly end: readonly number[] } {
  const first: number[] = [];
  const end: number[] = [];
  for (const box of boxesOf(elements)) {
    for (const [axis, { start, stride, block, length }] of box.entries()) {
      const last = length - 1;
      const after = length === 0 ? 0 : start + Math.floor(last / block) * stride + (last % block) + 1;
      first[axis] = Math.min(first[axis] ?? Infinity, start);
      end[axis] = Math.max(end[axis] ?? 0, after);
    }
  }
  return { first, end };
}

/** The number of elements; `corrupt` where some lie beyond the array. */
export function countSelected(elements: ElementSet, shape: readonly number[], place: string): number {
  const { end } = boundsOf(elements);
  if (end.length !== shape.length || !end.every((index, axis) => index <= shape[axis]!)) {
    const message = `found a selection up to [${end.join(", ")}], wanted one within the shape [${shape.join(", ")}]`;
    throw new KerasProofError("corrupt", place, message);
  }
  let count = 0;
  for (const box of boxesOf(elements)) count += box.reduce((product, { length }) => product * length, 1);
  return count;
}

/** Whether the indices of an axis are at equal distances from each other. */
export function isEven(indices: AxisIndices): boolean {
  return indices.block === 1 || isStretch(indices);
}

/** The products of indices that elements consist of. */
export function* boxesOf(elements: ElementSet): Generator<readonly AxisIndices[], void, undefined> {
  if (!("corners" in elements)) {
    yield elements;
    return;
  }
  const { rank, corners } = elements;
  for (let at = 0; at < corners.length; at += 2 * rank) {
    const first = corners.subarray(at, at + rank);
    yield Array.from(first, (start, axis) => stretch(start, corners[at + rank + axis]! - start + 1));
  }
}

/** Whether the indices of an axis follow each other. */
export function isStretch({ stride, block, length }: AxisIndices): boolean {
  return stride === block || length <= block;
}
