import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { checkOptions, formatFound, notNegative, type OptionKinds } from "../check-options.js";
import { applyConstraint, type ApplyOptions } from "../constraints/apply.js";
import { constraintFunctions, someGeneration } from "../constraints/argument-kinds.js";
import { checkConstraint } from "../constraints/check-constraint.js";
import { writtenAxisOf } from "../constraints/keras-call.js";
import { maxNorm } from "../constraints/max-norm.js";
import { minMaxNorm } from "../constraints/min-max-norm.js";
import { nonNeg } from "../constraints/non-neg.js";
import { radialConstraint } from "../constraints/radial-constraint.js";
import { type Axis, type Constraint, hasAxis } from "../constraints/spec.js";
import { unitNorm } from "../constraints/unit-norm.js";
import { brokenLimits } from "../constraints/written-limits.js";
import { KerasProofError } from "../errors.js";
import { keepMeaning } from "./constraint-meanings.js";

/** What the layers of tfjs take as `kernelConstraint` and the like. */
export type TfjsConstraint = ReturnType<typeof tfl.constraints.nonNeg>;

/** The parts of tfjs that are used: `@tensorflow/tfjs` has both, else `{ tensor, constraints }` of core and layers. */
export interface TfjsParts {
  readonly tensor: typeof tf.tensor;
  readonly constraints: Pick<typeof tfl.constraints, "nonNeg">;
}

/** Which Keras to compute as; see `ApplyOptions`. */
export type TfjsConstraintOptions = Pick<ApplyOptions, "generation" | "epsilon" | "customConstraints">;

/** Makers of constraints for layers of tfjs, with the arguments and defaults of Keras and of `tf.constraints`. */
export interface TfjsConstraints {
  readonly maxNorm: (args?: { maxValue?: number | null; axis?: Axis }) => TfjsConstraint;
  readonly nonNeg: () => TfjsConstraint;
  readonly unitNorm: (args?: { axis?: Axis }) => TfjsConstraint;
  readonly minMaxNorm: (args?: {
    minValue?: number;
    maxValue?: number | null;
    rate?: number;
    axis?: Axis;
  }) => TfjsConstraint;
  readonly radialConstraint: () => TfjsConstraint;
  /** Of plain data, custom constraints among them. */
  readonly from: (constraint: Constraint) => TfjsConstraint;
}

const classNames: Readonly<Record<Constraint["kind"], string>> = {
  maxNorm: "MaxNorm",
  nonNeg: "NonNeg",
  unitNorm: "UnitNorm",
  minMaxNorm: "MinMaxNorm",
  radialConstraint: "RadialConstraint",
  custom: "CustomConstraint",
};

const optionKinds: OptionKinds<TfjsConstraintOptions> = {
  generation: someGeneration,
  epsilon: notNegative,
  customConstraints: constraintFunctions,
};

const ownOptions: ReadonlySet<string> = new Set(["kind", "formula", "crossed", "writtenAxis", "writtenLimits"]);

/**
 * The options as tfjs saves them, those left out that only this package has. What is no number is what it was in the file
 * that it came from, so that it is as broken when it is read again; JSON would make null of NaN, which is no limit.
 */
function configOf(constraint: Constraint): tf.serialization.ConfigDict {
  const config = Object.fromEntries(Object.entries(constraint).filter(([key]) => !ownOptions.has(key)));
  if (!hasAxis(constraint)) return config;
  for (const [name, { value }] of brokenLimits(constraint)) config[name] = value;
  return { ...config, axis: writtenAxisOf(constraint) ?? constraint.axis } as tf.serialization.ConfigDict;
}

/** tfjs-core and tfjs-layers have one part each, and are easily taken for the whole. */
function requireParts(tfjs: Partial<TfjsParts> | null | undefined): TfjsParts {
  const { tensor, constraints } = tfjs ?? {};
  if (typeof tensor === "function" && typeof constraints?.nonNeg === "function") return { tensor, constraints };
  const missing = [...(tensor === undefined ? ["tensor"] : []), ...(constraints === undefined ? ["constraints"] : [])];
  const found = missing.length === 0 ? formatFound(tfjs) : `no ${missing.join(" and no ")}`;
  const wanted = "wanted @tensorflow/tfjs, or { tensor, constraints } of tfjs-core and tfjs-layers";
  throw new KerasProofError("usage", "tfjsConstraints", `found ${found}, ${wanted}`);
}

/**
 * Constraints for models that are built by hand from the layers of the tfjs that is given:
 * `tf.layers.dense({ units: 4, kernelConstraint: tfjsConstraints(tf).maxNorm({ maxValue: 3 }) })`. Each is an instance of
 * that tfjs's own `Constraint` and computes as `applyConstraint` does: along any list of axes, with Keras's epsilon on
 * every device, and with limits that tfjs refuses.
 *
 * tfjs applies a layer's constraints whenever weights are set or loaded, where Keras does not, and never in training,
 * where Keras does: `enforceConstraints(model)` has them hold in training, as the same Keras, with the epsilon and the
 * custom functions that it is given itself. A model that is saved has Keras's class names and options, so that loading it
 * gives tfjs's own classes. `apply` reads the weight synchronously, which WebGPU cannot. Throws `usage` where a part of
 * tfjs is missing, and for options that do not exist or of another kind; so does `from` for what is no constraint.
 */
export function tfjsConstraints(tfjs: TfjsParts, options: TfjsConstraintOptions = {}): TfjsConstraints {
  checkOptions("tfjsConstraints", options, optionKinds);
  const { tensor, constraints } = requireParts(tfjs);
  // tfjs exports the functions that make its constraints, and not the class that they share.
  const Base = Object.getPrototypeOf(constraints.nonNeg().constructor) as new () => TfjsConstraint;

  class KerasConstraint extends Base {
    readonly #constraint: Constraint;

    constructor(constraint: Constraint) {
      super();
      this.#constraint = constraint;
      keepMeaning(this, { constraint, generation: options.generation ?? "keras3" });
    }

    override getClassName(): string {
      return classNames[this.#constraint.kind];
    }

    override apply(weight: tf.Tensor): tf.Tensor {
      // A copy: the cpu backend gives out the memory of the tensor itself. Float64 in the double run.
      const values = new Float32Array(weight.dataSync());
      applyConstraint(this.#constraint, values, weight.shape, options);
      return tensor(values, weight.shape);
    }

    override getConfig(): tf.serialization.ConfigDict {
      return configOf(this.#constraint);
    }
  }

  const from = (constraint: Constraint): TfjsConstraint => {
    checkConstraint("tfjsConstraints.from", constraint);
    return new KerasConstraint(constraint);
  };
  return {
    maxNorm: (args) => from(maxNorm(args)),
    nonNeg: () => from(nonNeg()),
    unitNorm: (args) => from(unitNorm(args)),
    minMaxNorm: (args) => from(minMaxNorm(args)),
    radialConstraint: () => from(radialConstraint()),
    from,
  };
}
