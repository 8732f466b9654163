import { Arbitrary, constant, constantFrom, oneof, record, stream, Value, type Random, type Stream } from "fast-check";
import { anything, checkOptions, notNegative, oneOf, type OptionKind, type OptionKinds } from "../check-options.js";
import { someGeneration, someShape } from "../constraints/argument-kinds.js";
import { checkConstraint } from "../constraints/check-constraint.js";
import { constraintFault, type Constraint, type Generation } from "../constraints/index.js";
import { formatKerasCall } from "../constraints/keras-call.js";
import { KerasProofError } from "../errors.js";
import { sizeOf } from "../ndarray.js";
import { constraints, leastRadialSize, radialShapes, shapes, someWidth, weights } from "./arbitraries.js";
import { simplerCases, type FixedParts } from "./simpler-cases.js";
import type { WeightCase } from "./weight-case.js";

/** What is not left to chance. */
export interface WeightCaseOptions {
  /** The largest number of numbers in a weight whose shape is not given. Default 120. */
  readonly maxSize?: number;
  /** One constraint, for weights that it can be applied to. Default: every kind but custom ones. */
  readonly constraint?: Constraint;
  /** The shapes to choose from. Default: of rank 1 to 5. */
  readonly shapes?: readonly (readonly number[])[];
  /** Default: any. */
  readonly generation?: Generation;
  /** Default: 1e-7 in most cases. */
  readonly epsilon?: number;
  /** Default `"exact"`; see `WeightCase`. */
  readonly arithmetic?: "exact" | "float32";
  /** The width of the numbers in bits. Default: both. */
  readonly width?: 32 | 64;
}

/** At least one shape. */
export const shapeList: OptionKind = {
  wanted: "a list of one or more shapes",
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(someShape.accepts),
};

const optionKinds: OptionKinds<WeightCaseOptions> = {
  maxSize: notNegative,
  constraint: anything,
  shapes: shapeList,
  generation: someGeneration,
  epsilon: notNegative,
  arithmetic: oneOf("exact", "float32"),
  width: someWidth,
};

/**
 * A constraint with a weight for it. Counter-examples shrink to few axes, few numbers that are not zero, and numbers of
 * one digit; what is given in the options stays. Throws `usage` for a constraint that cannot be applied to one of the
 * shapes or, without shapes, to any weight of rank 1 to 5, and for options that do not exist or of another kind.
 */
export function weightCases(options: WeightCaseOptions = {}): Arbitrary<WeightCase> {
  checkOptions("weightCases", options, optionKinds);
  if (options.constraint !== undefined) checkConstraint("weightCases.constraint", options.constraint);
  const fixed = { constraint: options.constraint !== undefined, shape: options.shapes !== undefined };
  return new ShrinkingCases(drawCases(options), fixed);
}

function drawCases(options: WeightCaseOptions): Arbitrary<WeightCase> {
  const widths: readonly (32 | 64)[] = options.width === undefined ? [32, 32, 64] : [options.width];
  const generations: readonly Generation[] =
    options.generation === undefined ? ["keras1", "keras2", "keras3"] : [options.generation];
  const epsilons = options.epsilon === undefined ? [1e-7, 1e-7, 1e-7, 1e-3, 1e-10] : [options.epsilon];
  const about = (constraint: Arbitrary<Constraint>, shape: Arbitrary<readonly number[]>): Arbitrary<WeightCase> =>
    record({ constraint, shape, width: constantFrom(...widths) }).chain(({ width, ...one }) =>
      record({
        constraint: constant(one.constraint),
        data: weights(sizeOf(one.shape), width),
        shape: constant(one.shape),
        generation: constantFrom(...generations),
        epsilon: constantFrom(...epsilons),
        ...(options.arithmetic === undefined ? {} : { arithmetic: constant(options.arithmetic) }),
      }),
    );
  const { constraint: given, maxSize = 120 } = options;
  const shape: Arbitrary<readonly number[]> =
    options.shapes === undefined ? shapes({ maxSize }) : constantFrom(...options.shapes);
  if (given !== undefined) {
    refuseMisfit(given, options);
    if (options.shapes !== undefined) return about(constant(given), shape);
    if (given.kind === "radialConstraint") return about(constant(given), radialShapes({ maxSize }));
    return about(
      constant(given),
      shape.filter((one) => constraintFault(given, one, "keras3") === null),
    );
  }
  const others = shape.chain((one) => about(constraints(one.length), constant(one)));
  if (options.shapes !== undefined || maxSize < leastRadialSize) return others;
  const radial = about(constant<Constraint>({ kind: "radialConstraint" }), radialShapes({ maxSize }));
  return oneof({ weight: 14, arbitrary: others }, { weight: 1, arbitrary: radial });
}

/** A constraint that fits no shape would be looked for without end, and one that does not fit a given one be blamed. */
function refuseMisfit(constraint: Constraint, { shapes: given, generation = "keras3" }: WeightCaseOptions): void {
  const call = formatKerasCall(constraint, generation);
  const faultOn = (shape: readonly number[]): string | null => constraintFault(constraint, shape, generation);
  if (given === undefined) {
    const faults = [1, 2, 3, 4, 5].map((rank) => faultOn(Array.from({ length: rank }, () => 2)));
    if (faults.includes(null)) return;
    throw new KerasProofError(
      "usage",
      "constraint",
      `found ${call}, which no weight of rank 1 to 5 takes: ${faults.at(-1)}`,
    );
  }
  for (const shape of given) {
    const fault = faultOn(shape);
    if (fault === null) continue;
    throw new KerasProofError("usage", "shapes", `found (${shape.join(", ")}), which ${call} does not take: ${fault}`);
  }
}

/** Draws as another arbitrary does, and shrinks by `simplerCases`, which knows what shape and numbers have to do with one another. */
class ShrinkingCases extends Arbitrary<WeightCase> {
  readonly #drawn: Arbitrary<WeightCase>;
  readonly #fixed: FixedParts;

  constructor(drawn: Arbitrary<WeightCase>, fixed: FixedParts) {
    super();
    this.#drawn = drawn;
    this.#fixed = fixed;
  }

  override generate(random: Random, biasFactor: number | undefined): Value<WeightCase> {
    return new Value(this.#drawn.generate(random, biasFactor).value, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is WeightCase {
    return typeof value === "object" && value !== null && "constraint" in value && "data" in value;
  }

  override shrink(value: WeightCase): Stream<Value<WeightCase>> {
    return stream(simplerCases(value, this.#fixed)).map((simpler) => new Value(simpler, undefined));
  }
}
