import { expect, it } from "vitest";
import { parsePythonJson } from "../formats/python-json.js";
import { formatPythonJson } from "./python-json-text.js";

it("writes numbers as they were read: floats, infinities, NaN and the sign of zero", () => {
  const text = '{"a":[1,1.0,2.5,-3.0,-0.0,0],"b":2.0,"c":{"d":NaN,"e":-Infinity},"f":"1.0","g":null}';
  expect(formatPythonJson(parsePythonJson(text))).toBe(text);
});
