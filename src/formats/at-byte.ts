import { KerasProofError } from "../errors.js";

/** Errors of these codes are about the caller or the way to the file, not about a byte of it. */
const elsewhere: ReadonlySet<string> = new Set(["usage", "aborted", "file-not-found", "request-failed"]);

/** Runs a step that reads what begins at a byte of the source; its errors that name no byte get this one. */
export async function atByte<Result>(offset: number, step: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    throw placeError(error, offset);
  }
}

/** The same for an error that was caught. */
export function placeError(error: unknown, offset: number): unknown {
  if (!(error instanceof KerasProofError) || error.offset !== undefined || elsewhere.has(error.code)) return error;
  const [problem] = error.problems;
  return new KerasProofError(error.code, error.path, problem?.message ?? "", { cause: error.cause, offset });
}
