import { KerasProofError } from "./errors.js";
import { nearestWord } from "./nearest-word.js";

/** What an option may be. */
export interface OptionKind {
  /** In words that follow "wanted". */
  readonly wanted: string;
  readonly accepts: (value: unknown) => boolean;
  /** True for an option that has to be given. Default false. */
  readonly required?: boolean;
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

export const someText: OptionKind = { wanted: "a text", accepts: (value) => typeof value === "string" };

export const textOrNull: OptionKind = {
  wanted: "a text or null",
  accepts: (value) => value === null || typeof value === "string",
};

export const truthValue: OptionKind = { wanted: "true or false", accepts: (value) => typeof value === "boolean" };

export const someFunction: OptionKind = { wanted: "a function", accepts: (value) => typeof value === "function" };

export const wholeNumber: OptionKind = {
  wanted: "a whole number from 0 on",
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

export const filePath: OptionKind = {
  wanted: "the path of a file or folder, as a text",
  accepts: (value) => typeof value === "string" && value !== "",
};

export const abortSignal: OptionKind = {
  wanted: "an AbortSignal",
  accepts: (value) => typeof (value as Partial<AbortSignal> | null)?.aborted === "boolean",
};

/** Any object but a list, whatever is in it. */
export const someObject: OptionKind = {
  wanted: "an object",
  accepts: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** The same kind, of an option that has to be given. */
export function required(kind: OptionKind): OptionKind {
  return { ...kind, required: true };
}

/** One of some words. */
export function oneOf(...words: readonly string[]): OptionKind {
  const wanted = words.map((word) => JSON.stringify(word)).join(" or ");
  return { wanted, accepts: (value) => typeof value === "string" && words.includes(value) };
}

/**
 * Throws `usage` for what the types forbid and JavaScript lets pass: options that are no object, an option that is not
 * in the table, which would be ignored without a word, one that has to be given and is not, and a value of another kind.
 * The path is `of` with the option's name; the message tells the nearest name. An option that is undefined counts as not
 * given.
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
    if (value !== undefined) checkArgument(`${of}.${name}`, value, kind);
  }
  for (const name of names) {
    const kind = kinds[name as keyof Options];
    if (kind.required === true && options[name as keyof Options] === undefined) {
      throw new KerasProofError("usage", `${of}.${name}`, `found nothing, wanted ${kind.wanted}`);
    }
  }
}

/** Throws `usage` at `path` for a value of another kind. */
export function checkArgument(path: string, value: unknown, kind: OptionKind): void {
  if (kind.accepts(value)) return;
  throw new KerasProofError("usage", path, `found ${formatFound(value)}, wanted ${kind.wanted}`);
}

/** The options that were found right, by the table that they were compared with. */
const found = new WeakMap<object, WeakSet<object>>();

/**
 * As `checkOptions`, but an object is looked at once only: for functions that are called at every step, with the same
 * options. What is changed in it later goes unnoticed.
 */
export function checkOptionsOnce<Options extends object>(
  of: string,
  options: Options,
  kinds: OptionKinds<Options>,
): void {
  const right = found.get(kinds);
  if (right?.has(options) === true) return;
  checkOptions(of, options, kinds);
  if (right === undefined) found.set(kinds, new WeakSet([options]));
  else right.add(options);
}

/** A wrong value in a few words: a text, a number or a short list as it is, else what kind of thing it is. */
export function formatFound(value: unknown): string {
  if (typeof value === "string") return value.length > 60 ? "a long text" : JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined) {
    return String(value);
  }
  if (Array.isArray(value)) return formatList(value);
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") return `a ${typeof value}`;
  const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
  if (typeof name !== "string" || name === "" || name === "Object") return `an ${typeof value}`;
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

/** Lists of some texts, numbers and the like, as they are; lists in lists and long ones by their name. */
function formatList(list: readonly unknown[]): string {
  if (list.length > 8 || list.some((one) => typeof one === "object" && one !== null)) return "a list";
  return `[${list.map(formatFound).join(", ")}]`;
}
