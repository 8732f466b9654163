import { applyConstraint, groupNorms } from "../constraints/apply.js";
import { constraintFault } from "../constraints/constraint-fault.js";
import { excessOver, limitsOf } from "../constraints/norm-limits.js";
import { type Generation, hasAxis } from "../constraints/spec.js";
import {
  type ConstraintBinding,
  constraintBindings,
  type ModelSpec,
  walkLayers,
  type WeightSpec,
} from "../import/spec.js";
import type { NdArray } from "../ndarray.js";
import { type AlignedWeight, inOurOrder } from "./align-weights.js";
import { compareNumbers, numbersOf } from "./compare.js";
import type { Reference } from "./reference.js";
import type { ConstraintVerdict } from "./verdict.js";

/**
 * Judges every constraint of a model: applied once to the imported weight, against what Keras's made of the same
 * weight (`constrained/<layer>/<i>`). Keras sums n squares in float32 in an order of its own, so a number may be off by
 * (n / 2 + 6) · 2^-24 of itself: the bound of a sequential sum and the few roundings after it. Constraints that cannot be
 * applied, and those of the user's own, are left out. A weight that Keras constrained and the import does not has a
 * verdict, too.
 */
export async function judgeConstraints(
  spec: ModelSpec,
  reference: Reference,
  aligned: readonly AlignedWeight[],
): Promise<ConstraintVerdict[]> {
  const layers = new Map([...walkLayers(spec.graph)].map(({ layer, path }) => [path, layer]));
  const verdicts: ConstraintVerdict[] = [];
  for (const binding of constraintBindings(spec)) {
    const weights = layers.get(binding.layer)?.weights ?? [];
    const slot = weights.findIndex((weight) => weight.name === binding.weight);
    const values = weights[slot]?.values ?? null;
    if (values === null || !isJudged(binding)) continue;
    const found = aligned.find((one) => one.layer === binding.layer && one.slot === slot);
    const entry = `constrained/${found?.entry}`;
    const expected =
      found !== undefined && reference.has(entry) ? inOurOrder(await reference.read(entry), found.places) : null;
    verdicts.push(judgeConstraint(binding, values, expected, reference.meta.epsilon));
  }
  for (const { layer, slot, entry } of aligned) {
    const weight = layers.get(layer)?.weights[slot];
    if (weight === undefined || weight.constraint !== null || !reference.has(`constrained/${entry}`)) continue;
    verdicts.push(missingConstraint(layer, weight, spec.generation));
  }
  return verdicts;
}

/** The verdict on a weight that only Keras constrained, if by a constraint that left its present numbers alone. */
function missingConstraint(layer: string, { name, shape }: WeightSpec, generation: Generation): ConstraintVerdict {
  const none = { groups: null, above: null, largest: null, share: null, worst: null };
  return { layer, weight: name, shape, constraint: null, generation, ...none, agrees: false };
}

/** A constraint that training fails by, as a note of the model says, and one that only the user's own code knows. */
function isJudged({ constraint, shape, generation }: ConstraintBinding): boolean {
  return constraint.kind !== "custom" && constraintFault(constraint, shape, generation) === null;
}

function judgeConstraint(
  binding: ConstraintBinding,
  values: NdArray,
  expected: ArrayLike<number> | null,
  epsilon: number,
): ConstraintVerdict {
  const { layer, weight, shape, constraint, generation } = binding;
  const before = Float64Array.from(numbersOf(values));
  const after = before.slice();
  applyConstraint(constraint, after, shape, { generation, epsilon });
  const counts = countGroups(binding, before);
  const groupSize = counts.groups === null ? 1 : before.length / Math.max(1, counts.groups);
  const part = (groupSize / 2 + 6) * 2 ** -24;
  const difference =
    expected === null
      ? null
      : compareNumbers(after, expected, shape, (i) => part * Math.abs(expected[i] as number) + 2 ** -120);
  return {
    layer,
    weight,
    shape,
    constraint,
    generation,
    ...counts,
    agrees: difference === null ? null : difference.first === null,
    share: difference?.share ?? null,
    worst: difference?.worst ?? null,
  };
}

function countGroups(
  { constraint, shape }: ConstraintBinding,
  values: Float64Array,
): Pick<ConstraintVerdict, "groups" | "above" | "largest"> {
  if (!hasAxis(constraint)) return { groups: null, above: null, largest: null };
  const norms = groupNorms(values, shape, constraint.axis);
  const groupSize = values.length / Math.max(1, norms.length);
  const limits = limitsOf(constraint);
  const { above } = excessOver(limits, groupSize);
  const finite = norms.filter(Number.isFinite);
  return {
    groups: norms.length,
    above: limits.upper === Infinity ? null : finite.filter((norm) => above(norm) > 0).length,
    largest: finite.length === 0 ? null : finite.reduce((most, norm) => Math.max(most, norm)),
  };
}
