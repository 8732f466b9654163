import { KerasProofError } from "../../errors.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import { describeJson } from "../describe-json.js";

/** True for an object of a JSON text; arrays are none. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for an array of a JSON text. */
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The value as an object, or `bad-config`. */
export function wantObject(value: JsonValue | undefined, path: string, wanted = "an object"): JsonObject {
  if (isObject(value)) return value;
  throw badConfig(path, value, wanted);
}

/** The value as an array, or `bad-config`. */
export function wantArray(value: JsonValue | undefined, path: string, wanted = "a list"): readonly JsonValue[] {
  if (isArray(value)) return value;
  throw badConfig(path, value, wanted);
}

/** The value as a text, or `bad-config`. */
export function wantText(value: JsonValue | undefined, path: string, wanted = "a text"): string {
  if (typeof value === "string") return value;
  throw badConfig(path, value, wanted);
}

/** An error that says what a configuration has in place of what was wanted. */
export function badConfig(path: string, value: JsonValue | undefined, wanted: string): KerasProofError {
  return new KerasProofError("bad-config", path, `found ${describeJson(value)}, wanted ${wanted}`);
}

/** A configuration being rewritten: an object without prototype, like those that are parsed. */
export type Draft = Record<string, JsonValue>;

/** A copy of an object that may be changed: by spreading, for which V8 takes a third of the memory of assigning. */
export function draftOf(object: JsonObject): Draft {
  return Object.setPrototypeOf({ ...object }, null) as Draft;
}
