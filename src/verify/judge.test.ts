import { describe, expect, test } from "vitest";
import { errorRatio, judgeDerived, judgeExact, judgeFloat64 } from "./judge.js";

const u = 2 ** -24;

describe("judgeFloat64", () => {
  test("allows 2^-30 of the largest entry, everywhere", () => {
    const truth = [8, 1e-3];
    expect(judgeFloat64([8, 1e-3 + 8 * 2 ** -31], truth, [2], null)).toMatchObject({ agrees: true, basis: "float64" });
    expect(judgeFloat64([8, 1e-3 + 8 * 2 ** -29], truth, [2], null).agrees).toBe(false);
    expect(judgeFloat64([8, 1e-3], truth, [2], null)).toMatchObject({ budget: 2 ** -27, resolution: 2 ** -30 });
  });

  test("allows nothing in a tensor of zeros", () => {
    expect(judgeFloat64([0, -0], [0, 0], [2], null).agrees).toBe(true);
    expect(judgeFloat64([0, 1e-300], [0, 0], [2], null).agrees).toBe(false);
  });

  test("is widened by noise only where the computation is ill-conditioned", () => {
    const off = 2 ** -28;
    expect(judgeFloat64([1 + off], [1], [1], Float64Array.of(u)).agrees).toBe(false);
    expect(judgeFloat64([1 + off], [1], [1], Float64Array.of(2 ** -12)).agrees).toBe(true);
  });

  test("sees a number that is not finite", () => {
    expect(judgeFloat64([NaN], [1], [1], null)).toMatchObject({ agrees: false, first: { actual: NaN, expected: 1 } });
    expect(judgeFloat64([NaN], [NaN], [1], null).agrees).toBe(true);
  });
});

describe("judgeDerived", () => {
  test("allows 32 noise scales and two roundings", () => {
    const budget = 32 * 1e-6 + 2 * u;
    expect(judgeDerived([1 + 0.99 * budget], [1], [1], Float64Array.of(1e-6)).agrees).toBe(true);
    expect(judgeDerived([1 + 1.01 * budget], [1], [1], Float64Array.of(1e-6)).agrees).toBe(false);
  });

  test("gives each number its own budget", () => {
    expect(judgeDerived([1, 1.001], [1, 1], [2], Float64Array.of(1e-3, 1e-6))).toMatchObject({
      agrees: false,
      first: { index: [1] },
    });
  });

  test("takes what float32 cannot hold as infinite, and what it flushes as zero", () => {
    expect(judgeDerived([Infinity, -Infinity], [1e40, -1e40], [2], new Float64Array(2)).agrees).toBe(true);
    expect(judgeDerived([Infinity], [3e38], [1], new Float64Array(1)).agrees).toBe(false);
    expect(judgeDerived([0], [2 ** -130], [1], new Float64Array(1)).agrees).toBe(true);
  });
});

test("integers and booleans may not differ at all", () => {
  expect(judgeExact([1, 0], [1, 0], [2]).agrees).toBe(true);
  expect(judgeExact([1, 0], [1, 1], [2])).toMatchObject({ agrees: false, first: { index: [1] } });
});

test("the error ratio is that of two errors against the truth", () => {
  expect(errorRatio([1.5, 2], [1, 3], [1, 2])).toBe(0.5);
  expect(errorRatio([1], [1], [1])).toBeNull();
  expect(errorRatio([1], null, [1])).toBeNull();
});
