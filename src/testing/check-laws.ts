import { check, property } from "fast-check";
import {
  anything,
  checkArgument,
  checkOptions,
  notNegative,
  oneOf,
  type OptionKinds,
  someFunction,
  someNumber,
} from "../check-options.js";
import { someGeneration } from "../constraints/argument-kinds.js";
import { checkConstraint } from "../constraints/check-constraint.js";
import type { Constraint, Generation } from "../constraints/index.js";
import { formatCase, formatNested } from "./case-text.js";
import type { ConstraintLaw } from "./constraint-law.js";
import { constraintLaws } from "./laws.js";
import type { Apply, WeightCase } from "./weight-case.js";
import { shapeList, weightCases, type WeightCaseOptions } from "./weight-cases.js";

/**
 * A constraint of one's own on plain numbers in C order. It changes `data` in place, or returns as many numbers, which
 * then are the new weight. The same form as that of `customConstraints`.
 */
export type OwnConstraint = (
  data: Float32Array | Float64Array,
  shape: readonly number[],
  config: unknown,
) => ArrayLike<number> | void;

/** How laws are tried. */
export interface CheckOptions {
  /** Random cases for each law. Default 1000. */
  readonly numRuns?: number;
  /** As the message of a failure says it, to see the same cases again. Default: another one each time. */
  readonly seed?: number;
  /** The laws to try, from `constraintLaws` or one's own. Default all. */
  readonly laws?: readonly ConstraintLaw[];
  /** What is asked of the arithmetic; see `WeightCase`. Default `"exact"`. */
  readonly arithmetic?: "exact" | "float32";
  /** The shapes of the weights. Default: of rank 1 to 5, with at most 120 numbers. */
  readonly shapes?: readonly (readonly number[])[];
}

export interface OwnConstraintOptions extends CheckOptions {
  /**
   * The constraint of Keras that it claims to be, such as `maxNorm({ maxValue: 3 })`. Without it, only the laws are
   * tried that hold for any constraint: it changes nothing but the weight, keeps no memory between calls, is finite for
   * finite numbers, and changes nothing in a second application.
   */
  readonly like?: Constraint;
  /** The Keras that it is like. Default `"keras3"`. */
  readonly generation?: Generation;
  /** The epsilon that it computes with. Default 1e-7. */
  readonly epsilon?: number;
  /** What it gets as third argument. Default null. */
  readonly config?: unknown;
}

const checkOptionKinds: OptionKinds<CheckOptions> = {
  numRuns: {
    wanted: "a whole number from 1 on",
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  },
  seed: someNumber,
  laws: {
    wanted: "a list of laws { name, says, check }",
    accepts: (value) => Array.isArray(value) && value.every(isLaw),
  },
  arithmetic: oneOf("exact", "float32"),
  shapes: shapeList,
};

function isLaw(value: unknown): boolean {
  return typeof (value as Partial<ConstraintLaw> | null | undefined)?.check === "function";
}

const ownOptionKinds: OptionKinds<OwnConstraintOptions> = {
  ...checkOptionKinds,
  like: anything,
  generation: someGeneration,
  epsilon: notNegative,
  config: anything,
};

/** Thrown where a law is broken. The message says which, by what example, and how to see it again. */
export class BrokenLawError extends Error {
  override readonly name = "BrokenLawError";
  /** The law that says most precisely what is wrong. */
  readonly law: ConstraintLaw;
  /** The names of all broken laws. */
  readonly broken: readonly string[];
  /** The smallest case that was found. */
  readonly counterExample: WeightCase;
  readonly seed: number;

  constructor(message: string, facts: Pick<BrokenLawError, "law" | "broken" | "counterExample" | "seed">) {
    super(message);
    this.law = facts.law;
    this.broken = facts.broken;
    this.counterExample = facts.counterExample;
    this.seed = facts.seed;
  }
}

/**
 * Tries the laws on a constraint of one's own, in any test runner or none. Returns where all hold. Throws
 * `BrokenLawError` with the smallest counter-example otherwise; an error that the constraint throws counts as a broken
 * law. Throws `usage` for an option that makes no sense.
 */
