import { type CommandSpec, commands } from "./commands.js";
import { describeFailure, reportFailure } from "./failure.js";
import { formatCommandHelp, formatHelp } from "./help.js";
import { nearestWord } from "../nearest-word.js";
import { formatJson } from "../report/json.js";
import { optionValue, type ParsedArguments, parseArguments, usage } from "./options.js";
import { refuseOverwriting } from "./overwriting.js";
import { openOutput, type Output, type ReportFormat } from "./output.js";
import { openProgress } from "./progress.js";
import { readVersion } from "./version.js";

/** Runs the command line and returns the exit code; every error has been reported then. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  try {
    if (first === "--help" || first === "-h") return print(formatHelp());
    if (first === "--version") return print([`kerasproof ${readVersion()}`]);
    const command = findCommand(first);
    const end = rest.indexOf("--");
    if (rest.some((one, index) => (one === "--help" || one === "-h") && (end < 0 || index < end))) {
      return print(formatCommandHelp(command));
    }
    return await runCommand(command, parseArguments(rest, command));
  } catch (error) {
    if (/(?:^|\n)--format[=\n]json(?:\n|$)/.test(argv.join("\n")))
      process.stdout.write(formatJson(describeFailure(error)));
    return reportFailure(error);
  }
}

async function runCommand(command: CommandSpec, parsed: ParsedArguments): Promise<number> {
  await refuseOverwriting(parsed);
  const output = await openOutput(optionValue(parsed, "output"), formatOption(parsed));
  const progress = openProgress();
  let exitCode: number;
  try {
    const run = await command.load();
    exitCode = await run({ parsed, output, progress });
  } catch (error) {
    progress.clear();
    if (output.format === "json") await output.writeJson(describeFailure(error));
    exitCode = reportFailure(error);
  } finally {
    progress.clear();
  }
  return closeOutput(output, exitCode);
}

/** The value of `--format`, which the parser has compared with the choices of the command. */
function formatOption(parsed: ParsedArguments): ReportFormat {
  return (optionValue(parsed, "format") as ReportFormat | undefined) ?? "text";
}

async function closeOutput(output: Output, exitCode: number): Promise<number> {
  try {
    await output.close();
    return exitCode;
  } catch (error) {
    return reportFailure(error);
  }
}

function findCommand(name: string | undefined): CommandSpec {
  const command = commands.find((one) => one.name === name);
  if (command !== undefined) return command;
  const names = commands.map((one) => one.name);
  if (name === undefined) throw usage("arguments", `found no command, wanted ${names.join(", ")} or --help`);
  const nearest = nearestWord(name, [...names, "--help", "--version"]);
  throw usage(name, `found an unknown command, wanted ${nearest ?? `${names.join(", ")} or --help`}`);
}

function print(lines: readonly string[]): number {
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}
