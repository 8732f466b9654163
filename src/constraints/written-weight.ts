import type { Axis } from "./spec.js";
import type { OpenShape } from "./weights/weight-shape.js";

/** A weight that was transposed on import, as the file has it. */
export interface WrittenWeight {
  /** In the order of the file; `1` is an axis of extent 1 that is gone. */
  readonly words: readonly string[];
  readonly shape: OpenShape;
  /** The axis as the file has it. */
  readonly axis: Axis;
  /** The words of what that axis would sum over, were it read as an axis of the stored weight; null where it is none. */
  readonly unmappedOver: readonly string[] | null;
}

/** Undoes the transposition: axis i of the file is axis `storedAxisOf[i]` of the stored weight, null for one that is gone. */
export function describeWritten(
  axis: Axis,
  storedAxisOf: readonly (number | null)[],
  stored: { readonly shape: OpenShape; readonly words: readonly string[] },
): WrittenWeight {
  const { shape, words } = stored;
  const rank = shape.length;
  const axes = axis === null ? shape.map((_, one) => one) : [axis].flat().map((one) => (one < 0 ? one + rank : one));
  return {
    words: storedAxisOf.map((one) => (one === null ? "1" : (words[one] ?? `axis ${one}`))),
    shape: storedAxisOf.map((one) => (one === null ? 1 : (shape[one] ?? null))),
    axis,
    unmappedOver: axes.every((one) => words[one] !== undefined) ? axes.map((one) => words[one]!) : null,
  };
}
