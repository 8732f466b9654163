import { expect, test } from "vitest";
import { type CaseVerdict, joinVerdicts } from "../verify/verdict.js";
import { failedCase } from "../verify/verify-case.js";
import { KerasProofError, type ErrorCode } from "../errors.js";
import { exitCodeOfVerdict } from "./exit-codes.js";

/** A case that could not be judged, or one with another status. */
function caseOf(what: ErrorCode | "agrees" | "differs" | "inconclusive"): CaseVerdict {
  const names = { modelName: "m", referenceName: "r", backend: "cpu" } as const;
  if (what !== "agrees" && what !== "differs" && what !== "inconclusive") {
    return failedCase(names, new KerasProofError(what, "m", "found nothing"));
  }
  return { ...failedCase(names, null), status: what, error: null };
}

const cases: readonly (readonly [readonly Parameters<typeof caseOf>[0][], number, number])[] = [
  [["agrees"], 0, 0],
  [["agrees", "inconclusive"], 0, 1],
  [["agrees", "differs"], 1, 1],
  [["file-not-found", "agrees"], 2, 2],
  [["corrupt", "file-not-found"], 3, 3],
  [["corrupt", "unsupported-layer", "agrees"], 4, 4],
  [["unsupported-layer", "differs"], 1, 1],
  [["code-in-file", "inconclusive"], 4, 1],
];

test.each(cases)("%j exits with %d, with --strict %d", (statuses, lenient, strict) => {
  const verdict = joinVerdicts("cpu", statuses.map(caseOf));
  expect(exitCodeOfVerdict(verdict, false)).toBe(lenient);
  expect(exitCodeOfVerdict(verdict, true)).toBe(strict);
});
