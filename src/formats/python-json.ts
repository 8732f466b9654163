import { type ErrorCode, KerasProofError } from "../errors.js";
import { describeValue } from "./describe-value.js";
import { isBytes } from "./byte-source.js";
import { rememberedOfList, rememberFloat } from "./float-literals.js";
import { jsonPath } from "./json-path.js";
import { expected, type JsonScanner, peekToken, readScalar, readString } from "./json-scanner.js";
import { chooseLimits, type Limits } from "./limits.js";
import { printable } from "./printable.js";
import { decodeUtf8 } from "./utf8.js";

/** Those limits of JSON texts that differ from `defaultLimits`. */
export type JsonLimits = Partial<Pick<Limits, "jsonLength" | "jsonValues" | "jsonDepth">>;

/** A value of a JSON text that Python wrote; numbers may be NaN or infinite. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/**
 * An object of a JSON text. It has no prototype, so every key, `__proto__` and `constructor` among them, is a plain
 * entry. Keys keep the order of the text, but for those that look like array indices, which JavaScript puts first. All
 * empty objects are one, which is frozen.
 */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * Parses JSON as Python's `json` module writes it: with `NaN`, `Infinity` and `-Infinity`, and with lone surrogates in
 * strings. A byte order mark at the beginning is skipped. Whether a number was written `2` or `2.0` is told by
 * `isWrittenAsFloat`: only for an axis does Keras mean different things by the two. `path` is the file, as errors name
 * it; `limits` are those that differ from `defaultLimits`; `base` is the byte of the file with which the text begins.
 *
 * Throws `bad-json` for text that Python would refuse too, and for an integer that float64 cannot hold exactly;
 * `duplicate` for a key that an object has twice (Python silently keeps the last); `limit` for a text longer than
 * `jsonLength` (characters, or bytes where bytes are given), of more than `jsonValues` values or nested deeper than
 * `jsonDepth` or 1000 levels. Errors name the line, the column (both from 1, in characters), the byte in UTF-8 and the
 * path within the document.
 */
export function parsePythonJson(
  text: string | Uint8Array,
  path: string = "text.json",
  limits: JsonLimits = {},
  base: number = 0,
): JsonValue {
  return parseText(text, path, limits, { base, strict: false });
}

/**
 * Parses JSON as RFC 8259 has it and as Rust's serde_json reads it, which `parsePythonJson` reads too, but for `NaN`,
 * `Infinity` and `-Infinity`, decimals beyond the range of float64 and lone surrogates, which throw `bad-json` here. The
 * integer `-0` is -0, and `isWrittenAsFloat` knows all numbers of a list.
 */
export function parseStrictJson(text: Uint8Array, path: string, limits: JsonLimits, base: number): JsonValue {
  return parseText(text, path, limits, { base, strict: true });
}

/** Which JSON a text is, and the byte of the file with which it begins. */
interface JsonKind {
  readonly base: number;
  readonly strict: boolean;
}

function parseText(text: string | Uint8Array, path: string, limits: JsonLimits, kind: JsonKind): JsonValue {
  const { jsonLength, jsonValues, jsonDepth } = chooseLimits(limits);
  const { base } = kind;
  if (typeof text !== "string" && !isBytes(text)) {
    const message = `found ${describeValue(text)}, wanted a text or its bytes in a Uint8Array`;
    throw new KerasProofError("usage", path, message);
  }
  if (text.length > jsonLength) {
    const unit = typeof text === "string" ? "characters" : "bytes";
    const message = `found a JSON text of ${text.length} ${unit}, wanted at most ${jsonLength}`;
    throw new KerasProofError("limit", path, message, { offset: base });
  }
  const decoded = typeof text === "string" ? text : decodeUtf8(text, path, "bad-json", base);
  return parseDocument(decoded, path, { jsonValues, jsonDepth }, kind);
}

/** Deeper than this no nesting is read, whatever the limit: the reader calls itself for each level. */
const deepest = 1000;

interface Reader extends JsonScanner {
  /** Where in the document the reader is. */
  readonly keys: (string | number)[];
  /** The items so far of all lists that are open: a list of its own would have room for 17 at least. */
  readonly items: JsonValue[];
  readonly maxDepth: number;
  readonly maxValues: number;
  /** How many values have begun. */
  values: number;
  readonly fail: (code: ErrorCode, message: string, at: number) => never;
}

