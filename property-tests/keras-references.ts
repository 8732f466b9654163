import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import {
  applyConstraint,
  hasAxis,
  parseConstraint,
  settleAxis,
  type Constraint,
  type Generation,
  type WrittenBy,
} from "../src/constraints/index.js";
import type { Note } from "../src/errors.js";
import { openNpz } from "../src/formats/npz.js";
import { sizeOf } from "../src/ndarray.js";
import { desiredNorm, groupMembers, normOf } from "../src/testing/plain-definition.js";
import { applied, axisOf, roundingOf, type Apply, type WeightCase } from "../src/testing/weight-case.js";

/** The indices of `fixtures/constraints`: Keras 1.2.2, 2.3.1, tf.keras 2.15.0, Keras 3.0.5 and 3.15.1. */
export const referenceNames = ["keras1", "keras2", "tfkeras", "keras30", "keras3"] as const;
export type ReferenceName = (typeof referenceNames)[number];

/** A weight, a constraint, and what a real Keras made of the two. */
export interface KerasReference {
  /** The number of the case and the kind of weight: `0012 huge`. */
  readonly id: string;
  readonly weightCase: WeightCase;
  readonly output: Float32Array | Float64Array;
  /** Whether this Keras makes zeros of subnormal numbers. */
  readonly flushes: boolean;
}

/** A constraint that a real Keras read and then failed to apply to a weight. */
export interface KerasFailure {
  readonly id: string;
  readonly raw: unknown;
  /** As it is read here, and settled for the weight. */
  readonly constraint: Constraint;
  readonly notes: readonly Note[];
  readonly shape: readonly number[];
  readonly generation: Generation;
  /** The name of Keras's exception. */
  readonly error: string;
}

interface IndexCase {
  readonly id: string;
  readonly constraint: unknown;
  readonly shape: readonly number[];
  readonly error?: string;
  readonly dtype: "float32" | "float64";
  readonly kinds: string;
  readonly input: string;
  readonly output: string;
}

interface Index {
  readonly keras: string;
  readonly generation: Generation;
  readonly backend: string;
  readonly flushes: boolean;
  readonly kinds: Readonly<Record<string, readonly string[]>>;
  readonly cases: readonly IndexCase[];
}

function stemOf(name: ReferenceName): string {
  return fileURLToPath(new URL(`../fixtures/constraints/${name}`, import.meta.url));
}

/** Python writes NaN and Infinity as such; a list of NumPy's is the same without them. */
async function readIndex(name: ReferenceName): Promise<Index> {
  const text = await readFile(`${stemOf(name)}.json`, "utf8");
  const quoted = text.replaceAll(/: (-?Infinity|NaN)(?=[,}])/g, ': "$1"');
  return JSON.parse(quoted, (_, value: unknown) =>
    value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : value,
  ) as Index;
}

/** Reads a constraint as the importer does: by the Keras that wrote it, and settled for the weight. */
function readConstraint({ constraint: raw, shape, id }: IndexCase, index: Index): [Constraint, Note[]] {
  const notes: Note[] = [];
  const writer: WrittenBy = { generation: index.generation, kerasVersion: index.keras, backend: index.backend };
  const read = parseConstraint(raw, { ...writer, path: `case ${id}`, onNote: (note) => notes.push(note) });
  if (read === null) throw new TypeError(`case ${id} has no constraint`);
  return [hasAxis(read) ? { ...read, axis: settleAxis(read.axis, shape.length, writer) } : read, notes];
}

/** What a Keras computed: one reference for each kind of weight of each case. */
export async function readKerasReferences(name: ReferenceName): Promise<KerasReference[]> {
  const index = await readIndex(name);
  const arrays = await openNpz(await readFile(`${stemOf(name)}.npz`));
  const members = new Map<string, Float32Array | Float64Array>();
  const readFloats = async (member: string): Promise<Float32Array | Float64Array> => {
    const known = members.get(member);
    if (known !== undefined) return known;
    const { data } = await arrays.read(member);
    if (!(data instanceof Float32Array || data instanceof Float64Array)) {
      throw new TypeError(`${member} of ${name}.npz holds no floats`);
    }
    members.set(member, data);
    return data;
  };
  const references: KerasReference[] = [];
  for (const one of index.cases) {
    if (one.error !== undefined) continue;
    const { id, shape, dtype, input, output } = one;
    const [constraint] = readConstraint(one, index);
    const [before, after] = [await readFloats(input), await readFloats(output)];
    const size = sizeOf(shape);
    for (const [i, kind] of (index.kinds[one.kinds] ?? []).entries()) {
      const values = before.subarray(i * size, (i + 1) * size);
      const data = dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values);
      const weightCase = { constraint, data, shape, generation: index.generation, epsilon: 1e-7 };
      const made = after.subarray(i * size, (i + 1) * size);
      references.push({ id: `${id} ${kind}`, weightCase, output: made, flushes: index.flushes });
    }
  }
  return references;
}

