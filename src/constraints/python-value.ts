import { KerasProofError } from "../errors.js";
import { nearestWord } from "../nearest-word.js";
import { describe } from "./options.js";
import type { PythonCall, PythonExpression } from "./python-expression.js";

const numberNames: ReadonlyMap<string, number> = new Map(
  ["np", "numpy", "math"].flatMap((module): [string, number][] => [
    [`${module}.inf`, Infinity],
    [`${module}.nan`, Number.NaN],
  ]),
);

/** Calls that give their argument as a number. */
const numberCalls = /^(?:(?<float>float|(?:np|numpy)\.float\d*_?)|int|(?:np|numpy)\.u?int\d*_?)$/;

/** Is told of each number that is a float in Python, by the array or object that holds it and its key there. */
export type FloatListener = (holder: object, key: string | number) => void;

/**
 * The value of an expression: numbers, strings, null, truth values, arrays and objects. Of names and calls only those of
 * numbers have one, such as `float("inf")`, `np.float32(3)` and `math.inf`. Throws `usage` at `path` for others.
 */
export function evaluateExpression(expression: PythonExpression, path: string, onFloat: FloatListener): unknown {
  if (expression.kind === "value" || expression.kind === "number") return expression.value;
  if (expression.kind === "list") {
    const items = expression.items.map((item) => evaluateExpression(item, path, onFloat));
    for (const [place, item] of expression.items.entries()) if (isFloatExpression(item)) onFloat(items, place);
    return items;
  }
  if (expression.kind === "object") return evaluateEntries(expression.entries, path, onFloat);
  if (expression.kind === "negative") {
    const inner = evaluateExpression(expression.of, path, onFloat);
    if (typeof inner === "number") return -inner;
    throw usage(path, `found "-" before ${describe(inner)}, wanted a number after it`);
  }
  if (expression.kind === "call") return evaluateNumber(expression, path, onFloat);
  const found = numberNames.get(expression.name);
  if (found !== undefined) return found;
  const nearest = nearestWord(expression.name, ["None", "True", "False"]);
  const hint = nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
  throw usage(path, `found the name ${expression.name}, wanted a number, a list, None, True or False${hint}`);
}

/** The object of named expressions. */
export function evaluateEntries(
  entries: ReadonlyMap<string, PythonExpression>,
  path: string,
  onFloat: FloatListener,
): Record<string, unknown> {
  const values = [...entries].map(([key, one]) => [key, evaluateExpression(one, path, onFloat)] as const);
  const object = Object.fromEntries(values);
  for (const [key, one] of entries) if (isFloatExpression(one)) onFloat(object, key);
  return object;
}

function isFloatExpression(expression: PythonExpression): boolean {
  if (expression.kind === "negative") return isFloatExpression(expression.of);
  if (expression.kind === "call") return numberCalls.exec(expression.name)?.groups?.["float"] !== undefined;
  return expression.kind === "number" && expression.isFloat;
}

function evaluateNumber({ name, positional, keywords }: PythonCall, path: string, onFloat: FloatListener): number {
  const [one] = positional;
  if (!numberCalls.test(name) || one === undefined || positional.length > 1 || keywords.size > 0) {
    throw usage(path, `found ${name}(…) inside a constraint, wanted a number, a list, None, True or False`);
  }
  const inner = evaluateExpression(one, path, onFloat);
  const number = typeof inner === "string" ? numberOf(inner) : inner;
  if (typeof number === "number") return number;
  throw usage(path, `found ${name}(${describe(inner)}), wanted a number in it`);
}

/** A number as Python's `float` reads its text. */
function numberOf(text: string): number | null {
  const [, sign = "", word = ""] = /^\s*([-+]?)(inf|infinity|nan)\s*$/i.exec(text) ?? [];
  if (word !== "") return (sign === "-" ? -1 : 1) * (word.toLowerCase() === "nan" ? Number.NaN : Infinity);
  return /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : null;
}

function usage(path: string, message: string): KerasProofError {
  return new KerasProofError("usage", path, message);
}
