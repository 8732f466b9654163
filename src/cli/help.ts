import { type CommandSpec, commands, type OptionSpec } from "./commands.js";
import { exitMeanings } from "./exit-codes.js";

/** `kerasproof --help`: every command. */
export function formatHelp(): string[] {
  return [
    "Load any Keras model in TypeScript, and prove that it computes what Keras computed.",
    "",
    "Usage:",
    ...inColumns(commands.map((command) => [usageOf(command), command.about])),
    "",
    ...inColumns([
      ["kerasproof <command> --help", "the options of a command"],
      ["kerasproof --version", "the version"],
    ]),
    "",
    "Examples:",
    ...commands.flatMap(({ examples }) => examples.slice(0, 1).map((example) => `  ${example}`)),
    "",
    ...formatExitCodes(),
  ];
}

/** `kerasproof <command> --help`. */
export function formatCommandHelp(command: CommandSpec): string[] {
  return [
    `${usageOf(command)} [options]`,
    "",
    `  ${command.about}`,
    "",
    "Options:",
    ...inColumns(command.options.map((option) => [optionUsage(option), option.about])),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
    ...formatExitCodes(),
  ];
}

function usageOf({ name, argument }: CommandSpec): string {
  return `kerasproof ${name} ${argument}`;
}

function optionUsage({ name, value, choices }: OptionSpec): string {
  return value === undefined ? `--${name}` : `--${name} ${choices?.join("|") ?? value}`;
}

function formatExitCodes(): string[] {
  return ["Exit codes:", ...Object.entries(exitMeanings).map(([code, meaning]) => `  ${code}  ${meaning}`)];
}

function inColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
