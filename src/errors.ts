/**
 * What went wrong, as a word that programs may test. The comment of each group says which exit code of the command
 * line it belongs to; `exitCodeOf` in `cli/` is drawn from the same groups.
 */
export type ErrorCode =
  // The caller asked for something impossible (2).
  | "usage"
  | "file-not-found"
  | "request-failed"
  | "output-not-written"
  | "backend-missing"
  | "aborted"
  // The file is damaged, hostile or of a kind that is refused (3).
  | "unknown-format"
  | "truncated"
  | "source-changed"
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

/**
 * The only error that this package throws on bad input. Its message is `path: what was found, what was wanted`, with
 * nothing in it that could control a terminal; one that lists several findings has a line for each.
 */
export class KerasProofError extends Error {
  readonly code: ErrorCode;
  readonly path: string;
  /**
   * The byte of the file where it was found, where known. In an archive it counts from the first byte of a member's
   * content, deflated or not, where that content is wrong; from the first byte of the archive where what the archive says
   * of the member is: its headers, deflate stream or checksum.
   */
  readonly offset: number | undefined;
  /** Everything that was found wrong at once; one entry, equal to the error itself, in most cases. */
  readonly problems: readonly Problem[];

  /** A message of one finding is told with its `offset`, as `…, at byte 96`. */
  constructor(
    code: ErrorCode,
    path: string,
    message: string,
    options: { cause?: unknown; offset?: number; problems?: readonly Problem[] } = {},
  ) {
    const place = escapeControls(path);
    // Only a list of several has lines of its own, each escaped already.
    const full = options.offset === undefined ? message : `${message}, at byte ${options.offset}`;
    const text = options.problems === undefined ? escapeControls(full) : message;
    super(`${place}: ${text}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "KerasProofError";
    this.code = code;
    this.path = place;
    this.offset = options.offset;
    this.problems = options.problems ?? [{ code, path: place, message: text }];
  }
}

/**
 * Text from a file as it may be shown: control and format characters, lone surrogates and line breaks become `\u….`
 * escapes.
 */
export function escapeControls(text: string): string {
  // Nearly every text; each object of a file that is opened comes here with its path.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`,
  );
}

/** Findings that one message tells in full; `problems` has them all. */
const listed = 100;

/**
 * Throws what was collected: nothing for an empty list, the problem itself for one, and for several an error whose
 * `problems` are all of them, whose message lists the first 100, and which has the code of the first.
 */
export function throwProblems(problems: readonly Problem[]): void {
  const first = problems[0];
  if (first === undefined) return;
  if (problems.length === 1) throw new KerasProofError(first.code, first.path, first.message);
  const rest = problems.slice(1, listed).map(({ path, message }) => `  ${escapeControls(`${path}: ${message}`)}`);
  const head = `${escapeControls(first.message)} (and ${problems.length - 1} more)`;
  if (problems.length > listed) rest.push(`  and ${problems.length - listed} more`);
  throw new KerasProofError(first.code, first.path, [head, ...rest].join("\n"), { problems });
}
