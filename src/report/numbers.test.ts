import { expect, test } from "vitest";
import { formatCount, formatNumber, formatPair, formatShape } from "./numbers.js";

test.each([
  [0, "0"],
  [0.31415, "0.314"],
  [12.3456, "12.3"],
  [1234.5, "1230"],
  [9.313225746154785e-10, "9.31e-10"],
  [0.00012345, "0.000123"],
  [0.0000999999, "0.0001"],
  [1_600_000, "1.6e6"],
  [-2.5e-17, "-2.5e-17"],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
])("writes %d with three digits", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test("writes two values with as many digits as tell them apart", () => {
  expect(formatPair(0.21387, 0.21402)).toEqual(["0.21387", "0.21402"]);
  expect(formatPair(1, 1 + 2 ** -30)).toEqual(["1", "1.000000001"]);
  expect(formatPair(1, 1 + Number.EPSILON)).toEqual(["1", "1.0000000000000002"]);
  expect(formatPair(Number.NaN, 0)).toEqual(["NaN", "0"]);
});

test("counts with commas and a plural", () => {
  expect(formatCount(1, "layer")).toBe("1 layer");
  expect(formatCount(6213, "parameter")).toBe("6,213 parameters");
});

test("writes an open extent as a question mark", () => {
  expect(formatShape([null, 3, 32])).toBe("[?, 3, 32]");
});
