import { expect, it } from "vitest";
import { formatJson } from "./json.js";

it("writes numbers that JSON does not have as texts, wherever they are", () => {
  const value = { limit: Infinity, norms: [Number.NaN, -Infinity, -0, 0.5], none: null };
  expect(formatJson(value)).toBe(
    '{\n  "limit": "Infinity",\n  "norms": [\n    "NaN",\n    "-Infinity",\n    0,\n    0.5\n  ],\n  "none": null\n}\n',
  );
});
