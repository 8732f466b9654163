import {
  anything,
  checkArgument,
  checkOptionsOnce,
  oneOf,
  type OptionKind,
  type OptionKinds,
  truthValue,
} from "../check-options.js";
import { KerasProofError } from "../errors.js";
import { sizeOf } from "../ndarray.js";
import { constraintFunctions, floatArray, someGeneration, someShape } from "./argument-kinds.js";
import { resolveAxes } from "./axes.js";
import { axisOption } from "./axis-option.js";
import { checkConstraint } from "./check-constraint.js";
import { constraintFault } from "./constraint-fault.js";
import { applyCustom, type CustomConstraints } from "./custom-constraint.js";
import { settleEpsilon } from "./epsilon-option.js";
import { applyInFloat32, groupsOfNumbers } from "./float32-steps.js";
import {
  clampAt,
  constrainAt,
  constrainGroups,
  constrainSigns,
  floatsOf,
  isConstraintKernels,
  isFloat32,
  sumSquares,
  type ConstraintKernels,
} from "./kernels/constrain-groups.js";
import { layoutFor } from "./kernels/layout-cache.js";
import { createNormSettings, epsilonPlace, isFrozenConstraint, setNorm } from "./kernels/norm-settings.js";
import { formulaOf } from "./non-neg.js";
import { makeRadial } from "./radial-constraint.js";
import type { Axis, Constraint, Generation } from "./spec.js";

/** How Keras was set up when it ran the constraint. */
export interface ApplyOptions {
  /** Default `"keras3"`. */
  readonly generation?: Generation;
  /** `keras.config.epsilon()`, which no Keras file records. Default 1e-7, as in every Keras. */
  readonly epsilon?: number;
  /**
   * `"exact"`, the default, is the formula in float64, rounded once. `"keras"` rounds every step of a `Float32Array` to
   * float32, as Keras's backends do: for comparing with a Keras whose squares overflow or vanish (see
   * `applyInFloat32`). A `Float64Array` is computed in float64 either way.
   */
  readonly arithmetic?: "exact" | "keras";
  /**
   * With `arithmetic: "keras"`, true makes zeros of subnormal numbers, as TensorFlow and JAX do on processors; NumPy and
   * Theano, and the default, do not.
   */
  readonly flushSubnormals?: boolean;
  /** The functions of custom constraints, by name. Default none. */
  readonly customConstraints?: CustomConstraints;
  /**
   * For data that lie in a WebAssembly memory: kernels over it, which spare the copy (see `createConstraintKernels`).
   * The result is the same without. Default none.
   */
  readonly kernels?: ConstraintKernels | null;
}

const someKernels: OptionKind = {
  wanted: "what createConstraintKernels gave, or null",
  accepts: (value) => value === null || isConstraintKernels(value),
};

const optionKinds: OptionKinds<ApplyOptions> = {
  generation: someGeneration,
  // Asked at every call, by `settleEpsilon`.
  epsilon: anything,
  arithmetic: oneOf("exact", "keras"),
  flushSubnormals: truthValue,
  customConstraints: constraintFunctions,
  kernels: someKernels,
};

/** Made once, so that a call allocates nothing. */
const noOptions: ApplyOptions = {};
const settings = createNormSettings();

/**
 * Applies a constraint once, in place, to the weight `data` of `shape` in C order.
 *
 * The result is Keras's formula in float64, in Keras's order of operations, each group's squares added in C order, in
 * blocks of eight (see `ScriptKernels`), to the same bits on every engine, with WebAssembly or without.
 * A `Float64Array` holds it as it is; a `Float32Array` holds it rounded once per number, so it can lie nearer to the
 * formula than Keras's own float32: in a group above a limit of 2, say, Keras loses the epsilon and lands on the limit,
 * and the result here may be one float32 below it.
 *
 * Edge cases, group by group (no group touches another):
 * - zeros stay zeros with their sign, under MinMaxNorm with a minimum too; with `epsilon` 0 they become NaN (0 / 0);
 * - a NaN makes its whole group NaN;
 * - an infinity becomes NaN and the finite numbers beside it zero; the whole group becomes NaN under MinMaxNorm, and
 *   under MaxNorm without a limit;
 * - numbers of 1.8e19 and more have squares that overflow float32, and below 1e-19 they lose digits or vanish: Keras
 *   gives zeros for the first and treats the norm of the others as 0 (UnitNorm: `w / epsilon`). Here the squares of
 *   float32 numbers are exact, so the group keeps its direction and gets the norm that the formula says. A
 *   `Float64Array` meets the same limits as Keras in float64, at 1.3e154 and 1e-162;
 * - an upper limit below the lower one counts as the lower one: a negative `maxValue` gives zeros (see `clip`, also for
 *   the Kerases where the upper one wins);
 * - `NonNeg` differs between generations for -Infinity and in the sign of zero (see `clampNegative`); `generation`
 *   makes no other difference.
 *
 * The default is the formula and not Keras's float32, because the formula is what every Keras means and what float64,
 * the double run and larger float types compute; what one backend's float32 makes of numbers that are out of its reach
 * is that of `arithmetic: "keras"`.
 *
 * Once a weight and its constraint were seen, and the engine has compiled what runs, a call allocates nothing, but with
 * `arithmetic: "keras"`, for constraints that `maxNorm` and the others made or `parseConstraint` read (which are frozen),
 * and options of up to sixteen kinds (see `settleEpsilon`); else 16 bytes for each number that V8 has to put into an
 * object. Arrays of one's own of more than 64 numbers have a few views made of them when they are first seen.
 *
 * Throws `bad-constraint` for an axis that the weight does not have (see `resolveAxes`), for limits that are no numbers
 * in the file that they come from (`writtenLimits`) and for a weight that RadialConstraint does not take (see `radialFault`), `unsupported-constraint` for a custom constraint without a
 * function, `usage` where `data` is no float array or has not as many numbers as `shape` says, for what is no
 * constraint or shape, and for options that do not exist or of another kind. Constraints and options are looked at once,
 * but for epsilon.
 */
