import { checkOptions, notNegative, type OptionKinds } from "../check-options.js";
import { someGeneration, someShape } from "../constraints/argument-kinds.js";
import { checkConstraint } from "../constraints/check-constraint.js";
import {
  constraintFault,
  hasAxis,
  radialFault,
  resolveAxes,
  type Constraint,
  type Generation,
  type NormConstraint,
} from "../constraints/index.js";
import { formatKerasCall } from "../constraints/keras-call.js";
import { formatCount } from "../report/numbers.js";
import { limitsOf } from "../constraints/norm-limits.js";
import { placeName } from "./constraint-law.js";
import { findBrokenRing } from "./radial-laws.js";
import { KerasProofError } from "../errors.js";
import { coordinates, groupMembers, normOf } from "./plain-definition.js";
import { readWeight, type FlatWeight, type WeightLike } from "./read-weight.js";

/** How a weight is compared with a constraint. */
export interface SatisfyOptions {
  /** The shape of a typed array, in C order; other weights have one of their own. */
  readonly shape?: readonly number[];
  /**
   * How far a norm may be outside, as part of the limit. Default, for groups of n numbers: above, (n / 2 + 3) 2^-24 for
   * float32, which every Keras keeps, and (n + 8) 2^-53 for float64; below, 1e-5 more, since epsilon keeps a group that
   * was a hundred times too small that far under its limit.
   */
  readonly tolerance?: number;
  /** Default `"keras3"`; how the constraint is written in messages. */
  readonly generation?: Generation;
}

const optionKinds: OptionKinds<SatisfyOptions> = {
  shape: someShape,
  tolerance: notNegative,
  generation: someGeneration,
};

/** A group that lies outside, a number, or a kernel. */
interface Violation {
  readonly text: string;
  /** How far outside, for finding the worst. */
  readonly excess: number;
}

/** What was looked at, and what of it lies outside. */
interface Findings {
  readonly violations: readonly Violation[];
  readonly total: number;
  /** What is counted, in the singular, and what follows it. */
  readonly noun: string;
  readonly size?: string;
  /** What is said of one, and of several, where nothing lies outside. */
  readonly holds: readonly [one: string, several: string];
  /** What is said of those outside, after "is" or "are". */
  readonly fails: string;
}

/**
 * Throws an Error where a weight does not satisfy a constraint, in any test runner or none: a norm that is not between
 * the limits or not a number, a negative number under NonNeg, a kernel without rings under RadialConstraint. The message
 * names the worst group, its norm, the limit and the tolerance, and says how many groups are outside. Throws `usage` for
 * what is no weight, for options that do not exist, for a limit that is NaN and for a constraint of one's own;
 * `bad-constraint` for an axis that the weight does not have, for limits of a file that are no numbers, and for a weight
 * that RadialConstraint does not take.
 */
export function assertSatisfiesConstraint(
  weight: WeightLike,
  constraint: Constraint,
  options: SatisfyOptions = {},
): void {
  const { satisfied, message } = judgeWeight(weight, constraint, options);
  if (!satisfied) throw new Error(message);
}

/** Whether a weight satisfies a constraint, and what there is to say of it either way. */
export function judgeWeight(
  weight: unknown,
  constraint: Constraint,
  options: SatisfyOptions = {},
): { satisfied: boolean; message: string } {
  checkOptions("toSatisfyConstraint", options, optionKinds);
  checkConstraint("toSatisfyConstraint.constraint", constraint);
  const flat = readWeight(weight, options.shape);
  const { generation = "keras3" } = options;
  const call = formatKerasCall(constraint, generation);
  const head = `weight of shape (${flat.shape.join(", ")})`;
  const { violations, total, noun, size = "", holds, fails } = findViolations(flat, constraint, options);
  const all = `${formatCount(total, noun)}${size}`;
  if (violations.length === 0) {
    return { satisfied: true, message: `${head} satisfies ${call}: ${all} ${holds[total === 1 ? 0 : 1]}` };
  }
  const worst = violations.reduce((one, other) => (other.excess > one.excess ? other : one));
  const failing = `${violations.length} of ${all} ${violations.length === 1 ? "is" : "are"} ${fails}`;
  return { satisfied: false, message: `${head} does not satisfy ${call}: ${worst.text}\n${failing}` };
}

