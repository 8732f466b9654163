import { formatFound, notNegative } from "../check-options.js";
import { KerasProofError } from "../errors.js";
import type { ApplyOptions } from "./apply.js";

/**
 * Writes `options.epsilon` to place `at` of `into`: 1e-7 where it is not given. Throws `usage` for what is no number from
 * 0 on.
 *
 * V8 makes an object of a number whenever it is read in a place of the code that has seen more than four kinds of
 * objects (kinds differ in their options and in the order of these), or is passed on. So the options with and without a
 * generation and with and without kernels have a place of their own each, and up to sixteen kinds allocate nothing.
 */
export function settleEpsilon(options: ApplyOptions, into: Float64Array, at: number): void {
  if (!("epsilon" in options)) {
    into[at] = 1e-7;
    return;
  }
  const { generation, kernels } = options;
  if (generation === undefined) {
    if (kernels === undefined) {
      const { epsilon } = options;
      into[at] = typeof epsilon === "number" ? epsilon : Number.NaN;
    } else {
      const { epsilon } = options;
      into[at] = typeof epsilon === "number" ? epsilon : Number.NaN;
    }
  } else if (kernels === undefined) {
    const { epsilon } = options;
    into[at] = typeof epsilon === "number" ? epsilon : Number.NaN;
  } else {
    const { epsilon } = options;
    into[at] = typeof epsilon === "number" ? epsilon : Number.NaN;
  }
  if (into[at] >= 0) return;
  const { epsilon } = options;
  if (epsilon !== undefined) {
    throw new KerasProofError("usage", "epsilon", `found ${formatFound(epsilon)}, wanted ${notNegative.wanted}`);
  }
  into[at] = 1e-7;
}
