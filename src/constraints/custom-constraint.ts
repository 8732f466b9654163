import { KerasProofError } from "../errors.js";
import type { CustomConstraint } from "./spec.js";

/**
 * A constraint of one's own: changes a weight in place. `data` is in C order, in the layout of Keras 2 and 3; in the
 * double run and for tf.keras's float64 it is a `Float64Array`. `config` is what the file says of the constraint.
 */
export type CustomConstraintFunction = (
  data: Float32Array | Float64Array,
  shape: readonly number[],
  config: unknown,
) => void;

/**
 * Functions by the names that files have: `Package>Name` as Keras registers them, or the bare name of the class or
 * function. They come before Keras's own constraints of the same name.
 */
export type CustomConstraints = Readonly<Record<string, CustomConstraintFunction>>;

/** Runs a registered function on a weight. Throws `unsupported-constraint` where none has the name. */
export function applyCustom(
  { name, config }: CustomConstraint,
  data: Float32Array | Float64Array,
  shape: readonly number[],
  functions: CustomConstraints,
): void {
  const change = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (change === undefined) {
    const message = `found no function of the name ${JSON.stringify(name)}, wanted one in customConstraints`;
    throw new KerasProofError("unsupported-constraint", "custom", message);
  }
  change(data, shape, config);
}
