import type { ErrorCode } from "../errors.js";
import type { Verdict } from "../verify/verdict.js";

/** What the process ends with. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** What each exit code means; the help prints it. */
export const exitMeanings: Readonly<Record<ExitCode, string>> = {
  0: "it agrees, or was printed",
  1: "it differs",
  2: "wrong usage: an option, a missing file or backend, an output that cannot be written",
  3: "a file that is damaged, unsafe or no valid model",
  4: "valid Keras that cannot be imported",
};

/** The exit code of an error, after the groups of `ErrorCode`. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return exitCodes[code];
}

/**
 * The exit code of a verdict: 1 where a case differs, whatever else there is; else the largest of the cases that could
 * not be judged. An inconclusive case counts as differing where `strict` asks for that.
 */
export function exitCodeOfVerdict({ cases, counts }: Pick<Verdict, "cases" | "counts">, strict: boolean): ExitCode {
  if (counts.differs > 0 || (strict && counts.inconclusive > 0)) return 1;
  const codes = cases.flatMap(({ error }) => (error === null ? [] : [exitCodeOf(error.code)]));
  return codes.reduce<ExitCode>((most, code) => (code > most ? code : most), 0);
}

const exitCodes: Readonly<Record<ErrorCode, ExitCode>> = {
  usage: 2,
  "file-not-found": 2,
  "request-failed": 2,
  "output-not-written": 2,
  "backend-missing": 2,
  aborted: 2,

  "unknown-format": 3,
  truncated: 3,
  "source-changed": 3,
  corrupt: 3,
  limit: 3,
  unsafe: 3,
  duplicate: 3,
  encrypted: 3,
  "bad-checksum": 3,
  "bad-json": 3,
  pickle: 3,
  "unsupported-format": 3,
  "unsupported-hdf5": 3,
  "missing-entry": 3,
  "bad-reference": 3,

  "bad-config": 3,
  "bad-graph": 3,
  "missing-weights": 3,
  "wrong-weights": 3,
  "bad-constraint": 3,

  "unsupported-layer": 4,
  "unsupported-option": 4,
  "unsupported-constraint": 4,
  "unsupported-activation": 4,
  "unsupported-dtype": 4,
  "unsupported-mask": 4,
  "unsupported-training": 4,
  "unsupported-model": 4,
  "code-in-file": 4,
};
