import type { JsonValue } from "../formats/python-json.js";
import { formatPythonJson } from "./python-json-text.js";

/** A value of a configuration in a few words: numbers as Python writes them, `NaN` and the infinities too, texts cut. */
export function describeJson(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  const text = formatPythonJson(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
