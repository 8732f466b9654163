import { printable } from "../formats/printable.js";

/** How a report marks words for the eye; each function returns its text, perhaps between terminal codes. */
export interface TextStyle {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly strong: (text: string) => string;
}

function same(text: string): string {
  return text;
}

/** Begins a mark of `terminalStyle`; different in each process, so that no file can hold one. */
const mark = `\x1b${crypto.randomUUID()};`;
const marks = new RegExp(`${mark}(\\d+)m`);

function between(open: number, close: number): (text: string) => string {
  return (text) => `${mark}${open}m${text}${mark}${close}m`;
}

/** Text as it is: for files, pipes and `NO_COLOR`. */
export const plainStyle: TextStyle = { good: same, bad: same, doubtful: same, strong: same };

/** With marks that `formatSafeLine` turns into the SGR codes of terminals. */
export const terminalStyle: TextStyle = {
  good: between(32, 39),
  bad: between(31, 39),
  doubtful: between(33, 39),
  strong: between(1, 22),
};

/** Characters of a line beyond which a hostile file must have made it. */
const longest = 20_000;

/**
 * A line that is safe to print: control and format characters (of a name in a hostile file, say) become `\u….`
 * escapes, and a line of more than 20,000 characters ends in `…`; only the marks of `terminalStyle` become codes.
 */
export function formatSafeLine(line: string): string {
  return line
    .split(marks)
    .map((part, index) => (index % 2 === 1 ? `\x1b[${part}m` : printable(part, longest)))
    .join("");
}

/** Findings that a text tells; a broken model of many layers can have thousands, all of which are in the JSON. */
export const mostFindings = 100;
