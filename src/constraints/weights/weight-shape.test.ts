import { expect, it } from "vitest";
import { agreesWith, formatOpenShape, isWholeShape, sizeOfAxes } from "./weight-shape.js";

it("an open shape agrees with those of its rank that differ in no extent both know", () => {
  expect(agreesWith([3, null], [3, 4])).toBe(true);
  expect(agreesWith([3, 4], [null, null])).toBe(true);
  expect(agreesWith([], [])).toBe(true);
  expect(agreesWith([3, null], [4, 4])).toBe(false);
  expect(agreesWith([3], [3, 4])).toBe(false);
  expect(agreesWith([3, 4], [3])).toBe(false);
  expect(agreesWith([0], [3])).toBe(false);
});

it("an open shape has a size only where every extent is known", () => {
  expect([sizeOfAxes([3, 4]), sizeOfAxes([]), sizeOfAxes([3, null]), sizeOfAxes([0, null])]).toEqual([
    12,
    1,
    null,
    null,
  ]);
  expect([isWholeShape([3, 0]), isWholeShape([null]), isWholeShape(null)]).toEqual([true, false, false]);
  expect([formatOpenShape([3, null]), formatOpenShape([]), formatOpenShape(null)]).toEqual(["(3, ?)", "()", "?"]);
});
