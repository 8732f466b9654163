import { checkArgument } from "../check-options.js";
import { KerasProofError } from "../errors.js";
import { someOpenShape } from "./argument-kinds.js";
import type { RadialConstraint } from "./spec.js";
import { formatOpenShape, type OpenShape } from "./weights/weight-shape.js";

/** The `RadialConstraint` of tf.keras; it has no options. */
export function radialConstraint(): RadialConstraint {
  return { kind: "radialConstraint" };
}

/**
 * What keeps tf.keras from applying its RadialConstraint to a weight of that shape; null where it can. It wants rank 4
 * and square kernels of 2 and more, and fails on a weight without kernels. An extent that is not known (null) is taken
 * for a good one. Throws `usage` for what is no shape.
 */
export function radialFault(shape: OpenShape): string | null {
  checkArgument("radialFault.shape", shape, someOpenShape);
  return faultOf(shape);
}

function faultOf(shape: OpenShape): string | null {
  const misfit = misfitOf(shape);
  return misfit === null ? null : `found the shape ${formatOpenShape(shape)}, wanted (size, size, in, out)${misfit}`;
}

/** What a message adds to the shape that is wanted. */
function misfitOf(shape: OpenShape): string | null {
  if (shape.length !== 4) return "";
  const rows = shape[0] ?? null;
  const columns = shape[1] ?? null;
  if (rows !== null && columns !== null && rows !== columns) return ": RadialConstraint makes square kernels only";
  if ((rows ?? columns ?? 2) < 2) {
    return " with a size of 2 or more: RadialConstraint makes an empty kernel of a smaller one";
  }
  return shape.includes(0) ? " with kernels in it" : null;
}

/**
 * Makes rings of each 2-D kernel of a weight (size, size, in, out) that begins at number `first`, in place, exactly as
 * tf.keras does (`tf_keras/constraints.py` 2.15, `RadialConstraint._kernel_constraint`; the same since TensorFlow 2.0).
 * Everything comes from the kernel's diagonal, and not from where its documentation has it: with `s` half the size, the middle is
 * number `s - 1` of the diagonal, and the rings around it, from the inside out, are the numbers from `s` on for odd
 * sizes and from `s + 1` on for even ones. So a 3 x 3 kernel gets the number of its corner in the middle and its own
 * middle as ring. The middle of an even size is a sum with 0, which makes 0 of -0. Throws `bad-constraint` where tf.keras
 * fails (see `radialFault`).
 */
export function makeRadial(data: Float32Array | Float64Array, shape: readonly number[], first = 0): void {
  const fault = faultOf(shape);
  if (fault !== null) throw new KerasProofError("bad-constraint", "radialConstraint", fault);
  const size = shape[0]!;
  const kernels = shape[2]! * shape[3]!;
  const ringCount = Math.ceil(size / 2);
  if (rings.length < ringCount) rings = new Float64Array(ringCount);
  for (let kernel = 0; kernel < kernels; kernel++) {
    for (let ring = 0; ring < ringCount; ring++) {
      rings[ring] = data[first + sourceOf(ring, size) * (size + 1) * kernels + kernel]!;
    }
    if (size % 2 === 0) rings[0] = rings[0]! + 0;
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        data[first + (row * size + column) * kernels + kernel] = rings[ringOf(row, column, size)]!;
      }
    }
  }
}

/** The numbers of the kernel in work, from the inside out; kept from call to call. */
let rings = new Float64Array(8);

/** The place on the diagonal that the numbers of a ring come from. */
function sourceOf(ring: number, size: number): number {
  const start = Math.floor(size / 2);
  if (ring === 0) return start - 1;
  return size % 2 === 0 ? start + ring : start + ring - 1;
}

/** The ring of a place, 0 for the middle one. */
function ringOf(row: number, column: number, size: number): number {
  const outside = Math.min(row, column, size - 1 - row, size - 1 - column);
  return Math.ceil(size / 2) - 1 - outside;
}
