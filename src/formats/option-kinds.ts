import { anything, type OptionKind } from "../check-options.js";

export const yesOrNo: OptionKind = { wanted: "true or false", accepts: (value) => typeof value === "boolean" };

/** Those of opening a file; which limits there are `chooseLimits` knows. */
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
