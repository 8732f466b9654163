import { sample } from "fast-check";
import { describe, expect, it } from "vitest";
import { constraintLaws, weightCases } from "../src/testing/index.js";
import { wrongImplementations } from "./wrong-implementations.js";

/** The cases are the same in every run, so that the table below is exact. */
const cases = sample(weightCases(), { seed: 2026, numRuns: 1500 });

/**
 * Which law catches which mistake, in the order of `constraintLaws`: norm at most the limit, norm at least the limit,
 * the norm that the formula says, inside the ball, idempotent, direction kept, groups apart, permutation, scaling,
 * finite stays finite, NonNeg, plain definition. A law that cannot see a mistake has a dot: a wrong epsilon, for one,
 * keeps the direction, and the norm of the whole weight commutes with every permutation.
 */
const table: Readonly<Record<string, string>> = {
  "the last axis for every axis": "x x x x x x x x x x . x",
  "the first axis for every axis": "x x x x x x x x x x . x",
  "the norm of the whole weight": "x x x x x x x . x x . x",
  "axis null read as 0": "x . x x x x . x . . . x",
  "only the first axis of a list": "x . x x x x . . . . . x",
  "negative axes off by one": "x x x x x x x x x x . x",
  "epsilon 1e-3": ". x x x x . . . x . . x",
  "no epsilon": "x . x x x . . . x x . x",
  "nothing done inside the limits": ". . x x . . . . . . . x",
  "the default limit for every limit": "x . x x . . . . x . . x",
  "rate 1 for every rate": ". . x . . . . . . . . x",
  "no lower limit": "x x x . x x . . . . . x",
  "a unit norm by the product with the inverse": "x x x . x . . . x . . x",
  "squares added in float32": "x x x . x . . x x . . x",
  "each number of a group clipped to the limit instead": "x . x x . x . . . . . x",
  "NonNeg as the absolute value": ". . . . . . . . . . x x",
  "NonNeg of Keras 3 for every generation": ". . . . . . . . . . . x",
};

function marks(name: string): string {
  const { apply } = wrongImplementations.find((one) => one.name === name)!;
  const catches = constraintLaws.map((law) => cases.some((one) => law.check(apply, one) !== null));
  return catches.map((caught) => (caught ? "x" : ".")).join(" ");
}

describe(`in ${cases.length} fixed cases`, () => {
  it.each(wrongImplementations.map(({ name }) => name))("the laws catch %s", (name) => {
    expect(marks(name)).toBe(table[name]);
    expect(table[name]).toContain("x");
  });

  it("every law catches some mistake", () => {
    const columns = constraintLaws.map((_, law) => Object.values(table).map((row) => row.split(" ")[law]));
    expect(columns.every((column) => column.includes("x"))).toBe(true);
  });

  it("every law about norms catches a wrong axis, a wrong epsilon or the norm of the whole weight", () => {
    const named = ["the last axis for every axis", "the norm of the whole weight", "epsilon 1e-3", "no epsilon"];
    for (const [law, { name }] of constraintLaws.entries()) {
      const caught = named.some((mistake) => table[mistake]?.split(" ")[law] === "x");
      expect(caught, name).toBe(name !== "NonNeg keeps what is not negative");
    }
  });
});