function parseDocument(
  text: string,
  path: string,
  { jsonValues, jsonDepth }: Pick<Limits, "jsonValues" | "jsonDepth">,
  { base, strict }: JsonKind,
): JsonValue {
  const keys: (string | number)[] = [];
  const fail = (code: ErrorCode, message: string, at: number): never => {
    const offset = base + new TextEncoder().encode(text.slice(0, at)).length;
    // Deep within long keys, a place would take more than a screen.
    const place = printable(jsonPath(path, ...keys), 1000);
    throw new KerasProofError(code, place, `${message}, at ${lineAndColumn(text, at)}`, { offset });
  };
  const reader: Reader = {
    text,
    position: text.startsWith("\ufeff") ? 1 : 0,
    strict,
    keys,
    items: [],
    maxDepth: Math.min(jsonDepth, deepest),
    maxValues: jsonValues,
    values: 0,
    fail,
    fault: (message, at) => fail("bad-json", message, at),
  };
  const value = readValue(reader);
  if (peekToken(reader) !== "") expected(reader, "the end of the text");
  return value;
}

function readValue(reader: Reader): JsonValue {
  const token = peekToken(reader);
  reader.values += 1;
  if (reader.values > reader.maxValues) {
    reader.fail("limit", `found more than ${reader.maxValues} values, wanted at most that`, reader.position);
  }
  if (token === '"') return readString(reader);
  if (token !== "[" && token !== "{") return readScalar(reader);
  if (reader.keys.length >= reader.maxDepth) {
    reader.fail("limit", `found more than ${reader.maxDepth} levels of nesting, wanted at most that`, reader.position);
  }
  reader.position += 1;
  return token === "[" ? readArray(reader) : readObject(reader);
}

function readArray(reader: Reader): JsonValue[] {
  if (peekToken(reader) === "]") {
    reader.position += 1;
    return [];
  }
  const { items } = reader;
  const first = items.length;
  const floats: number[] = [];
  do {
    const index = items.length - first;
    reader.keys.push(index);
    const start = reader.position;
    const value = readValue(reader);
    if ((reader.strict || index < rememberedOfList) && isFloatSince(reader, start, value)) floats.push(index);
    items.push(value);
    reader.keys.pop();
  } while (readSeparator(reader, "]"));
  const values = items.splice(first);
  for (const index of floats) rememberFloat(values, index);
  return values;
}

/** An object takes a hundred times the memory of the two characters for an empty one. */
const emptyObject = Object.freeze(Object.create(null) as JsonObject);

function readObject(reader: Reader): JsonObject {
  if (peekToken(reader) === "}") {
    reader.position += 1;
    return emptyObject;
  }
  const object = Object.create(null) as Record<string, JsonValue>;
  do {
    peekToken(reader);
    const at = reader.position;
    const key = readString(reader);
    reader.keys.push(key);
    if (key in object) {
      reader.fail("duplicate", `found the key "${printable(key)}" a second time, wanted each key once`, at);
    }
    if (peekToken(reader) !== ":") expected(reader, '":"');
    reader.position += 1;
    const start = reader.position;
    const value = readValue(reader);
    if (isFloatSince(reader, start, value)) rememberFloat(object, key);
    object[key] = value;
    reader.keys.pop();
  } while (readSeparator(reader, "}"));
  return object;
}

/** True for a whole number, read since `start`, that was written with a point or an exponent. */
function isFloatSince({ text, position }: Reader, start: number, value: JsonValue): boolean {
  return Number.isInteger(value) && /[.eE]/.test(text.slice(start, position));
}

/** Reads the comma before another item (true) or the bracket that closes (false). */
function readSeparator(reader: Reader, closing: "]" | "}"): boolean {
  const token = peekToken(reader);
  if (token !== "," && token !== closing) expected(reader, `"," or "${closing}"`);
  reader.position += 1;
  return token === ",";
}

function lineAndColumn(text: string, at: number): string {
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < at; end = text.indexOf("\n", lineStart)) {
    line += 1;
    lineStart = end + 1;
  }
  let column = 1;
  for (let i = lineStart; i < at; i++) if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) column += 1;
  return `line ${line} column ${column}`;
}
