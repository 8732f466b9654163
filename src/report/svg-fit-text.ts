import { printable } from "../formats/printable.js";
import { markup, type Markup } from "./html-markup.js";

/** About the width of a letter of a bold text of 12 units. */
const letter = 7.2;
/** Letters beyond which a text says no more. */
const most = 40;

/** A bold line of text that takes at most `width`: pressed together where it is long, and cut where it is very long. */
export function fitText(text: string, x: number, y: number, width: number): Markup {
  const shown = printable(text, most);
  const pressed = shown.length * letter > width ? markup` textLength="${width}" lengthAdjust="spacingAndGlyphs"` : null;
  return markup`<text x="${x}" y="${y}" font-weight="600"${pressed}>${shown}</text>`;
}
