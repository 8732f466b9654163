import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseConstraint, type Generation } from "../src/constraints/index.js";
import { openNpz } from "../src/formats/npz.js";
import { desiredNorm, groupMembers, normOf } from "../src/testing/plain-definition.js";
import { applied, axisOf, roundingOf, smallestOf, type Apply, type WeightCase } from "../src/testing/weight-case.js";

/** A weight, a constraint, and what a real Keras made of the two. */
export interface KerasReference {
  readonly id: string;
  readonly weightCase: WeightCase;
  readonly output: Float32Array | Float64Array;
}

interface Index {
  readonly keras: string;
  readonly generation: Generation;
  readonly cases: readonly {
    readonly id: string;
    readonly constraint: unknown;
    readonly shape: readonly number[];
    readonly dtype: "float32" | "float64";
    readonly input: string;
    readonly output: string;
  }[];
}

/** The references of `fixtures/constraints` for a generation; cases with the identity are left out. */
export async function readKerasReferences(generation: Generation): Promise<KerasReference[]> {
  const stem = fileURLToPath(new URL(`../fixtures/constraints/${generation}`, import.meta.url));
  const index = JSON.parse(await readFile(`${stem}.json`, "utf8")) as Index;
  const arrays = await openNpz(await readFile(`${stem}.npz`));
  const readFloats = async (name: string): Promise<Float32Array | Float64Array> => {
    const { data } = await arrays.read(name);
    if (data instanceof Float32Array || data instanceof Float64Array) return data;
    throw new TypeError(`${name} of ${stem}.npz holds no floats`);
  };
  const references: KerasReference[] = [];
  for (const { id, constraint: raw, shape, dtype, input, output } of index.cases) {
    const constraint = parseConstraint(raw, { generation, path: `${generation}.json case ${id}` });
    if (constraint === null) continue;
    const values = await readFloats(input);
    const data = dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values);
    const weightCase = { constraint, data, shape, generation, epsilon: 1e-7 };
    references.push({ id, weightCase, output: await readFloats(output) });
  }
  return references;
}

/** What a comparison with Keras's output found. */
export interface ReferenceComparison {
  /** A line for each number that differs by more than the bound. */
  readonly complaints: readonly string[];
  /** Groups of float32 cases whose squares overflow or vanish in Keras's own float32. */
  readonly beyondFloat32: number;
}

/**
 * Compares an implementation with what Keras computed. For groups of n numbers the bound is (n / 2 + 10) u of each
 * number: n / 2 + 1 for Keras's norm (numerics of the theorem: n additions of rounded squares, and the root), one each
 * for the limit and epsilon in float32, the sum with epsilon, the quotient and the product, three for the rate, and one
 * for the rounding here. NaN, infinities and zeros must be equal, and for NonNeg everything.
 *
 * Only where the squares of a float32 group leave the normal range of float32 do the two differ by design: Keras's norm
 * is infinite or too small there. Such a group is compared with the same formula computed in float32 instead, so that
 * the difference is shown to be Keras's float32 and nothing else.
 */
export function compareWithKeras(apply: Apply, { id, weightCase, output }: KerasReference): ReferenceComparison {
  const { data, shape, constraint } = weightCase;
  const result = applied(apply, weightCase);
  const complaints: string[] = [];
  let beyondFloat32 = 0;
  const complain = (place: number, found: number): void => {
    const wanted = output[place];
    complaints.push(
      `case ${id}, ${constraint.kind}, number ${place}: ${data[place]} became ${found}, in Keras ${wanted}`,
    );
  };
  for (const members of groupMembers(shape, axisOf(constraint))) {
    const inFloat32 =
      leavesFloat32(data, members) && constraint.kind !== "nonNeg" ? groupInFloat32(weightCase, members) : null;
    if (inFloat32 !== null) beyondFloat32++;
    const relative = constraint.kind === "nonNeg" ? 0 : (members.length / 2 + 10) * roundingOf(data);
    for (const [i, place] of members.entries()) {
      const found = inFloat32 === null ? result[place]! : inFloat32[i]!;
      const wanted = output[place]!;
      if (Object.is(found, wanted)) continue;
      if (
        constraint.kind === "nonNeg" ||
        !(Math.abs(found - wanted) <= relative * Math.abs(wanted) + smallestOf(data))
      ) {
        complain(place, found);
      }
    }
  }
  return { complaints, beyondFloat32 };
}

/** True where a finite, non-zero float32 group has squares, or a sum of them, outside the normal numbers of float32. */
function leavesFloat32(data: WeightCase["data"], members: readonly number[]): boolean {
  const norm = normOf(data, members);
  if (data.BYTES_PER_ELEMENT !== 4 || !Number.isFinite(norm) || norm === 0) return false;
  return norm > 1.8e19 || norm < 2 ** -50;
}

/** The constraint on one group with every step rounded to float32, the squares added one after the other. */
function groupInFloat32(weightCase: WeightCase, members: readonly number[]): number[] {
  const { constraint, data } = weightCase;
  const { fround } = Math;
  let sum = 0;
  for (const place of members) sum = fround(sum + fround(data[place]! * data[place]!));
  const norm = fround(Math.sqrt(sum));
  const divisor = fround(fround(weightCase.epsilon) + norm);
  if (constraint.kind === "unitNorm") return members.map((place) => fround(data[place]! / divisor));
  const factor = fround(fround(desiredNorm(weightCase, norm)!) / divisor);
  return members.map((place) => fround(data[place]! * factor));
}
