import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatJson, jsonPieces } from "./json.js";

it("writes numbers that JSON does not have as texts, wherever they are", () => {
  const value = { limit: Infinity, norms: [Number.NaN, -Infinity, -0, 0.5], none: null };
  expect(formatJson(value)).toBe(
    '{\n  "limit": "Infinity",\n  "norms": [\n    "NaN",\n    "-Infinity",\n    0,\n    0.5\n  ],\n  "none": null\n}\n',
  );
});

it("writes what JSON.stringify writes, and leaves out what it leaves out", () => {
  const members = fc.dictionary(
    fc.string(),
    fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue(), fc.constant(undefined)),
  );
  fc.assert(
    fc.property(members, (report) => {
      expect(formatJson(report)).toBe(`${JSON.stringify(report, null, 2)}\n`);
    }),
  );
  expect(formatJson({ list: [undefined, "\n"] })).toBe('{\n  "list": [\n    null,\n    "\\n"\n  ]\n}\n');
});

it("writes long lists in pieces", () => {
  const report = { notes: Array.from({ length: 10_000 }, (_, i) => ({ path: `$.layers[${i}]` })) };
  const pieces = [...jsonPieces(report)];
  expect(pieces.length).toBeGreaterThan(4);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(70_000);
  expect(pieces.join("")).toBe(`${JSON.stringify(report, null, 2)}\n`);
});
