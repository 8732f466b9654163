import { markup, type Markup } from "./html-markup.js";

/** A column of a table. */
export interface HtmlColumn {
  readonly head: string;
  /** True where its cells are numbers, which stand at the right. */
  readonly numeric?: boolean;
}

/** A table with a caption. The first cell of each row is the head of the row. */
export function formatHtmlTable(
  caption: string,
  columns: readonly HtmlColumn[],
  rows: readonly (readonly (string | Markup)[])[],
): Markup {
  const side = (index: number): Markup | null => (columns[index]?.numeric === true ? markup` class="number"` : null);
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ head }, i) => markup`<th scope="col"${side(i)}>${head}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([head, ...cells]) => markup`<tr><th scope="row"${side(0)}>${head ?? ""}</th>${cells.map(
    (cell, i) => markup`<td${side(i + 1)}>${cell}</td>`,
  )}</tr>
`,
)}</tbody>
</table></div>`;
}
