import { KerasProofError } from "../../errors.js";

/** The result of a parser, or what it found wrong with the file. */
export function attempt<Result>(parse: () => Result): Result | KerasProofError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof KerasProofError) return error;
    throw error;
  }
}

/** An error as a result, where it is about a byte of the file; any other is thrown, for it may not come again. */
export function faultOfFile(error: unknown): KerasProofError {
  if (error instanceof KerasProofError && error.offset !== undefined) return error;
  throw error;
}

/** The same error about another place, and another offset. */
export function at(error: KerasProofError, place: string, offset: number | undefined = error.offset): KerasProofError {
  // The offset ends the message already.
  const message = error.problems[0]!.message.replace(/, at byte \d+$/, "");
  const { code, cause } = error;
  return new KerasProofError(code, place, message, offset === undefined ? { cause } : { cause, offset });
}
