import { expect, it } from "vitest";
import { isWrittenAsFloat, rememberedOfList } from "./float-literals.js";
import { type JsonObject, parsePythonJson } from "./python-json.js";

it("tells whole numbers with a point or an exponent from those without", () => {
  const object = parsePythonJson(
    '{"a": 2, "b": 2.0, "c": 2e0, "d": -0.0, "e": 2.5, "f": "2.0", "g": [3.0]}',
  ) as JsonObject;
  expect(Object.keys(object).filter((key) => isWrittenAsFloat(object, key))).toEqual(["b", "c", "d"]);
  expect(isWrittenAsFloat({ ...object }, "b")).toBe(false);
});

it("tells so of the first numbers of a list, and not of more", () => {
  const list = parsePythonJson(`[1, 2.0, [3.0], ${Array(rememberedOfList).fill("4.0").join()}]`) as number[];
  const floats = list.flatMap((_, place) => (isWrittenAsFloat(list, place) ? [place] : []));
  expect(floats).toEqual([1, ...Array.from({ length: rememberedOfList - 3 }, (_, place) => place + 3)]);
  expect(isWrittenAsFloat(list[2] as unknown as object, 0)).toBe(true);
});
