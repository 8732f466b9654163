import { checkOptions, oneOf, type OptionKinds } from "../check-options.js";
import type { Generation, NonNeg } from "./spec.js";

type NonNegOptions = Pick<NonNeg, "formula">;

const known: OptionKinds<NonNegOptions> = { formula: oneOf("product", "maximum") };

/**
 * A `NonNeg`, which has no options in Keras; `formula` only where the Keras that is meant is not the newest of its
 * generation. Throws `usage` for other options (see `checkOptions`).
 */
export function nonNeg(options: NonNegOptions = {}): NonNeg {
  checkOptions("nonNeg", options, known);
  const { formula } = options;
  return formula === undefined ? { kind: "nonNeg" } : { kind: "nonNeg", formula };
}

/** The formula of a constraint where it says none, by generation. */
export function formulaOf({ formula }: NonNeg, generation: Generation): "product" | "maximum" {
  return formula ?? (generation === "keras3" ? "maximum" : "product");
}

/**
 * Sets negative numbers to zero in place.
 *
 * | | -3 | -0 | NaN | -Infinity | Infinity |
 * |---|---|---|---|---|---|
 * | `"product"`, `w * (w >= 0)` | -0 | -0 | NaN | NaN | Infinity |
 * | `"maximum"`, `maximum(w, 0)` | 0 | 0 | NaN | 0 | Infinity |
 *
 * The product is that of Keras 1 and 2, and of Keras 3.0 to 3.14, which up to 3.11 turned `w >= 0` into numbers first
 * and then multiplied by truth values, with the same results. Keras 3.15 has the maximum (`constraints.py`,
 * `NonNeg.__call__`). The two differ for -Infinity and in the sign of zero only. (`maximum(-0, 0)` is 0 on NumPy, as
 * here, and -0 on TensorFlow.)
 */
export function clampNegative(data: Float32Array | Float64Array, formula: "product" | "maximum"): void {
  if (formula === "maximum") {
    for (let i = 0; i < data.length; i++) data[i] = Math.max(data[i]!, 0);
  } else {
    for (let i = 0; i < data.length; i++) {
      const w = data[i]!;
      data[i] = w * (w >= 0 ? 1 : 0);
    }
  }
}
