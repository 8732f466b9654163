import type { ElementRun } from "./selection-runs.js";
import type { Hyperslab } from "./hyperslab.js";
import { byteStrides } from "./strided-copy.js";

/** Elements that follow each other in the source and in the virtual dataset: their numbers in both, and how many. */
export type Piece = readonly [source: number, target: number, count: number];

/** Where the elements with some numbers, counted in the order of a virtual dataset, are in the source. */
export function* followRuns(
  wanted: Iterable<readonly [number: number, target: number, count: number]>,
  runs: Iterator<ElementRun, void>,
): Generator<Piece, void, undefined> {
  let run = runs.next().value;
  let before = 0;
  for (const [number, target, count] of wanted) {
    for (let done = 0; done < count;) {
      for (; run !== undefined && before + run[1] <= number + done; run = runs.next().value) before += run[1];
      if (run === undefined) return;
      const skipped = number + done - before;
      const many = Math.min(count - done, run[1] - skipped);
      yield [run[0] + skipped, target + done, many];
      done += many;
    }
  }
}

/** The smallest box of an array that holds all pieces; undefined where there are none. */
export function findBox(
  pieces: Iterable<Piece>,
  shape: readonly number[],
): { readonly first: readonly number[]; readonly count: readonly number[] } | undefined {
  const strides = byteStrides(shape, 1);
  const first = shape.map(() => Infinity);
  const last = shape.map(() => -1);
  let found = false;
  for (const [number, , many] of pieces) {
    found = true;
    let low = number;
    let high = number + many - 1;
    let crossing = false;
    for (let axis = 0; axis < shape.length; axis++) {
      const stride = strides[axis]!;
      const from: number = crossing ? 0 : Math.floor(low / stride);
      const to: number = crossing ? shape[axis]! - 1 : Math.floor(high / stride);
      crossing ||= from !== to;
      low -= from * stride;
      high -= to * stride;
      if (from < first[axis]!) first[axis] = from;
      if (to > last[axis]!) last[axis] = to;
    }
  }
  return found ? { first, count: last.map((index, axis) => index - first[axis]! + 1) } : undefined;
}

/** The bytes before an element within a part of its array, from its number in the whole. */
export function offsetOf(
  number: number,
  strides: readonly number[],
  { start, step }: Pick<Hyperslab, "start" | "step">,
  partStrides: readonly number[],
): number {
  let rest = number;
  let offset = 0;
  for (let axis = 0; axis < strides.length; axis++) {
    const index = Math.floor(rest / strides[axis]!);
    rest -= index * strides[axis]!;
    offset += ((index - start[axis]!) / step[axis]!) * partStrides[axis]!;
  }
  return offset;
}
