/** A number as Python writes it: `3`, `1e-7`, `float("Infinity")`; one that is a float has a point or an exponent. */
export function formatPythonNumber(value: number, isFloat = false): string {
  if (!Number.isFinite(value)) return `float("${value}")`;
  const text = Object.is(value, -0) ? "-0" : String(value);
  return isFloat && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Letters of a string, and items of a list, that are shown. */
const longest = 40;
const most = 8;

/**
 * A value from a file as Python writes it, with escapes for all but ASCII and at most some hundred letters: longer strings
 * and lists are cut, and objects and lists in lists are `{…}` and `[…]`. `isFloat` tells of a number that Python wrote as
 * a float, by its place in the list, or undefined where it is in none.
 */
export function formatPythonValue(value: unknown, isFloat: (place: number | undefined) => boolean): string {
  if (!Array.isArray(value)) return formatOne(value, isFloat(undefined));
  const items = value.slice(0, most).map((item: unknown, place) => formatOne(item, isFloat(place)));
  return `[${items.join(", ")}${value.length > most ? ", …" : ""}]`;
}

function formatOne(value: unknown, isFloat: boolean): string {
  if (typeof value === "number") return formatPythonNumber(value, isFloat);
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return formatString(value);
  return Array.isArray(value) ? "[…]" : "{…}";
}

function formatString(text: string): string {
  const shown = JSON.stringify(text.slice(0, longest)).replaceAll(
    /[^ -~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return text.length > longest ? `${shown.slice(0, -1)}…"` : shown;
}