/** What a Keras failed to apply. */
export async function readKerasFailures(name: ReferenceName): Promise<KerasFailure[]> {
  const index = await readIndex(name);
  return index.cases.flatMap((one) => {
    if (one.error === undefined) return [];
    const [constraint, notes] = readConstraint(one, index);
    const { id, shape, error, constraint: raw } = one;
    return [{ id, raw, constraint, notes, shape, generation: index.generation, error }];
  });
}

/** What a comparison with Keras's output found. */
export interface ReferenceComparison {
  /** A line for each number that differs by more than the bound. */
  readonly complaints: readonly string[];
  /** Groups of float32 cases that leave the range of Keras's own float32 on the way. */
  readonly beyondFloat32: number;
}

/**
 * Compares an implementation with what Keras computed. For groups of n numbers the bound is (n / 2 + 10) u of each
 * number: n / 2 + 1 for Keras's norm (numerics of the theorem: n additions of rounded squares, and the root), one each
 * for the limit and epsilon in float32, the sum with epsilon, the quotient and the product, three for the rate, and one
 * for the rounding here; times what a rate outside [0, 1] loses to cancellation. NaN, infinities and zeros must be
 * equal, and for NonNeg and RadialConstraint everything.
 *
 * Only where the numbers of a float32 group, their squares or the factor leave the normal range of float32 do the two
 * differ by design: Keras's norm is infinite or too small there, or its factor has lost its digits. Such a group is left
 * to `compareInFloat32`, and counted.
 */
export function compareWithKeras(apply: Apply, reference: KerasReference): ReferenceComparison {
  let beyondFloat32 = 0;
  const complaints = compareGroups(applied(apply, reference.weightCase), reference, (members) => {
    const beyond = leavesFloat32(reference, members);
    if (beyond) beyondFloat32++;
    return !beyond;
  });
  return { complaints, beyondFloat32 };
}

/** Compares `arithmetic: "keras"` with what Keras computed, within the same bound, for every group. */
export function compareInFloat32(reference: KerasReference): readonly string[] {
  const { constraint, data, shape, generation, epsilon } = reference.weightCase;
  const result = data.slice();
  const { flushes } = reference;
  applyConstraint(constraint, result, shape, {
    generation,
    epsilon,
    arithmetic: "keras",
    flushSubnormals: flushes,
  });
  return compareGroups(result, reference, () => true);
}

function compareGroups(
  result: WeightCase["data"],
  { id, weightCase, output, flushes }: KerasReference,
  isCompared: (members: readonly number[]) => boolean,
): string[] {
  const { constraint, data, shape } = weightCase;
  const single = data.BYTES_PER_ELEMENT === 4;
  // Half a dozen subnormal numbers, where roundings are no longer relative; all of them where Keras makes zeros of them.
  const absolute = single ? (flushes ? 2 ** -125 : 2 ** -146) : 2 ** -1070;
  const complaints: string[] = [];
  for (const members of groupMembers(shape, axisOf(constraint))) {
    if (!isCompared(members)) continue;
    const relative = hasAxis(constraint)
      ? (members.length / 2 + 10) * roundingOf(data) * cancellation(weightCase, normOf(data, members))
      : 0;
    for (const place of members) {
      const found = result[place]!;
      const wanted = output[place]!;
      if (Object.is(found, wanted) || (flushes && !hasAxis(constraint) && isFlushed(found, wanted))) continue;
      if (!hasAxis(constraint) || !(Math.abs(found - wanted) <= relative * Math.abs(wanted) + absolute)) {
        complaints.push(
          `case ${id}, ${JSON.stringify(constraint)}, number ${place}: ${data[place]} became ${found}, in Keras ${wanted}`,
        );
      }
    }
  }
  return complaints;
}

/** How much larger the terms of a desired norm are than it: above 1 where the rate is outside [0, 1]. */
function cancellation(weightCase: WeightCase, norm: number): number {
  const { constraint } = weightCase;
  if (constraint.kind !== "minMaxNorm" || !Number.isFinite(norm)) return 1;
  const desired = Math.abs(desiredNorm(weightCase, norm) ?? 1);
  const kept = Math.abs((1 - constraint.rate) * norm);
  return desired === 0 ? 1 : Math.max(1, (desired + 2 * kept) / desired);
}

/** True where both are zero, or one is a subnormal number and the other zero. */
function isFlushed(found: number, wanted: number): boolean {
  return wanted === 0 && Math.abs(found) < 2 ** -126;
}

/**
 * True where a finite, non-zero float32 group has squares, a sum of them or a factor outside the normal numbers of
 * float32, or, where Keras makes zeros of them, subnormal numbers.
 */
function leavesFloat32({ weightCase, flushes }: KerasReference, members: readonly number[]): boolean {
  const { constraint, data } = weightCase;
  const norm = normOf(data, members);
  if (!hasAxis(constraint) || data.BYTES_PER_ELEMENT !== 4 || !Number.isFinite(norm) || norm === 0) return false;
  if (norm > 1.8e19 || norm < 2 ** -50) return true;
  if (flushes && members.some((place) => data[place] !== 0 && Math.abs(data[place]!) < 2 ** -126)) return true;
  const factor = Math.abs(desiredNorm(weightCase, norm) ?? 1) / norm;
  return factor !== 0 && factor < 2 ** -126;
}
