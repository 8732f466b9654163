import { expect, it } from "vitest";
import { parseShape } from "./shape-option.js";

it.each([
  ["3,3,3,32", [3, 3, 3, 32]],
  ["(3, 3, 3, 32)", [3, 3, 3, 32]],
  ["[3, 3, 3, 32]", [3, 3, 3, 32]],
  ["3x3x3x32", [3, 3, 3, 32]],
  ["3 3 3 32", [3, 3, 3, 32]],
  ["(8,)", [8]],
  ["8", [8]],
  ["0,4", [0, 4]],
  ["()", []],
])("the shape %s is read", (text, shape) => {
  expect(parseShape(text)).toEqual(shape);
});

it.each([
  ["3,3,None", "--shape: found None, wanted whole numbers such as 3,3,3,32: a weight has no open axis"],
  ["?,3", "--shape: found ?, wanted whole numbers"],
  ["3,,3", '--shape: found "", wanted whole numbers'],
  ["3,1.5", '--shape: found "1.5", wanted whole numbers'],
  ["3,-2", '--shape: found "-2", wanted whole numbers'],
  ["(3,3", '--shape: found "(3,3", wanted whole numbers'],
  ["1e3", '--shape: found "1e3", wanted whole numbers'],
  ["100000000,100000000", "--shape: found a weight of 10000000000000000 numbers, wanted fewer"],
  [Array.from({ length: 33 }, () => "1").join(), "--shape: found 33 axes, wanted at most 32"],
])("the shape %s is refused", (text, message) => {
  expect(() => parseShape(text)).toThrow(message);
});
