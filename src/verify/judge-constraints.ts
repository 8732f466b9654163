import { applyConstraint, groupNorms } from "../constraints/apply.js";
import { limitsOf, summariseNorms } from "../constraints/norm-summary.js";
import { constraintBindings, type ConstraintBinding, type ModelSpec, type WeightSpec } from "../import/spec.js";
import { type NdArray, sizeOf } from "../ndarray.js";
import { type Difference, compareNumbers, numbersOf } from "./compare.js";
import type { Reference } from "./reference.js";
import type { ConstraintVerdict } from "./verdict.js";
import { layersByEntry } from "./weights-check.js";

/**
 * Judges every constraint of a model: applied once to the imported weight, against what Keras's made of the same
 * weight (`constrained/<layer>/<i>`). Keras sums n squares in float32 in an order of its own, so a number may be off by
 * (n / 2 + 6) · 2^-24 of itself: the bound of a sequential sum and the few roundings after it.
 */
export async function judgeConstraints(spec: ModelSpec, reference: Reference): Promise<ConstraintVerdict[]> {
  const layers = new Map([...layersByEntry(spec)].map((one) => [one.path, one]));
  const verdicts: ConstraintVerdict[] = [];
  for (const binding of constraintBindings(spec)) {
    const found = layers.get(binding.layer);
    const weight = found?.layer.weights.find((one) => one.name === binding.weight);
    if (found === undefined || weight?.values === null || weight === undefined) continue;
    const stored = await storedPair(found.layer.weights.indexOf(weight), weight.values, found.entry, reference);
    verdicts.push(judgeConstraint(binding, weight.values, stored, reference.meta.epsilon));
  }
  return verdicts;
}

/** A weight of the reference before and after its constraint, in Keras's layout. */
interface StoredPair {
  readonly before: NdArray;
  readonly after: NdArray;
}

/**
 * Finds a weight in the reference: at its own place or, where Keras kept its weights in another order or layout, the
 * one that holds the same numbers.
 */
async function storedPair(
  slot: number,
  values: NonNullable<WeightSpec["values"]>,
  layer: string,
  reference: Reference,
): Promise<StoredPair | null> {
  const befores = await reference.readList(`weights/${layer}`);
  const wanted = sorted(values);
  const order = [slot, ...befores.keys()].filter((i) => reference.has(`constrained/${layer}/${i}`));
  for (const i of order) {
    const before = befores[i];
    if (before === undefined || !sameNumbers(sorted(before), wanted)) continue;
    return { before, after: await reference.read(`constrained/${layer}/${i}`) };
  }
  return null;
}

function judgeConstraint(
  binding: ConstraintBinding,
  values: NonNullable<WeightSpec["values"]>,
  stored: StoredPair | null,
  epsilon: number,
): ConstraintVerdict {
  const { layer, weight, shape, constraint, generation } = binding;
  const before = Float64Array.from(numbersOf(values));
  const after = before.slice();
  applyConstraint(constraint, after, shape, { generation, epsilon });
  const counts = countGroups(binding, before);
  const groupSize = counts.groups === null ? 1 : before.length / Math.max(1, counts.groups);
  const difference = stored === null ? null : compareConstrained(before, after, stored, shape, groupSize);
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

function compareConstrained(
  before: Float64Array,
  after: Float64Array,
  stored: StoredPair,
  shape: readonly number[],
  groupSize: number,
): Difference {
  const theirs = numbersOf(stored.after);
  const sameOrder = stored.before.shape.join() === shape.join() && sameNumbers(numbersOf(stored.before), before);
  const [actual, expected] = sameOrder
    ? [after, theirs]
    : [inOrderOf(before, after), inOrderOf(numbersOf(stored.before), theirs)];
  const share = (groupSize / 2 + 6) * 2 ** -24;
  return compareNumbers(
    actual,
    expected,
    sameOrder ? shape : [sizeOf(shape)],
    (i) => share * Math.abs(expected[i] as number) + 2 ** -120,
  );
}

/** The numbers after, in the ascending order of those before; where these are equal, in their own. */
function inOrderOf(before: ArrayLike<number>, after: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: before.length }, (_, i) => i);
  order.sort((a, b) => numberAt(before, a) - numberAt(before, b) || numberAt(after, a) - numberAt(after, b));
  return Float64Array.from(order, (i) => numberAt(after, i));
}

function numberAt(list: ArrayLike<number>, index: number): number {
  return list[index] as number;
}

function countGroups(
  { constraint, shape }: ConstraintBinding,
  values: Float64Array,
): Pick<ConstraintVerdict, "groups" | "above" | "largest"> {
  if (constraint.kind === "nonNeg") return { groups: null, above: null, largest: null };
  const norms = groupNorms(values, shape, constraint.axis);
  const groupSize = values.length / Math.max(1, norms.length);
  const summary = summariseNorms(norms, groupSize, limitsOf(constraint));
  return { groups: norms.length, above: summary.above?.count ?? null, largest: summary.finite?.largest ?? null };
}

function sorted(array: NdArray): Float64Array {
  return Float64Array.from(numbersOf(array), Math.fround).sort();
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
