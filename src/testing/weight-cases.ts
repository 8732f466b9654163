import { Arbitrary, constant, constantFrom, oneof, record, stream, Value, type Random, type Stream } from "fast-check";
import { constraintFault, type Constraint, type Generation } from "../constraints/index.js";
import { sizeOf } from "../ndarray.js";
import { constraints, radialShapes, shapes, weights } from "./arbitraries.js";
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

/**
 * A constraint with a weight for it. Counter-examples shrink to few axes, few numbers that are not zero, and numbers of
 * one digit; what is given in the options stays.
 */
export function weightCases(options: WeightCaseOptions = {}): Arbitrary<WeightCase> {
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
  const { constraint: given } = options;
  if (given !== undefined) {
    const takes = (shape: readonly number[]): boolean => constraintFault(given, shape, "keras3") === null;
    const drawn = given.kind === "radialConstraint" ? radialShapes(options) : shapes(options).filter(takes);
    return about(constant(given), options.shapes === undefined ? drawn : constantFrom(...options.shapes));
  }
  const radial = about(constant<Constraint>({ kind: "radialConstraint" }), radialShapes(options));
  const shape: Arbitrary<readonly number[]> =
    options.shapes === undefined ? shapes(options) : constantFrom(...options.shapes);
  const others = shape.chain((one) => about(constraints(one.length), constant(one)));
  if (options.shapes !== undefined) return others;
  return oneof({ weight: 14, arbitrary: others }, { weight: 1, arbitrary: radial });
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
