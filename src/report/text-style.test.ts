import { expect, test } from "vitest";
import { formatSafeLine, terminalStyle } from "./text-style.js";

test("escapes what a name in a file could do to a terminal, and keeps the report's own colours", () => {
  const name = "conv\x1b]0;title\x07\n\x1b[31m\x9b32m\u202e";
  expect(formatSafeLine(`${terminalStyle.bad("NO")} ${name}`)).toBe(
    "\x1b[31mNO\x1b[39m conv\\u001b]0;title\\u0007\\u000a\\u001b[31m\\u009b32m\\u202e",
  );
  expect(formatSafeLine(name)).not.toContain("\x1b");
});

test("ends a line that a hostile name has made endless", () => {
  expect(formatSafeLine("x".repeat(10 ** 6))).toHaveLength(20_001);
});
