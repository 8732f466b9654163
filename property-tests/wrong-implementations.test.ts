import { describe, expect, it } from "vitest";
import { BrokenLawError, checkKerasLaws, constraintLaws, type Apply } from "../src/testing/index.js";
import { wrongImplementations } from "./wrong-implementations.js";

/** What the laws say of an implementation at the default number of runs, on new random cases each time. */
function failureOf(apply: Apply): BrokenLawError {
  try {
    checkKerasLaws(apply);
  } catch (error) {
    if (error instanceof BrokenLawError) return error;
    throw error;
  }
  throw new Error("no law is broken");
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
    expect(failure.counterExample.data.length).toBeLessThanOrEqual(32);
    expect(failure.message.length).toBeLessThan(3000);
  });
});

it("every law catches some mistake", () => {
  const broken = new Set(Array.from(found.values(), (failure) => failure.broken).flat());
  expect(constraintLaws.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
});
