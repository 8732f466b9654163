import { expect, test } from "vitest";
import { callMap } from "./call-map.js";

test("has a value for each call of each layer, whatever its number and in whatever order", () => {
  const map = callMap<string>();
  const calls = [
    { layer: "1 a", call: 1 },
    { layer: "a", call: 11 },
    { layer: "a", call: 0 },
    { layer: "__proto__", call: 0 },
    { layer: "1 a", call: 0 },
  ];
  for (const ref of calls) map.set(ref, `${ref.call} of ${ref.layer}`);
  for (const ref of calls) expect(map.get(ref)).toBe(`${ref.call} of ${ref.layer}`);
  expect(
    [
      { layer: "a", call: 1 },
      { layer: "b", call: 0 },
      { layer: "a", call: -1 },
    ].map(map.get),
  ).toEqual([undefined, undefined, undefined]);
  expect(map.ofLayer("1 a")).toEqual(["0 of 1 a", "1 of 1 a"]);
  expect(map.ofLayer("b")).toEqual([]);
});
