import { printable } from "../formats/printable.js";

/** HTML or SVG that is safe to put into a page. Only `markup` and `trustMarkup` make it. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in a hole of `markup`; null is nothing. */
export type MarkupValue = string | number | Markup | null | readonly Markup[];

/** Characters of one text beyond which a hostile file must have made it. */
const longest = 20_000;

/**
 * HTML or SVG from a template. Text in a hole, between tags or in a quoted attribute, is escaped (its control, format
 * and bidirectional characters too, as `\u….`), and cut after 20,000 characters; markup goes in as it is.
 */
export function markup(pieces: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  let text = pieces[0] ?? "";
  values.forEach((value, index) => {
    text += insert(value) + (pieces[index + 1] ?? "");
  });
  return { markup: text };
}

/** Text of this program, a style sheet say, that goes in as it is. Never for anything that a file says. */
export function trustMarkup(text: string): Markup {
  return { markup: text };
}

/** Several pieces of markup, one after the other. */
export function joinMarkup(parts: readonly Markup[], between = ""): Markup {
  return { markup: parts.map((part) => part.markup).join(between) };
}

function insert(value: MarkupValue): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escapeText(value);
  return "markup" in value ? value.markup : value.map((part) => part.markup).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return printable(text, longest).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