function findViolations(flat: FlatWeight, constraint: Constraint, options: SatisfyOptions): Findings {
  if (hasAxis(constraint)) return findGroupsOutside(flat, constraint, options);
  if (constraint.kind === "nonNeg") return findNegativeNumbers(flat);
  if (constraint.kind === "radialConstraint") return findKernelsWithoutRings(flat);
  throw new KerasProofError(
    "usage",
    "constraint",
    `found ${constraint.name}, wanted a constraint of Keras: nothing is known of its limits`,
  );
}

function findNegativeNumbers(flat: FlatWeight): Findings {
  const violations = Array.from(flat.data, (w, place): Violation[] => {
    if (w >= 0) return [];
    const text = `${placeName(place, flat)} is ${w}, limit 0, tolerance 0`;
    return [{ text, excess: Number.isNaN(w) ? Infinity : -w }];
  }).flat();
  const holds = ["is 0 or above", "are 0 or above"] as const;
  return { violations, total: flat.data.length, noun: "number", holds, fails: "negative or NaN" };
}

function findKernelsWithoutRings(flat: FlatWeight): Findings {
  const { data, shape } = flat;
  const fault = radialFault(shape);
  if (fault !== null) throw new KerasProofError("bad-constraint", "shape", fault);
  const kernels = groupMembers(shape, [0, 1]);
  const violations = kernels.flatMap((members): Violation[] => {
    const broken = findBrokenRing(data, shape, members);
    if (broken === null) return [];
    const [one, other] = broken;
    const [first, second] = [placeName(one, flat), placeName(other, flat)];
    return [{ text: `${first} is ${data[one]}, and ${second} of the same ring ${data[other]}`, excess: 1 }];
  });
  const holds = ["is made of even rings", "are made of even rings"] as const;
  return { violations, total: kernels.length, noun: "kernel", holds, fails: "without even rings" };
}

function findGroupsOutside(flat: FlatWeight, constraint: NormConstraint, options: SatisfyOptions): Findings {
  const { data, shape } = flat;
  const generation = options.generation ?? "keras3";
  resolveAxes(constraint.axis, shape.length, generation, "axis");
  const fault = constraintFault(constraint, shape, generation);
  if (fault !== null) throw new KerasProofError("bad-constraint", "constraint", fault);
  const { lower: low, upper: high } = limitsOf(constraint);
  if (Number.isNaN(low) || Number.isNaN(high)) {
    throw new KerasProofError(
      "usage",
      "constraint",
      "found a limit that is NaN, which no weight could fail, wanted a number",
    );
  }
  const groups = groupMembers(shape, constraint.axis);
  const single = data.BYTES_PER_ELEMENT === 4;
  const violations: Violation[] = [];
  for (const members of groups) {
    const norm = normOf(data, members);
    const count = members.length;
    const above = options.tolerance ?? (single ? (count / 2 + 3) * 2 ** -24 : (count + 8) * 2 ** -53);
    const below = options.tolerance ?? above + 1e-5;
    const where = `group ${groupName(members, shape)}`;
    if (Number.isNaN(norm) || norm === Infinity) {
      violations.push({
        text: `${where} has norm ${norm}, limit ${high}, tolerance ${high * above}`,
        excess: Infinity,
      });
    } else if (norm > high + high * above) {
      violations.push({
        text: `${where} has norm ${norm}, above the limit ${high} by ${norm - high}, tolerance ${high * above}`,
        excess: norm - high,
      });
    } else if (norm < low - low * below) {
      const zeros = norm === 0 ? " (a group of zeros, which no constraint lifts)" : "";
      violations.push({
        text: `${where} has norm ${norm}, below the lower limit ${low} by ${low - norm}, tolerance ${low * below}${zeros}`,
        excess: low - norm,
      });
    }
  }
  const range = low > 0 ? `within [${low}, ${high}]` : `at most ${high}`;
  const rate =
    constraint.kind === "minMaxNorm" && constraint.rate !== 1
      ? `; with rate ${constraint.rate}, each step moves them only part of the way`
      : "";
  const size = ` of ${formatCount(groups[0]?.length ?? 0, "number")}`;
  const holds = [`has a norm ${range}`, `have a norm ${range}`] as const;
  return { violations, total: groups.length, noun: "group", size, holds, fails: `outside${rate}` };
}

/** A group as Python indexes its numbers, `w[:, 3]`: a colon along the axes in which they differ. */
function groupName(members: readonly number[], shape: readonly number[]): string {
  const first = coordinates(members[0] ?? 0, shape);
  const last = coordinates(members.at(-1) ?? 0, shape);
  return `w[${first.map((at, axis) => (at === last[axis] ? at : ":")).join(", ")}]`;
}
