import { printable } from "../formats/printable.js";

/** Characters of a text beyond which a hostile file must have made it. */
const longest = 2000;

/** Text that Markdown shows as it is: punctuation is escaped, control characters are told as `\u….`. */
export function escapeMarkdown(text: string): string {
  return printable(text, longest)
    .replaceAll(/[\\`*_{}[\]<>#+!|~&@$]/g, "\\$&")
    .replaceAll(/:(?=\/\/)|(?<=www)\./gi, "\\$&");
}

/** Text in code, where nobody is named and nothing linked, in a table and outside of one. */
export function formatCode(text: string): string {
  const shown = printable(text, longest);
  if (shown === "") return "";
  // A bar ends a table's cell even inside a code span, unless it is written as an entity.
  if (shown.includes("|"))
    return `<code>${shown.replaceAll(/[^a-z0-9 ]/giu, (sign) => `&#${sign.codePointAt(0)};`)}</code>`;
  const runs = [...shown.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  const pad = /^`|`$/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** A column of a table; numbers stand on the right. */
export interface MarkdownColumn {
  readonly head: string;
  readonly numeric?: boolean;
}

/** A table as GitHub renders it; heads and cells are Markdown on one line, made by the functions above. */
export function formatMarkdownTable(
  columns: readonly MarkdownColumn[],
  rows: readonly (readonly string[])[],
): string[] {
  return [
    formatRow(columns.map(({ head }) => head)),
    `|${columns.map(({ numeric }) => (numeric === true ? "---:" : "---")).join("|")}|`,
    ...rows.map(formatRow),
  ];
}

function formatRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
