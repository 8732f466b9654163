import { printable } from "./printable.js";

/**
 * A place in a JSON text: the file, `$` for its top value, then the keys: `model.keras!/config.json$.config.layers[3]`.
 * Numbers are indices of arrays; keys that are no identifiers are quoted: `$["a b"]`. Long keys are shortened.
 */
export function jsonPath(file: string, ...keys: readonly (string | number)[]): string {
  return extendJsonPath(`${file}$`, ...keys);
}

/** A place within another: `extendJsonPath("config.json$.config", "layers", 3)` is `config.json$.config.layers[3]`. */
export function extendJsonPath(path: string, ...keys: readonly (string | number)[]): string {
  return path + keys.map(formatKey).join("");
}

function formatKey(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  if (/^[A-Za-z_$][\w$]{0,199}$/.test(key)) return `.${key}`;
  return `["${printable(key).replaceAll('"', '\\"')}"]`;
}
