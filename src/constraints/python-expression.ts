import { KerasProofError } from "../errors.js";
import { formatToken, type PythonToken, tokenizePython } from "./python-tokens.js";

/** A Python expression of the kinds in which constraints are written; tuples are lists. */
export type PythonExpression =
  | { readonly kind: "value"; readonly value: null | boolean | number | string }
  | PythonNumber
  | { readonly kind: "list"; readonly items: readonly PythonExpression[] }
  | { readonly kind: "object"; readonly entries: ReadonlyMap<string, PythonExpression> }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "negative"; readonly of: PythonExpression }
  | PythonCall;

/** A number without a sign. */
export interface PythonNumber {
  readonly kind: "number";
  readonly value: number;
  /** True where Python takes it for a float: it has a point or an exponent. */
  readonly isFloat: boolean;
}

/** `keras.constraints.max_norm(3, axis=0)`. */
export interface PythonCall {
  readonly kind: "call";
  /** With what stands before it: `keras.constraints.max_norm`. */
  readonly name: string;
  readonly positional: readonly PythonExpression[];
  readonly keywords: ReadonlyMap<string, PythonExpression>;
}

/** Calls inside lists inside calls that are read; no constraint has more. */
const deepest = 16;
/** Letters of an expression that are read. */
const longest = 10_000;

/** Words that are values, those of JSON too. */
const constants: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ["None", null],
  ["null", null],
  ["True", true],
  ["true", true],
  ["False", false],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
]);

/**
 * Parses one Python expression of numbers, strings, None, True, False, lists, tuples, dictionaries with string keys,
 * dotted names and calls; JSON is such an expression. Nothing is evaluated. Throws `usage` at `path` for anything else,
 * with the character (from 1) where it stands, those `before` the text counted with it.
 */
export function parsePythonExpression(text: string, path: string, before = 0): PythonExpression {
  const fail = (found: string, wanted: string, at: number): never => {
    throw new KerasProofError("usage", path, `found ${found}, wanted ${wanted}, at character ${before + at}`);
  };
  if (text.length > longest) fail(`${text.length} characters`, `at most ${longest}`, longest);
  const tokens = tokenizePython(text, fail);
  let next = 0;
  const peek = (): PythonToken => tokens[next]!;
  const isSign = (sign: string): boolean => peek().kind === "sign" && peek().text === sign;
  const take = (sign: string): boolean => isSign(sign) && ++next > 0;
  const expect = (sign: string): void => {
    if (!take(sign)) fail(formatToken(peek()), JSON.stringify(sign), peek().at);
  };

  /** Items between commas up to a closing sign; one comma may follow the last. */
  const readItems = (close: string, readItem: () => void): number => {
    let commas = 0;
    while (!take(close)) {
      readItem();
      if (take(",")) commas++;
      else if (!isSign(close)) fail(formatToken(peek()), `"," or ${JSON.stringify(close)}`, peek().at);
    }
    return commas;
  };

  const readCall = (name: string, depth: number): PythonCall => {
    const positional: PythonExpression[] = [];
    const keywords = new Map<string, PythonExpression>();
    readItems(")", () => {
      const { kind, text: key, at } = peek();
      const following = tokens[next + 1];
      if (kind !== "name" || following?.kind !== "sign" || following.text !== "=") {
        if (keywords.size > 0) fail("an argument without a name after one with a name", "its name", at);
        positional.push(readValue(depth + 1));
        return;
      }
      if (keywords.has(key)) fail(`the argument ${key} twice`, "it once", at);
      next += 2;
      keywords.set(key, readValue(depth + 1));
    });
    return { kind: "call", name, positional, keywords };
  };

  const readObject = (depth: number): PythonExpression => {
    const entries = new Map<string, PythonExpression>();
    readItems("}", () => {
      const { kind, text: quoted, at } = peek();
      if (kind !== "string") fail(formatToken(peek()), "a key in quotes", at);
      const key = unquote(quoted);
      if (entries.has(key)) fail(`the key ${JSON.stringify(key)} twice`, "it once", at);
      next++;
      expect(":");
      entries.set(key, readValue(depth + 1));
    });
    return { kind: "object", entries };
  };

  const readValue = (depth: number): PythonExpression => {
    if (depth > deepest) fail(`more than ${deepest} brackets in one another`, "fewer", peek().at);
    const { kind, text: shown, at } = peek();
    if (take("-")) return { kind: "negative", of: readValue(depth + 1) };
    if (take("+")) return readValue(depth + 1);
    if (take("{")) return readObject(depth);
    if (take("[")) return readList("]", depth);
    if (take("(")) return readList(")", depth);
    next++;
    if (kind === "number") return { kind, value: Number(shown.replaceAll("_", "")), isFloat: /[.eE]/.test(shown) };
    if (kind === "string") return value(unquote(shown));
    if (kind !== "name") fail(formatToken({ kind, text: shown, at }), "a value", at);
    const known = constants.get(shown);
    if (known !== undefined) return value(known);
    const name = shown.replaceAll(/\s/g, "");
    return take("(") ? readCall(name, depth) : { kind: "name", name };
  };

  /** Brackets around one value and no comma are no tuple. */
  const readList = (close: "]" | ")", depth: number): PythonExpression => {
    const items: PythonExpression[] = [];
    const commas = readItems(close, () => void items.push(readValue(depth + 1)));
    return close === ")" && items.length === 1 && commas === 0 ? items[0]! : { kind: "list", items };
  };

  const expression = readValue(0);
  const brackets = expression.kind === "name" ? `, or brackets as in ${expression.name}(…)` : "";
  if (peek().kind !== "end") fail(formatToken(peek()), `the end${brackets}`, peek().at);
  return expression;
}

function value(one: null | boolean | number | string): PythonExpression {
  return { kind: "value", value: one };
}

/** The text of a string; of escapes, only those of quotes and backslashes are undone. */
function unquote(quoted: string): string {
  return quoted.slice(1, -1).replaceAll(/\\(["'\\/])/g, "$1");
}
