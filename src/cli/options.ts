import { parseArgs } from "node:util";
import { KerasProofError } from "../errors.js";
import { nearestWord } from "../nearest-word.js";
import type { CommandSpec, OptionSpec } from "./commands.js";

/** The one argument and the options of a command, each checked against its table. */
export interface ParsedArguments {
  /** A path; empty where the command's `instead` stands in its place. */
  readonly target: string;
  /** By name; `true` for a switch. */
  readonly options: ReadonlyMap<string, string | true>;
}

/** Parses what follows the command's name. Throws `usage` with the nearest right option. */
export function parseArguments(argv: readonly string[], command: CommandSpec): ParsedArguments {
  const specs = new Map(command.options.map((option) => [option.name, option]));
  const config = Object.fromEntries(
    command.options.map(({ name, value }) => [name, { type: value === undefined ? "boolean" : "string" } as const]),
  );
  const { tokens } = parseArgs({ args: [...argv], options: config, strict: false, tokens: true });
  const options = new Map<string, string | true>();
  const targets: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") targets.push(token.value);
    if (token.kind !== "option") continue;
    const spec = specs.get(token.name);
    if (spec === undefined || !token.rawName.startsWith("--")) {
      throw unknownOption(writtenName(argv[token.index] ?? token.rawName), command);
    }
    if (options.has(spec.name)) throw usage(token.rawName, "found it twice, wanted it once");
    options.set(spec.name, readValue(spec, token.value, token.inlineValue === true));
  }
  const [target = "", ...rest] = targets;
  const wanted = `wanted ${command.argument}: kerasproof ${command.name} ${command.argument}`;
  const needed = command.instead === undefined || !options.has(command.instead);
  if (target === "" && (needed || targets.length > 0)) {
    const other = command.instead === undefined ? "" : `, or --${command.instead}`;
    throw usage("arguments", `found none, ${wanted}${other}`);
  }
  if (rest.length > 0) throw usage("arguments", `found ${targets.length}, ${targets.join(" ")}, ${wanted}`);
  return { target, options };
}

/** The value of an option that takes one; `undefined` where it is not given. */
export function optionValue(parsed: ParsedArguments, name: string): string | undefined {
  const value = parsed.options.get(name);
  return typeof value === "string" ? value : undefined;
}

/** The error of a wrong command line; `path` is the part of it that is wrong. */
export function usage(path: string, message: string): KerasProofError {
  return new KerasProofError("usage", path, message);
}

function readValue(spec: OptionSpec, value: string | undefined, inline: boolean): string | true {
  const place = `--${spec.name}`;
  if (spec.value === undefined) {
    if (inline) throw usage(place, `found the value ${JSON.stringify(value)}, wanted none`);
    return true;
  }
  const wanted = spec.choices === undefined ? describeValue(spec) : listChoices(spec.choices);
  if (value === undefined || value === "") throw usage(place, `found no value, wanted ${wanted}`);
  if (!inline && value.startsWith("-") && value !== "-") {
    const other = `one that begins with a hyphen is written ${place}=${value}`;
    throw usage(place, `found no value, wanted ${wanted}; ${other}`);
  }
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    const nearest = nearestWord(value, spec.choices);
    const hint = nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
    throw usage(place, `found ${JSON.stringify(value)}, wanted ${wanted}${hint}`);
  }
  return value;
}

/** `a shape such as 3,3,3,32`. */
function describeValue({ value = "value", example }: OptionSpec): string {
  const word = value.toLowerCase();
  return `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}${example === undefined ? "" : ` such as ${example}`}`;
}

/** `parseArgs` takes `-shape` for five options of one letter. */
function writtenName(argument: string): string {
  return argument.split("=", 1)[0]!;
}

function unknownOption(rawName: string, command: CommandSpec): KerasProofError {
  const known = command.options.map(({ name }) => `--${name}`);
  const nearest = nearestWord(rawName, known);
  const wanted = nearest ?? `one of ${known.join(", ")}`;
  return usage(rawName, `found an option that ${command.name} does not have, wanted ${wanted}`);
}

function listChoices(choices: readonly string[]): string {
  return `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
}
