import {
  anything,
  checkOptions,
  type OptionKinds,
  required,
  someObject,
  someText,
  textOrNull,
} from "../check-options.js";
import { axisPlaces, floatArray, someGeneration, openShapeOrNull } from "./argument-kinds.js";
import { axisOption } from "./axis-option.js";
import { checkConstraint } from "./check-constraint.js";
import { findAlternatives, type AxisAlternative } from "./alternatives.js";
import { checkSize, groupNorms } from "./apply.js";
import { resolveAxes } from "./axes.js";
import { groupsAlong, type AxisGroups } from "./axis-groups.js";
import { type ConstraintFault, limitFault, weightFault } from "./constraint-fault.js";
import { formatKerasCall } from "./keras-call.js";
import type { WeightFacts } from "./weights/weight-facts.js";
import { summariseNegatives, type NegativeSummary } from "./negative-summary.js";
import { limitsOf } from "./norm-limits.js";
import { type NormOf, normOfGroups } from "./norm-of.js";
import { summariseNorms, type NormSummary } from "./norm-summary.js";
import { optionName, withAxis } from "./option-line.js";
import { findRemarks, type Remark } from "./remarks.js";
import { hasAxis, type Axis, type Constraint, type Generation } from "./spec.js";
import { findTwoShapes, type TwoShapes } from "./two-shapes.js";
import { isWholeShape, type OpenShape } from "./weights/weight-shape.js";
import { findWeightAxes } from "./weights/weight-axes.js";
import { describeWritten, type WrittenWeight } from "./written-weight.js";

/** A constraint and the weight it is bound to. */
export interface ExplainInput {
  /** Empty for a layer without a name. */
  readonly layerName: string;
  /** Keras's class name; of a wrapped layer, the class inside. Empty where it is not known. */
  readonly layerClass: string;
  /** Keras's weight name: `kernel`, `bias`, `embeddings`, … */
  readonly weightName: string;
  /**
   * The shape of the weight as it is stored here, null for an extent that is not known; null for a weight of which not
   * even the rank is known.
   */
  readonly shape: OpenShape | null;
  /** With the axis of the stored weight. */
  readonly constraint: Constraint;
  readonly generation: Generation;
  /** The layer's options by Keras 3's names, which matter for EinsumDense and LocallyConnected. Default none. */
  readonly config?: WeightFacts["config"];
  /** The values of a weight of known shape, which are only read; without them the explanation has no norms. */
  readonly values?: Float32Array | Float64Array;
  /** Why the constraint never runs. Default null: it does. */
  readonly dead?: string | null;
  /**
   * Where the weight was transposed on import: the axis as the file has it, and which stored axis each axis of the file
   * became (null for one that is gone), as `mapConstraintAxes` takes it.
   */
  readonly written?: { readonly axis: Axis; readonly storedAxisOf: readonly (number | null)[] };
}

/** The axes that the author probably meant. */
export interface AxisAdvice extends AxisGroups {
  /** The argument as one writes it for the Keras of the file: `kernel_constraint=max_norm(3, axis=[0, 1, 2])`. */
  readonly keras: string;
}

/**
 * How a constraint stands, the first that applies: `dead`, it never runs; `broken`, training fails in its first step, or
 * would go on in a way of its Keras that is not followed here;
 * `unknown`, there are no weights, or nothing that can be looked at; `violated`, some group or number is not as it asks;
 * `holds`.
 */
export type ConstraintStatus = "dead" | "broken" | "unknown" | "violated" | "holds";

/** What a constraint does to its weight; plain data of bounded size, whatever the size of the weight. */
export interface ConstraintExplanation {
  readonly layerName: string;
  readonly layerClass: string;
  readonly weightName: string;
  /** Null for an extent that is not known, and where not even the rank is known. */
  readonly shape: OpenShape | null;
  /** A word for each axis; `axis 0`, … where the table of weights has none; none where the rank is not known. */
  readonly axisWords: readonly string[];
  readonly constraint: Constraint;
  readonly generation: Generation;
  /** The constraint in Python, with the axis as the file has it. */
  readonly keras: string;
  /** The layer's argument for it, `kernel_constraint`, in Keras 1 `W_constraint`; null for an unknown weight. */
  readonly option: string | null;
  readonly status: ConstraintStatus;
  /** Why it never runs; null where it does. */
  readonly dead: string | null;
  /** What is wrong with the axis, or with the shape for RadialConstraint, where it runs: training stops in the first step. */
  readonly badAxis: string | null;
  /** What is wrong with the limits that are no numbers; null where all are. Where it runs, training is refused. */
  readonly badLimit: ConstraintFault | null;
  /** The norms that it asks for, null for none and for what is no number; null for a constraint that measures no norm. */
  readonly limits: { readonly lower: number | null; readonly upper: number | null } | null;
  /** Null where the constraint measures no norm, and where the axis is not one of the weight. */
  readonly groups: AxisGroups | null;
  readonly normOf: NormOf | null;
  /** What a unit of this weight is called: "filter", "unit", "token", …; null for vectors and unknown weights. */
  readonly unit: string | null;
  /** True where the axis, as the file has it, is Keras's default, 0. */
  readonly defaultAxis: boolean;
  /** Null without values, and where `groups` is. */
  readonly norms: NormSummary | null;
  /** Of NonNeg with values only. */
  readonly negatives: NegativeSummary | null;
  /** The weight as the file has it, where that is in another order. */
  readonly written: WrittenWeight | null;
  /** The option's other weights, where their units lie along other axes. */
  readonly twoShapes: TwoShapes | null;
  /**
   * The choices of an axis side by side, the one that is written first unless it is broken. Empty where the axes are
   * those of a unit, and where nothing is known of the weight or its units.
   */
  readonly alternatives: readonly AxisAlternative[];
  /** Null where the axes are those of a unit, or were plainly chosen, or nothing is known about the weight. */
  readonly advice: AxisAdvice | null;
  /** What else there is to know. */
  readonly remarks: readonly Remark[];
}

