import { KerasProofError } from "../errors.js";
import { describeValue } from "./describe-value.js";
import { checkNames } from "./option-names.js";

/** What an option may be. */
export interface OptionKind {
  /** In words that follow "wanted". */
  readonly wanted: string;
  readonly accepts: (value: unknown) => boolean;
}

/** A table of all options of a function. */
export type OptionKinds<Options> = Readonly<Record<keyof Options, OptionKind>>;

/** As `checkNames`; `usage` also for a value of another kind. One that is undefined counts as not given. */
export function checkKinds<Options extends object>(options: Options, kinds: OptionKinds<Options>, place: string): void {
  const names = Object.keys(kinds) as (keyof Options & string)[];
  checkNames(options, names, place);
  for (const name of names) {
    const value = options[name];
    if (value === undefined || kinds[name].accepts(value)) continue;
    const message = `found the option ${name} to be ${describeValue(value)}, wanted ${kinds[name].wanted}`;
    throw new KerasProofError("usage", place, message);
  }
}

/** For options that are checked where they are used. */
export const anything: OptionKind = { wanted: "anything", accepts: () => true };

export const yesOrNo: OptionKind = { wanted: "true or false", accepts: (value) => typeof value === "boolean" };

/** One of some words. */
export function oneOf(...words: readonly string[]): OptionKind {
  const wanted = words.map((word) => JSON.stringify(word)).join(" or ");
  return { wanted, accepts: (value) => typeof value === "string" && words.includes(value) };
}

/** Those of opening a file; `chooseLimits` checks the limits. */
export const openingKinds: { readonly [Name in "limits" | "name" | "signal"]: OptionKind } = {
  limits: anything,
  name: { wanted: "a text", accepts: (value) => typeof value === "string" },
  signal: {
    wanted: "an AbortSignal",
    accepts: (value) => typeof (value as Partial<AbortSignal> | null)?.aborted === "boolean",
  },
};

/** Those of one read. */
export const readingKinds: { readonly signal: OptionKind } = { signal: openingKinds.signal };
