import { isWrittenAsFloat } from "../formats/float-literals.js";
import type { JsonValue } from "../formats/python-json.js";

/**
 * The JSON text, as Python's `json` module writes it, from which `parsePythonJson` reads the same value: numbers may be
 * NaN or infinite, -0 stays what it is, and so do floats that are whole numbers (see `isWrittenAsFloat`). Calls itself
 * for each level of nesting, of which that reader allows 1000.
 */
export function formatPythonJson(value: JsonValue): string {
  if (typeof value === "number") return formatNumber(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const format = (member: JsonValue, key: string | number): string => {
    const text = formatPythonJson(member);
    return Number.isSafeInteger(member) && !Object.is(member, -0) && isWrittenAsFloat(value, key) ? `${text}.0` : text;
  };
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(format).join(",")}]`;
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${format(member, key)}`);
  return `{${members.join(",")}}`;
}

/** Integers above 2^53 with an exponent: the reader refuses digits that float64 cannot hold. */
function formatNumber(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}