export function applyConstraint(
  constraint: Constraint,
  data: Float32Array | Float64Array,
  shape: readonly number[],
  options: ApplyOptions = noOptions,
): void {
  if (!isFrozenConstraint(constraint)) checkConstraint("constraint", constraint);
  if (options !== noOptions) checkOptionsOnce("applyConstraint", options, optionKinds);
  const generation = options.generation ?? "keras3";
  const kernels = options.kernels ?? null;
  settleEpsilon(options, settings.numbers, epsilonPlace);
  checkWeight(data, shape);
  if (constraint.kind === "nonNeg") {
    constrainSigns(data, formulaOf(constraint, generation), kernels);
    return;
  }
  if (constraint.kind === "radialConstraint") {
    makeRadial(data, shape);
    return;
  }
  if (constraint.kind === "custom") {
    applyCustom(constraint, data, shape, options.customConstraints ?? {});
    return;
  }
  if (constraint.kind !== "unitNorm" && constraint.writtenLimits !== undefined) {
    refuseLimits(constraint, shape, generation);
  }
  if (options.arithmetic === "keras" && isFloat32(data)) {
    const axes = resolveAxes(constraint.axis, shape.length, generation, constraint.kind);
    const { epsilon = 1e-7, flushSubnormals = false } = options;
    applyInFloat32(constraint, data, groupsOfNumbers(shape, axes), { epsilon, flushSubnormals });
    return;
  }
  const layout = layoutFor(shape, constraint.axis, generation, constraint.kind);
  setNorm(settings, constraint);
  constrainGroups(settings, data, layout, kernels);
}

/**
 * As `applyConstraint`, for a weight of float32 numbers at byte `at` of the memory of `options.kernels`, which needs no
 * array over them. False, and nothing done, where it takes one: without kernels, for custom constraints, and for limits
 * that are no numbers, -0, or crossed where the upper one wins. `arithmetic` must be the default.
 */
export function applyInMemory(
  constraint: Constraint,
  at: number,
  shape: readonly number[],
  options: ApplyOptions,
): boolean {
  const generation = options.generation ?? "keras3";
  const kernels = options.kernels ?? null;
  if (kernels === null) return false;
  if (constraint.kind === "nonNeg") return clampAt(at, sizeOf(shape), formulaOf(constraint, generation), kernels);
  if (constraint.kind === "radialConstraint") {
    makeRadial(floatsOf(kernels), shape, at / 4);
    return true;
  }
  if (constraint.kind === "custom") return false;
  if (constraint.kind !== "unitNorm" && constraint.writtenLimits !== undefined) return false;
  settleEpsilon(options, settings.numbers, epsilonPlace);
  setNorm(settings, constraint);
  return constrainAt(settings, at, layoutFor(shape, constraint.axis, generation, constraint.kind), kernels);
}

/**
 * The Euclidean norm of every group along `axis`, in C order of the axes that remain: the sum of squares in float64,
 * added as `applyConstraint` adds it, and its square root. One number for `null`, the absolute values for `[]`, zeros for
 * groups of no numbers. Throws as `applyConstraint` does.
 */
export function groupNorms(data: Float32Array | Float64Array, shape: readonly number[], axis: Axis): Float64Array {
  checkWeight(data, shape);
  checkArgument("axis", axis, axisOption);
  const norms = sumSquares(data, layoutFor(shape, axis, "keras3", "axis"));
  for (let group = 0; group < norms.length; group++) norms[group] = Math.sqrt(norms[group]!);
  return norms;
}

/** Throws `bad-constraint` for limits of a file that are no numbers; the axis is looked at elsewhere. */
function refuseLimits(constraint: Constraint, shape: readonly number[], generation: Generation): void {
  const fault = constraintFault(constraint, shape, generation);
  if (fault !== null) throw new KerasProofError("bad-constraint", constraint.kind, fault);
}

function checkWeight(data: Float32Array | Float64Array, shape: readonly number[]): void {
  checkArgument("data", data, floatArray);
  checkArgument("shape", shape, someShape);
  checkSize(data, shape);
}

/** Throws `usage` where a weight has not as many numbers as its shape says. */
export function checkSize(data: Float32Array | Float64Array, shape: readonly number[]): void {
  const wanted = sizeOf(shape);
  if (data.length === wanted) return;
  const message = `found ${data.length} numbers, wanted ${wanted} for the shape (${shape.join(", ")})`;
  throw new KerasProofError("usage", "data", message);
}
