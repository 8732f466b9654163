import { KerasProofError, type Problem } from "../errors.js";
import { mostFindings, formatSafeLine } from "../report/text-style.js";
import { exitCodeOf } from "./exit-codes.js";

/** What the process ends with after an error that is a defect of this program (`EX_SOFTWARE`). */
const defect = 70;

/**
 * Says what went wrong in one line on the standard error, further findings indented below it, and returns the exit
 * code. The stack is printed only where `KERASPROOF_DEBUG` is set.
 */
export function reportFailure(error: unknown): number {
  if (process.env["KERASPROOF_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  if (error instanceof KerasProofError) {
    printProblems(error.problems);
    return exitCodeOf(error.code);
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = "a defect of kerasproof; KERASPROOF_DEBUG=1 prints where";
  process.stderr.write(`${formatSafeLine(`kerasproof: ${message} (${hint})`)}\n`);
  return defect;
}

/** Prints findings on the standard error, a line for each, and how many more there are after those that are told. */
export function printProblems(problems: readonly Pick<Problem, "path" | "message">[]): void {
  const lines = problems.slice(0, mostFindings).map(({ path, message }) => `${path}: ${message}`);
  if (problems.length > mostFindings)
    lines.push(`and ${problems.length - mostFindings} more; --format json has them all`);
  printFindings(lines);
}

/** Prints lines on the standard error: the first after the program's name, the others indented below it. */
export function printFindings(lines: readonly string[]): void {
  const indented = lines.map((line, index) => `${index === 0 ? "kerasproof: " : "  "}${line}`);
  process.stderr.write(indented.map((line) => `${formatSafeLine(line)}\n`).join(""));
}

/** The error as `--format json` prints it: its code, place and message, and every finding where there are several. */
export function describeFailure(error: unknown): object {
  if (!(error instanceof KerasProofError)) {
    return { error: { code: "defect", path: "", message: error instanceof Error ? error.message : String(error) } };
  }
  const [first, ...rest] = error.problems;
  return rest.length === 0 ? { error: first } : { error: first, problems: error.problems };
}
