import { printable } from "../formats/printable.js";

/** How a report marks words for the eye; each function returns its text, perhaps between terminal codes. */
export interface TextStyle {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly strong: (text: string) => string;
}

const escape = "\x1b";

function same(text: string): string {
  return text;
}

function between(open: number, close: number): (text: string) => string {
  return (text) => `${escape}[${open}m${text}${escape}[${close}m`;
}

/** Text as it is: for files, pipes and `NO_COLOR`. */
export const plainStyle: TextStyle = { good: same, bad: same, doubtful: same, strong: same };

/** With the SGR codes of terminals. */
export const terminalStyle: TextStyle = {
  good: between(32, 39),
  bad: between(31, 39),
  doubtful: between(33, 39),
  strong: between(1, 22),
};

/** The codes that `terminalStyle` writes. */
const ownCodes = new RegExp(`(${escape}\\[(?:32|39|31|33|1|22)m)`);

/**
 * A line that is safe to print: control and format characters (of a name in a hostile file, say) become `\u….`
 * escapes; only the codes of `terminalStyle` stay.
 */
export function formatSafeLine(line: string): string {
  return line
    .split(ownCodes)
    .map((part, index) => (index % 2 === 1 ? part : printable(part, Infinity)))
    .join("");
}
