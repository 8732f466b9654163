import type { ConstraintLaw } from "../src/testing/index.js";
import type { RareCase } from "./rare-cases.js";

/** A mistake, and the names of the laws that the random cases of one seed found to be broken. */
export interface CaughtMistake {
  readonly mistake: string;
  readonly broken: readonly string[];
}

const legend = `Which law catches which mistake of the catalogue. A column is a law, by its number.

x  caught in 1000 random cases, the default
r  caught in a case of rare-cases.ts, and in random ones for some seeds only
.  not caught: the law does not look at what is wrong

Written by npx vitest run property-tests/wrong-implementations.test.ts --update
`;

/** The table of all mistakes and laws as text, with a legend and the names of the laws above it. */
export function formatTable(
  laws: readonly ConstraintLaw[],
  rows: readonly CaughtMistake[],
  rareCases: readonly RareCase[],
): string {
  const numbers = laws.map((_, i) => String(i + 1).padStart(2));
  const width = Math.max(...rows.map(({ mistake }) => mistake.length)) + 2;
  const mark = (mistake: string, broken: readonly string[], law: string): string => {
    if (rareCases.some((one) => one.law === law && one.mistakes.includes(mistake))) return "r";
    return broken.includes(law) ? "x" : ".";
  };
  return [
    legend,
    ...laws.map(({ name }, i) => `${numbers[i]}  ${name}`),
    "",
    // The two digits of each number, one above the other.
    ...[0, 1]
      .map((digit) => " ".repeat(width) + numbers.map((number) => number[digit]).join(""))
      .map((line) => line.trimEnd()),
    ...rows.map(
      ({ mistake, broken }) => mistake.padEnd(width) + laws.map(({ name }) => mark(mistake, broken, name)).join(""),
    ),
    "",
  ].join("\n");
}
