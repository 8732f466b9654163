import { KerasProofError } from "../errors.js";

/**
 * Throws `usage` for options that are no object, and for an option of an unknown name, which would be ignored without a
 * word. A smaller form of `checkOptions`, for what a page loads before it reads anything.
 */
export function checkNames(options: object, known: readonly string[], place: string): void {
  const given: unknown = options;
  const found =
    typeof given === "object" && given !== null
      ? Object.keys(given).find((name) => !known.includes(name))
      : String(given);
  if (found === undefined) return;
  throw new KerasProofError("usage", place, `found the option ${found}, wanted ${known.join(", ")}`);
}
