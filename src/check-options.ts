import { KerasProofError } from "./errors.js";
import { nearestWord } from "./nearest-word.js";

/** What an option may be. */
export interface OptionKind {
  /** In words that follow "wanted". */
  readonly wanted: string;
  readonly accepts: (value: unknown) => boolean;
}

/** A table of all options of a function. */
export type OptionKinds<Options> = Readonly<Record<keyof Options, OptionKind>>;

/** For what is checked where it is used, or cannot be mistaken. */
export const anything: OptionKind = { wanted: "anything", accepts: () => true };

export const someNumber: OptionKind = { wanted: "a number", accepts: (value) => typeof value === "number" };

export const numberOrNull: OptionKind = {
  wanted: "a number or null",
  accepts: (value) => value === null || typeof value === "number",
};

export const notNegative: OptionKind = {
  wanted: "a number from 0 on",
  accepts: (value) => typeof value === "number" && value >= 0,
};

/** One of some words. */
export function oneOf(...words: readonly string[]): OptionKind {
  const wanted = words.map((word) => JSON.stringify(word)).join(" or ");
  return { wanted, accepts: (value) => typeof value === "string" && words.includes(value) };
}

/**
 * Throws `usage` for what the types forbid and JavaScript lets pass: options that are no object, an option that is not
 * in the table, which would be ignored without a word, and a value of another kind. The path is `of` with the option's
 * name; the message tells the nearest name. An option that is undefined counts as not given.
 */
export function checkOptions<Options extends object>(of: string, options: Options, kinds: OptionKinds<Options>): void {
  const names = Object.keys(kinds);
  if (typeof options !== "object" || (options as Options | null) === null || Array.isArray(options)) {
    const wanted = names.length === 0 ? "none" : `an object with ${names.join(", ")}`;
    throw new KerasProofError("usage", of, `found the options ${formatFound(options)}, wanted ${wanted}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name as keyof Options] : undefined;
    if (kind === undefined) {
      const wanted = nearestWord(name, names) ?? (names.length === 0 ? "none" : `one of ${names.join(", ")}`);
      throw new KerasProofError("usage", `${of}.${name}`, `found an unknown option, wanted ${wanted}`);
    }
    if (value !== undefined && !kind.accepts(value)) {
      throw new KerasProofError("usage", `${of}.${name}`, `found ${formatFound(value)}, wanted ${kind.wanted}`);
    }
  }
}

/** A wrong value in a few words: a text or number as it is, else what kind of thing it is. */
export function formatFound(value: unknown): string {
  if (typeof value === "string") return value.length > 60 ? "a long text" : JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined) {
    return String(value);
  }
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
  if (typeof name !== "string" || name === "" || name === "Object") return `an ${typeof value}`;
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
