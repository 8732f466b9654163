import { describe, expect, test } from "vitest";
import { compareNumbers, largestOf, rmsDifference } from "./compare.js";

const within = (budget: number) => () => budget;

describe("compareNumbers", () => {
  test("measures absolute, relative and float32 distance, each at its worst", () => {
    const next = Math.fround(1 + 2 ** -23);
    const result = compareNumbers([next, 4.5, 100], [1, 4, 100], [3], within(1));
    expect(result).toMatchObject({ maxAbs: 0.5, maxRel: 0.005, share: 0.5, first: null });
    expect(compareNumbers([next], [1], [1], within(1)).maxUlp).toBe(1);
    expect(compareNumbers([-(2 ** -149)], [2 ** -149], [1], within(1)).maxUlp).toBe(2);
  });

  test("names the worst number and the first outside its budget by their indices", () => {
    const result = compareNumbers([0, 0, 0, 2, 0, 9], [0, 0, 0, 0, 0, 0], [2, 3], within(1));
    expect(result.first).toEqual({ index: [1, 0], actual: 2, expected: 0 });
    expect(result.worst).toEqual({ index: [1, 2], actual: 9, expected: 0 });
  });

  test("takes NaN and the infinities as themselves", () => {
    const kinds = [NaN, Infinity, -Infinity];
    expect(compareNumbers(kinds, kinds, [3], within(0))).toMatchObject({ share: 0, maxAbs: 0, first: null });
    for (const [actual, expected] of [
      [NaN, 0],
      [0, NaN],
      [Infinity, -Infinity],
      [Infinity, 1e300],
    ] as const) {
      expect(compareNumbers([actual], [expected], [1], within(Infinity)).share).toBe(Infinity);
    }
  });

  test("finds both zeros equal, and any difference beyond a budget of nothing", () => {
    expect(compareNumbers([-0], [0], [1], within(0)).first).toBeNull();
    expect(compareNumbers([2 ** -1074], [0], [1], within(0)).share).toBe(Infinity);
  });
});

test("the largest entry and the root mean square leave out what is not finite", () => {
  expect(largestOf([1, -3, Infinity, NaN])).toBe(3);
  expect(largestOf([])).toBe(0);
  expect(rmsDifference([3, NaN, 0], [0, 1, 4])).toBe(Math.sqrt(12.5));
});
