import { KerasProofError } from "../../errors.js";
import type { RegularAxis, Selection } from "./dataspace-selection.js";
import { byteStrides, countUp } from "./strided-copy.js";

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

/** Elements that follow each other in C order: the number of the first one, and how many. */
export type ElementRun = readonly [start: number, count: number];

/** All elements of an array. */
export function selectAll(shape: readonly number[]): readonly AxisIndices[] {
  return shape.map((extent) => stretch(0, extent));
}

/** Indices that follow each other. */
function stretch(start: number, length: number): AxisIndices {
  return { start, stride: 1, block: 1, length };
}

/** The indices of a regular axis; those of one without end are as many as the caller says. */
export function axisIndices({ start, stride, count, block }: RegularAxis, length: number = count * block): AxisIndices {
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

/** The products of indices that elements consist of. */
function* boxesOf(elements: ElementSet): Generator<readonly AxisIndices[], void, undefined> {
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

function isStretch({ stride, block, length }: AxisIndices): boolean {
  return stride === block || length <= block;
}

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