export function checkConstraintLaws(myConstraint: OwnConstraint, options: OwnConstraintOptions = {}): void {
  checkOptions("checkConstraintLaws", options, ownOptionKinds);
  if (options.like !== undefined) checkConstraint("checkConstraintLaws.like", options.like);
  checkArgument("myConstraint", myConstraint, { ...someFunction, wanted: "a function (data, shape) => …" });
  const { like, generation = "keras3", epsilon = 1e-7, config = null, ...rest } = options;
  const name = myConstraint.name || "the constraint";
  const constraint: Constraint = like ?? { kind: "custom", name, config };
  const apply: Apply = (_, data, shape) => writeBack(myConstraint(data, shape, config), data);
  // A function that is like one constraint cannot be told of another one, as these laws would have to.
  const fixedLaws =
    like === undefined ? constraintLaws : constraintLaws.filter((law) => !lawsThatChangeOptions.has(law.name));
  const { laws = fixedLaws } = rest;
  tryLaws(name, apply, { ...rest, laws }, { constraint, generation, epsilon });
}

const lawsThatChangeOptions: ReadonlySet<string> = new Set([
  "the order of a list of axes does not matter",
  "permuting axes commutes",
  "weights and limits in other units give the same",
]);

/**
 * Tries the laws on an implementation of all of Keras's constraints, with the arguments of `applyConstraint`, on every
 * constraint, generation, epsilon and axis. Throws as `checkConstraintLaws` does.
 */
export function checkKerasLaws(apply: Apply, options: CheckOptions = {}): void {
  checkOptions("checkKerasLaws", options, checkOptionKinds);
  checkArgument("checkKerasLaws.apply", apply, { ...someFunction, wanted: "a function such as applyConstraint" });
  tryLaws(apply.name || "the implementation", apply, options, {});
}

/** Puts what a constraint returned into the weight that it was given. */
function writeBack(returned: ArrayLike<number> | void, data: Float32Array | Float64Array): void {
  if (returned === undefined || returned === data) return;
  if (returned.length !== data.length) throw new RangeError(`returned ${returned.length} numbers for ${data.length}`);
  data.set(returned);
}

function tryLaws(name: string, apply: Apply, options: CheckOptions, given: WeightCaseOptions): void {
  const { numRuns = 1000, laws = constraintLaws, arithmetic, shapes } = options;
  const cases = weightCases({
    ...given,
    ...(arithmetic === undefined ? {} : { arithmetic }),
    ...(arithmetic === "float32" ? { width: 32 as const } : {}),
    ...(shapes === undefined ? {} : { shapes }),
  });
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  const failures = laws.flatMap((law) => {
    const holds = (weightCase: WeightCase): boolean => complaintOf(law, apply, weightCase) === null;
    const { failed, counterexample } = check(property(cases, holds), { numRuns, seed });
    return failed && counterexample !== null ? [{ law, counterExample: counterexample[0] }] : [];
  });
  const [first] = failures;
  if (first === undefined) return;
  const broken = failures.map(({ law }) => law.name);
  throw new BrokenLawError(report(name, apply, first, { broken, laws: laws.length, seed, numRuns }), {
    ...first,
    broken,
    seed,
  });
}

/** As the law says it; an error counts as a complaint. */
function complaintOf(law: ConstraintLaw, apply: Apply, weightCase: WeightCase): string | null {
  try {
    return law.check(apply, weightCase);
  } catch (error) {
    return `it threw ${String(error)}`;
  }
}

function report(
  name: string,
  apply: Apply,
  { law, counterExample }: { law: ConstraintLaw; counterExample: WeightCase },
  facts: { broken: readonly string[]; laws: number; seed: number; numRuns: number },
): string {
  const { broken, laws, seed, numRuns } = facts;
  const others = broken.slice(1);
  const calls: string[] = [];
  const found = complaintOf(law, recording(apply, counterExample, calls), counterExample);
  return [
    `${name} breaks the law "${law.name}"`,
    `  ${law.says}`,
    `  found: ${found ?? "nothing on a second look: the result is not the same each time"}`,
    ...calls.slice(-2),
    ...(others.length === 0 ? [] : [`  broken as well: ${others.map((one) => `"${one}"`).join(", ")}`]),
    `  ${laws - broken.length} of ${laws} laws hold; to see this again: { seed: ${seed}, numRuns: ${numRuns} }`,
  ].join("\n");
}

/** The same implementation, whose calls are written down: a law may look at other weights than that of its case. */
function recording(apply: Apply, weightCase: WeightCase, calls: string[]): Apply {
  return (constraint, data, shape, options) => {
    const { generation = weightCase.generation, epsilon = weightCase.epsilon } = options;
    const [what, before] = formatCase({ constraint, data, shape, generation, epsilon });
    const write = (after: string): void => {
      calls.push(`  ${what}\n    before: ${before}\n    after:  ${after}`);
    };
    try {
      apply(constraint, data, shape, options);
    } catch (error) {
      write(`it threw ${String(error)}`);
      throw error;
    }
    write(formatNested(data, shape));
  };
}
