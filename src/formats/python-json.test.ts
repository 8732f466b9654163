import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { KerasProofError } from "../errors.js";
import { defaultLimits } from "./limits.js";
import { type JsonObject, type JsonValue, parsePythonJson } from "./python-json.js";

/** A text, and what Python's json.loads makes of it; the value in the encoding of `encode`. */
interface PythonCase {
  readonly text: string;
  readonly accepted: boolean;
  readonly value?: unknown;
}

const folder = new URL("../../fixtures/containers/", import.meta.url);
const cases = JSON.parse(readFileSync(new URL("json.json", folder), "utf8")) as Record<string, PythonCase[]>;

/** The encoding of fixtures/containers/build.py: numbers as the hex of their float64, strings as UTF-16 code units. */
function encode(value: JsonValue): unknown {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Buffer.from(Float64Array.of(value).buffer).toString("hex");
  if (typeof value === "string") return { s: units(value) };
  if (Array.isArray(value)) return value.map(encode);
  return { o: Object.entries(value).map(([key, item]) => [units(key), encode(item)]) };
}

const units = (text: string): number[] => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

function refusal(text: string | Uint8Array, limits = defaultLimits): KerasProofError {
  try {
    parsePythonJson(text, "c.json", limits);
  } catch (error) {
    if (error instanceof KerasProofError) return error;
    throw error;
  }
  throw new Error(`accepted ${String(text)}`);
}

describe("parsePythonJson", () => {
  it.each(Object.keys(cases))("agrees with Python's json.loads on %s", (group) => {
    for (const { text, accepted, value } of cases[group]!) {
      if (accepted) expect(encode(parsePythonJson(text, "c.json")), text).toEqual(value);
      else expect(refusal(text).code, text).toBe("bad-json");
    }
  });

  it("reads the same from bytes and skips a byte order mark", () => {
    const bytes = new TextEncoder().encode('\ufeff{"é": ["𝄞"]}');
    expect(encode(parsePythonJson(bytes, "c.json"))).toEqual(encode(parsePythonJson('{"é": ["𝄞"]}', "c.json")));
  });

  it("refuses more values than the limit, objects that would fill the memory among them", () => {
    const limits = { ...defaultLimits, jsonValues: 4 };
    expect(parsePythonJson("[1, {}, []]", "c.json", limits)).toHaveLength(3);
    expect(refusal("[1, {}, [2]]", limits)).toMatchObject({
      code: "limit",
      offset: 9,
      message: "c.json$[2][0]: found more than 4 values, wanted at most that, at line 1 column 10, at byte 9",
    });
    expect(refusal(`[${"{},".repeat(2_000_000)}0]`).code).toBe("limit");
  });

  it("shows no more than 1000 characters of a place", () => {
    const { path, message } = refusal(`${`{"${"k".repeat(300)}":`.repeat(150)}x`);
    expect([path.length, path.startsWith('c.json$["kkk'), path.endsWith("…")]).toEqual([1001, true, true]);
    expect(message).toContain('found "x", wanted a value, at line 1 column');
  });

  it("takes `__proto__` and `constructor` as ordinary keys of objects without prototype", () => {
    const value = parsePythonJson('{"__proto__": {"polluted": 1}, "constructor": 2}', "c.json") as object;
    expect(Object.getPrototypeOf(value)).toBe(null);
    expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect("toString" in value).toBe(false);
  });

  it("says line, column and path of what it found and what it wanted", () => {
    const text = '{\n  "config": {"a b": 1, "layers": [0, 1,\n  "𝄞", 3x]}}';
    expect(refusal(text).message).toBe(
      'c.json$.config.layers: found "x", wanted "," or "]", at line 3 column 9, at byte 53',
    );
    expect(refusal('{"a": [1, nul]}').message).toBe(
      'c.json$.a[1]: found "n", wanted a value, at line 1 column 11, at byte 10',
    );
    expect(refusal('{"a": "b').message).toBe(
      "c.json$.a: found a string without end, wanted a closing quote, at line 1 column 7, at byte 6",
    );
    expect(refusal("").message).toBe(
      "c.json$: found the end of the text, wanted a value, at line 1 column 1, at byte 0",
    );
    expect(refusal("{'a': 1}").message).toBe(
      'c.json$: found "\'", wanted a string in double quotes, at line 1 column 2, at byte 1',
    );
  });

  it("counts the bytes of UTF-8 from the byte with which the text begins, a byte order mark included", () => {
    const text = '\ufeff{"é𝄞€": x}';
    const bytes = new TextEncoder().encode(text);
    const at = bytes.indexOf("x".charCodeAt(0));
    for (const input of [text, bytes]) {
      expect(refusal(input).offset).toBe(at);
      expect(() => parsePythonJson(input, "c.json", {}, 100)).toThrow(expect.objectContaining({ offset: 100 + at }));
    }
    expect(() => parsePythonJson(Uint8Array.of(0x22, 0xff), "c.json", {}, 100)).toThrow(
      expect.objectContaining({ offset: 101 }),
    );
  });

  it("refuses a key that stands twice", () => {
    const error = refusal('{"a": [{"rate": 0.5,\n"rate": 0.1}]}');
    expect([error.code, error.message]).toEqual([
      "duplicate",
      'c.json$.a[0].rate: found the key "rate" a second time, wanted each key once, at line 2 column 1, at byte 21',
    ]);
    expect(refusal('{"__proto__": 1, "__proto__": 2}').code).toBe("duplicate");
    expect(refusal('{"a": 1, "\\u0061": 2}').code).toBe("duplicate");
  });

  it("reads integers that float64 holds exactly and refuses the others", () => {
    const exact = `[9007199254740991, 9007199254740992, -18446744073709551616, 1${"0".repeat(22)}]`;
    expect(parsePythonJson(exact, "c")).toEqual([2 ** 53 - 1, 2 ** 53, -(2 ** 64), 1e22]);
    for (const digits of ["9007199254740993", "-9007199254740993", `1${"0".repeat(23)}`, "9".repeat(400)]) {
      const error = refusal(`{"seed": ${digits}}`);
      expect([error.code, error.path]).toEqual(["bad-json", "c.json$.seed"]);
    }
  });

  it("holds to its limits of length and depth", () => {
    const limits = { ...defaultLimits, jsonLength: 20, jsonDepth: 3 };
    expect(parsePythonJson("[[[]]]", "c", limits)).toEqual([[[]]]);
    expect(refusal("[[[[]]]]", limits).message).toBe(
      "c.json$[0][0][0]: found more than 3 levels of nesting, wanted at most that, at line 1 column 4, at byte 3",
    );
    expect(refusal(" ".repeat(21), limits).code).toBe("limit");
    expect(refusal(new Uint8Array(21).fill(0x20), limits).code).toBe("limit");
    expect(refusal("[".repeat(100_000)).code).toBe("limit");
    expect(refusal('{"a":'.repeat(100_000), { ...defaultLimits, jsonDepth: 1e9 }).code).toBe("limit");
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(refusal(Uint8Array.of(0x22, 0xff, 0x22)).code).toBe("bad-json");
  });
});

it("takes no memory for each empty object, and lets nobody write to the one that all are", () => {
  const values = parsePythonJson('[{}, {\n}, {"a": {}}]', "x") as [JsonObject, JsonObject, { readonly a: JsonObject }];
  expect([values[1], values[2].a]).toEqual([values[0], values[0]]);
  expect(values[1]).toBe(values[0]);
  expect(Object.getPrototypeOf(values[0])).toBe(null);
  expect(() => Object.assign(values[0], { a: 1 })).toThrow(TypeError);
});
