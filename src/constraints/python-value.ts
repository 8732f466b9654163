import { KerasProofError } from "../errors.js";
import { describe } from "./options.js";
import type { PythonCall, PythonExpression } from "./python-expression.js";

const numberNames: ReadonlyMap<string, number> = new Map(
  ["np", "numpy", "math"].flatMap((module): [string, number][] => [
    [`${module}.inf`, Infinity],
    [`${module}.nan`, Number.NaN],
  ]),
);

/** Calls that give their argument as a number. */
const numberCalls = /^(?:float|int|(?:np|numpy)\.(?:float|int|uint)\d*_?)$/;

/**
 * The value of an expression: numbers, strings, null, truth values, arrays and objects. Of names and calls only those of
 * numbers have one, such as `float("inf")`, `np.float32(3)` and `math.inf`. Throws `usage` at `path` for others.
 */
export function evaluateExpression(expression: PythonExpression, path: string): unknown {
  if (expression.kind === "value") return expression.value;
  if (expression.kind === "list") return expression.items.map((item) => evaluateExpression(item, path));
  if (expression.kind === "object") {
    return Object.fromEntries([...expression.entries].map(([key, one]) => [key, evaluateExpression(one, path)]));
  }
  if (expression.kind === "negative") {
    const inner = evaluateExpression(expression.of, path);
    if (typeof inner === "number") return -inner;
    throw usage(path, `found "-" before ${describe(inner)}, wanted a number after it`);
  }
  if (expression.kind === "call") return evaluateNumber(expression, path);
  const found = numberNames.get(expression.name);
  if (found !== undefined) return found;
  throw usage(path, `found the name ${expression.name}, wanted a number, a list, None, True or False`);
}

function evaluateNumber({ name, positional, keywords }: PythonCall, path: string): number {
  const [one] = positional;
  if (!numberCalls.test(name) || one === undefined || positional.length > 1 || keywords.size > 0) {
    throw usage(path, `found ${name}(…) inside a constraint, wanted a number, a list, None, True or False`);
  }
  const inner = evaluateExpression(one, path);
  const number = typeof inner === "string" ? numberOf(inner) : inner;
  if (typeof number === "number") return number;
  throw usage(path, `found ${name}(${JSON.stringify(inner)}), wanted a number in it`);
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
