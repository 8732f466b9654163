import type { JsonValue } from "../formats/python-json.js";

/**
 * The JSON text, as Python's `json` module writes it, from which `parsePythonJson` reads the same value: numbers may be
 * NaN or infinite, and -0 stays what it is. Calls itself for each level of nesting, of which that reader allows 1000.
 */
export function formatPythonJson(value: JsonValue): string {
  if (typeof value === "number") return formatNumber(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(formatPythonJson).join(",")}]`;
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${formatPythonJson(member)}`);
  return `{${members.join(",")}}`;
}

/** Integers above 2^53 with an exponent: the reader refuses digits that float64 cannot hold. */
function formatNumber(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}
