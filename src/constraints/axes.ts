import { checkArgument, checkOptions, someText, wholeNumber } from "../check-options.js";
import { KerasProofError } from "../errors.js";
import { axisPlaces, someGeneration, writerKinds } from "./argument-kinds.js";
import { axisOption } from "./axis-option.js";
import { checkConstraint } from "./check-constraint.js";
import { writtenAxisOf } from "./keras-call.js";
import { hasAxis, type Axis, type Constraint, type Generation, type NormConstraint } from "./spec.js";
import { isMultiBackend, type WrittenBy } from "./written-by.js";

/**
 * The axes of a weight of `rank` that `axis` names, each from 0 to rank - 1, in ascending order: all of them for
 * `null`, none for the empty list.
 *
 * Throws `bad-constraint` at `path` for an axis that is no whole number, lies outside the weight or occurs twice. Keras
 * says so only when the constraint first runs, in the first step of training. (Keras 1 on TensorFlow takes a negative
 * axis modulo the rank, so -5 means 3 there for rank 4. That is refused like any axis that the weight does not have.)
 * `usage` for arguments of another kind.
 */
export function resolveAxes(axis: Axis, rank: number, generation: Generation, path: string): readonly number[] {
  checkArgument("resolveAxes.axis", axis, axisOption);
  checkArgument("resolveAxes.rank", rank, wholeNumber);
  checkArgument("resolveAxes.generation", generation, someGeneration);
  checkArgument("resolveAxes.path", path, someText);
  if (axis === null) return Array.from({ length: rank }, (_, i) => i);
  const resolved = (typeof axis === "number" ? [axis] : axis).map((value) => {
    if (!Number.isInteger(value) || value < -rank || value >= rank) {
      throw new KerasProofError(
        "bad-constraint",
        path,
        `axis ${value} in ${format(axis)}, ${wanted(rank, generation)}`,
      );
    }
    return value < 0 ? value + rank : value;
  });
  resolved.sort((a, b) => a - b);
  const twice = resolved.find((value, i) => value === resolved[i - 1]);
  if (twice !== undefined) {
    throw new KerasProofError(
      "bad-constraint",
      path,
      `axis ${format(axis)} names axis ${twice} twice, ${wanted(rank, generation)}, each at most once`,
    );
  }
  return resolved;
}

/**
 * The axis of a weight of `rank` as the Keras that wrote it reads it, where it takes what others refuse; unchanged in
 * every other case, a broken axis among them. Keras 1 and 2.0 to 2.3 take an axis that is written twice for one, on
 * TensorFlow also where it is written once from the end; Keras 1 on TensorFlow takes negative axes modulo the rank, so
 * that -5 means 3 for rank 4. (Run with 1.2.2 and 2.0.9 to 2.3.1 on both backends; tf.keras and Keras 3 refuse all
 * three.) Throws `usage` for arguments of another kind.
 */
export function settleAxis(axis: Axis, rank: number, writer: WrittenBy): Axis {
  checkArgument("settleAxis.axis", axis, axisOption);
  checkArgument("settleAxis.rank", rank, wholeNumber);
  checkOptions("settleAxis", writer, writerKinds);
  if (axis === null || !isMultiBackend(writer)) return axis;
  const tensorflow = writer.backend === "tensorflow";
  const modulo = (one: number): number =>
    tensorflow && writer.generation === "keras1" && one < -rank && rank > 0 && Number.isInteger(one)
      ? ((one % rank) + rank) % rank
      : one;
  if (typeof axis === "number") return modulo(axis);
  const settled: number[] = [];
  const placeOf = (one: number): number => (tensorflow && one < 0 ? one + rank : one);
  for (const one of axis.map(modulo)) {
    if (!settled.some((other) => placeOf(other) === placeOf(one))) settled.push(one);
  }
  return settled.length === axis.length && settled.every((one, i) => one === axis[i]) ? axis : settled;
}

/** What is wrong with the axis of a constraint on a weight of `rank`, null for an unknown one; null where nothing is. */
export function axisFault(constraint: NormConstraint, rank: number | null, generation: Generation): string | null {
  const written = writtenAxisOf(constraint);
  if (rank === null)
    return written === null ? null : `axis ${written}, wanted whole numbers (Keras ${generation.slice(-1)})`;
  if (written !== null) return `axis ${written}, ${wanted(rank, generation)}`;
  try {
    resolveAxes(constraint.axis, rank, generation, "axis");
    return null;
  } catch (error) {
    if (error instanceof KerasProofError) return error.problems[0]?.message ?? error.message;
    throw error;
  }
}

/**
 * The same constraint for a weight whose axes were reordered: axis i of the weight it was written for is axis
 * `storedAxisOf[i]` of the weight at hand, or is gone where that is null (it had extent 1). Negative axes count from
 * the end of the old weight. A constraint whose only axis is gone sums over none. An axis that the old weight did not
 * have stays as it is. Throws `usage` for arguments of another kind.
 */
export function mapConstraintAxes<C extends Constraint>(constraint: C, storedAxisOf: readonly (number | null)[]): C {
  checkConstraint("mapConstraintAxes.constraint", constraint);
  checkArgument("mapConstraintAxes.storedAxisOf", storedAxisOf, axisPlaces);
  if (!hasAxis(constraint) || constraint.axis === null) return constraint;
  const { axis } = constraint;
  const rank = storedAxisOf.length;
  const mapOne = (old: number): number | null => {
    const stored = storedAxisOf[old < 0 ? old + rank : old];
    return stored === undefined ? old : stored;
  };
  if (typeof axis !== "number") {
    return { ...constraint, axis: axis.map(mapOne).filter((stored) => stored !== null) };
  }
  return { ...constraint, axis: mapOne(axis) ?? [] };
}

function format(axis: number | readonly number[]): string {
  return typeof axis === "number" ? String(axis) : `[${axis.join(", ")}]`;
}

function wanted(rank: number, generation: Generation): string {
  const keras = `Keras ${generation.slice(-1)}`;
  if (rank === 0) return `wanted [] or None: the weight is a single number and has no axes (${keras})`;
  return `wanted whole numbers from ${-rank} to ${rank - 1}: the weight has ${rank} ${rank === 1 ? "axis" : "axes"} (${keras})`;
}
