import { describe, expect, it } from "vitest";
import { applyConstraint } from "../src/constraints/index.js";
import { BrokenLawError, checkKerasLaws, constraintLaws, type Apply } from "../src/testing/index.js";
import { formatTable } from "./mistake-table.js";
import { rareCases } from "./rare-cases.js";
import { wrongImplementations } from "./wrong-implementations.js";

/** What the laws say of an implementation at the default number of runs, on the same cases in every run. */
function failureOf(apply: Apply): BrokenLawError {
  try {
    checkKerasLaws(apply, { seed: 2026 });
  } catch (error) {
    if (error instanceof BrokenLawError) return error;
    throw error;
  }
  throw new Error("no law is broken");
}

/**
 * The most numbers that a smallest counter-example has; one mistake shrinks less far than the others.
 */
function mostNumbers(name: string): number {
  return name === "the largest absolute value" ? 27 : 16;
}

const found = new Map<string, BrokenLawError>();

it("the catalogue has many mistakes, each once, and no law that does not exist", () => {
  expect(wrongImplementations.length).toBeGreaterThanOrEqual(25);
  expect(new Set(wrongImplementations.map(({ name }) => name)).size).toBe(wrongImplementations.length);
  const names = constraintLaws.map(({ name }) => name);
  for (const { law } of wrongImplementations) expect(names).toContain(law);
});

describe("the laws catch, by one that says what is wrong and in few numbers,", () => {
  it.each(wrongImplementations)("$name", ({ name, law, apply }) => {
    const failure = failureOf(apply);
    found.set(name, failure);
    expect(failure.broken).toContain(law);
    expect(failure.counterExample.data.length).toBeLessThanOrEqual(mostNumbers(name));
    expect(failure.message.length).toBeLessThan(3000);
  });
});

describe("a law catches, in the rare case that is kept for it,", () => {
  const kept = rareCases.flatMap(({ law, mistakes, weightCase }) =>
    mistakes.map((mistake) => ({ law, mistake, weightCase })),
  );

  it.each(kept)("$mistake: $law", ({ law, mistake, weightCase }) => {
    const { check } = constraintLaws.find(({ name }) => name === law)!;
    expect(check(applyConstraint, weightCase)).toBeNull();
    const { apply } = wrongImplementations.find(({ name }) => name === mistake)!;
    expect(check(apply, weightCase)).toEqual(expect.any(String));
  });

  it("each law and mistake once", () => {
    expect(new Set(kept.map(({ law, mistake }) => `${law}: ${mistake}`)).size).toBe(kept.length);
  });
});

it("each law catches the mistakes that the table says, and no others", async () => {
  const rows = wrongImplementations.map(({ name }) => ({ mistake: name, broken: found.get(name)!.broken }));
  await expect(formatTable(constraintLaws, rows, rareCases)).toMatchFileSnapshot("caught-mistakes.txt");
});

it("every law catches some mistake", () => {
  const broken = new Set(Array.from(found.values(), (failure) => failure.broken).flat());
  expect(constraintLaws.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
});

it("every law about the size of a norm catches a wrong axis, a wrong epsilon or the norm of the whole weight", () => {
  const named = [
    "the last axis for every axis",
    "the first axis for every axis",
    "the norm of the whole weight",
    "epsilon 1e-3",
    "no epsilon",
  ];
  const caught = new Set(named.flatMap((name) => found.get(name)!.broken));
  expect(constraintLaws.map(({ name }) => name).filter((name) => !caught.has(name))).toEqual([
    "only the numbers of the weight change",
    "the same weight gives the same result",
    "the order of a list of axes does not matter",
    "applied once, not twice",
    "float64 weights keep their precision",
    "NonNeg makes zeros of negative numbers and keeps the others",
    "NonNeg treats -0 and -Infinity as the Keras that is meant",
    "RadialConstraint makes rings",
    "RadialConstraint takes its numbers from the diagonal, as tf.keras does",
  ]);
});
