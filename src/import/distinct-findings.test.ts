import { expect, test } from "vitest";
import type { Problem } from "../errors.js";
import { distinctFindings, elsewhere } from "./distinct-findings.js";

function finding(path: string, message: string, code: Problem["code"] = "bad-config"): Problem {
  return { code, path, message };
}

test("findings that differ in place, code or message stay, in their order", () => {
  const first = [
    finding("$.b", "x"),
    finding("$.a", "x"),
    finding("$.b", "y"),
    finding("$.b", "x"),
    finding("$.b", "y"),
  ];
  const second = [finding("$.a", "x", "limit"), finding("$.a", "x"), finding("$.b", "z"), finding("$.c", "x")];
  expect(distinctFindings(first, second)).toEqual([
    finding("$.b", "x"),
    finding("$.a", "x"),
    finding("$.b", "y"),
    finding("$.a", "x", "limit"),
    finding("$.b", "z"),
    finding("$.c", "x"),
  ]);
});

test("findings elsewhere have places of their own", () => {
  expect(elsewhere([finding("$.a", "x"), finding("$.b", "x")], [finding("$.a", "y")])).toEqual([finding("$.b", "x")]);
});
