/**
 * What went wrong, as a word that programs may test. The comment of each group says which exit code of the command
 * line it belongs to; `exitCodeOf` in `cli/` is drawn from the same groups.
 */
export type ErrorCode =
  // The caller asked for something impossible (2).
  | "usage"
  | "file-not-found"
  | "output-not-written"
  | "backend-missing"
  | "aborted"
  // The file is damaged, hostile or of a kind that is refused (3).
  | "unknown-format"
  | "truncated"
  | "corrupt"
  | "limit"
  | "unsafe"
  | "duplicate"
  | "encrypted"
  | "bad-checksum"
  | "bad-json"
  | "pickle"
  | "unsupported-format"
  | "unsupported-hdf5"
  | "missing-entry"
  | "bad-reference"
  // The file is sound, but what it says is no valid Keras model, or its weights are not this model's (3).
  | "bad-config"
  | "bad-graph"
  | "missing-weights"
  | "wrong-weights"
  | "bad-constraint"
  // The file is valid Keras that cannot be imported, or not to the end that was asked for (4).
  | "unsupported-layer"
  | "unsupported-option"
  | "unsupported-constraint"
  | "unsupported-activation"
  | "unsupported-dtype"
  | "unsupported-mask"
  | "unsupported-training"
  | "unsupported-model"
  | "code-in-file";

/** One finding: a code, the place it concerns, and what was found and what was wanted there. */
export interface Problem {
  readonly code: ErrorCode;
  /** A place a person can find, such as `model.keras!/config.json$.config.layers[3].config.rate`. */
  readonly path: string;
  /** What was found and what was wanted, without the path. */
  readonly message: string;
}

/** Something worth knowing that stops nothing, such as an assumption that was made or an option without effect. */
export interface Note {
  /** A kebab-case word that programs may test. */
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** The only error that this package throws on bad input. Its message is `path: what was found, what was wanted`. */
export class KerasProofError extends Error {
  readonly code: ErrorCode;
  readonly path: string;
  /** Everything that was found wrong at once; one entry, equal to the error itself, in most cases. */
  readonly problems: readonly Problem[];

  constructor(
    code: ErrorCode,
    path: string,
    message: string,
    options: { cause?: unknown; problems?: readonly Problem[] } = {},
  ) {
    super(`${path}: ${message}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "KerasProofError";
    this.code = code;
    this.path = path;
    this.problems = options.problems ?? [{ code, path, message }];
  }
}

/**
 * Throws what was collected: nothing for an empty list, the problem itself for one, and for several an error that
 * lists them all and has the code of the first.
 */
export function throwProblems(problems: readonly Problem[]): void {
  const first = problems[0];
  if (first === undefined) return;
  if (problems.length === 1) throw new KerasProofError(first.code, first.path, first.message);
  const rest = problems.slice(1).map((problem) => `  ${problem.path}: ${problem.message}`);
  throw new KerasProofError(
    first.code,
    first.path,
    [`${first.message} (and ${rest.length} more)`, ...rest].join("\n"),
    {
      problems,
    },
  );
}