/**
 * Tells what a constraint does to its weight, and where its axis is probably not the one that was meant. Changes
 * nothing. Reads the values once for each grouping, and allocates 8 bytes for each group of one of them at a time. Throws
 * `usage` for an input that has not what it says, such as another number of values than the shape has.
 */
export function explainConstraint(input: ExplainInput): ConstraintExplanation {
  checkInput(input);
  const { layerName, layerClass, weightName, shape, constraint, generation, values, dead = null } = input;
  const { config = {} } = input;
  const known = shape === null ? null : findWeightAxes(layerClass, weightName, shape.length, config);
  const axisWords = known?.words ?? shape?.map((_, axis) => `axis ${axis}`) ?? [];
  const measured = values !== undefined && isWholeShape(shape) ? { values, shape } : null;
  const named = { axisWords, gates: known?.gates };
  const normed = hasAxis(constraint);
  const axis = normed ? (input.written?.axis ?? constraint.axis) : null;
  const badAxis = weightFault(constraint, shape, generation);
  const badLimit = limitFault(constraint, shape, generation);
  const axes =
    normed && shape !== null && badAxis === null
      ? resolveAxes(constraint.axis, shape.length, generation, "axis")
      : null;
  const groups = axes === null || shape === null ? null : groupsAlong(axes, shape, axisWords);
  const normOf = axes === null || shape === null ? null : normOfGroups(axes, shape, known);
  const limits = limitsOf(constraint);
  const norms =
    axes === null || measured === null
      ? null
      : summariseNorms(
          groupNorms(measured.values, measured.shape, axes),
          { ...named, shape: measured.shape, axes },
          limits,
        );
  const negatives =
    constraint.kind === "nonNeg" && measured !== null
      ? summariseNegatives(measured.values, { ...named, shape: measured.shape })
      : null;
  const written =
    normed && shape !== null && input.written !== undefined
      ? describeWritten(input.written.axis, input.written.storedAxisOf, { shape, words: axisWords })
      : null;
  const twoShapes =
    normed && shape !== null && known?.perUnit
      ? findTwoShapes(layerClass, known.option, { rank: shape.length, config })
      : null;
  const alternatives =
    normed && shape !== null && known?.perUnit && normOf !== "unit"
      ? findAlternatives({
          known,
          perUnit: known.perUnit,
          shape,
          constraint,
          generation,
          values,
          storedAxisOf: input.written?.storedAxisOf,
          written: groups === null ? null : { axis, groups, norms },
        })
      : [];
  const unit = alternatives.find(({ kind }) => kind === "unit");
  return {
    layerName,
    layerClass,
    weightName,
    shape,
    axisWords,
    constraint,
    generation,
    keras: formatKerasCall(normed ? withAxis(constraint, axis) : constraint, generation),
    option: known === null ? null : optionName(known.option, generation),
    status: statusOf({ badAxis, badLimit, dead, norms, negatives }),
    dead,
    badAxis,
    badLimit,
    limits: normed
      ? { lower: limits.lower === 0 ? null : limits.lower, upper: limits.upper === Infinity ? null : limits.upper }
      : null,
    groups,
    normOf,
    unit: known?.perUnit ? known.unit : null,
    defaultAxis: normed && axis === 0,
    norms,
    negatives,
    written,
    twoShapes,
    alternatives,
    advice:
      unit !== undefined && (normOf === "other" || normOf === "number") ? { ...unit.groups, keras: unit.keras } : null,
    remarks: findRemarks({ constraint, known, shape, groups, written, twoShapes, normOf }),
  };
}

const inputKinds: OptionKinds<ExplainInput> = {
  layerName: required(someText),
  layerClass: required(someText),
  weightName: required(someText),
  shape: required(openShapeOrNull),
  constraint: anything,
  generation: required(someGeneration),
  config: someObject,
  values: floatArray,
  dead: textOrNull,
  written: someObject,
};

const writtenKinds: OptionKinds<NonNullable<ExplainInput["written"]>> = {
  axis: required(axisOption),
  storedAxisOf: required(axisPlaces),
};

function checkInput(input: ExplainInput): void {
  checkOptions("explainConstraint", input, inputKinds);
  checkConstraint("explainConstraint.constraint", input.constraint);
  if (input.written !== undefined) checkOptions("explainConstraint.written", input.written, writtenKinds);
  if (input.values !== undefined && isWholeShape(input.shape)) checkSize(input.values, input.shape);
}

function statusOf({
  badAxis,
  badLimit,
  dead,
  norms,
  negatives,
}: Pick<ConstraintExplanation, "badAxis" | "badLimit" | "dead" | "norms" | "negatives">): ConstraintStatus {
  if (dead !== null) return "dead";
  if (badAxis !== null || badLimit !== null) return "broken";
  if (norms !== null) {
    const { above, below, infinite, nan } = norms;
    const outside = (above?.count ?? 0) + (below?.count ?? 0) + infinite.count + nan.count;
    return outside > 0 ? "violated" : "holds";
  }
  if (negatives !== null) return negatives.count + negatives.nan > 0 ? "violated" : "holds";
  return "unknown";
}
