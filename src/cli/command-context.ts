import type { ExitCode } from "./exit-codes.js";
import type { ParsedArguments } from "./options.js";
import type { Output } from "./output.js";
import type { Progress } from "./progress.js";

/** What a command is given. */
export interface CommandContext {
  readonly parsed: ParsedArguments;
  readonly output: Output;
  readonly progress: Progress;
}

/** The code of a command. Throws `KerasProofError`; whoever runs it reports that. */
export type RunCommand = (context: CommandContext) => Promise<ExitCode>;
