/** JSON of a report as one text: see `jsonPieces`. */
export function formatJson(report: object): string {
  return [...jsonPieces(report)].join("");
}

/** Characters of a piece, about. */
const pieceLength = 2 ** 16;

/**
 * JSON of a report, indented by two spaces, with a line feed at the end, in pieces: the lists of a report (its layers,
 * its findings) may have tens of thousands of items, of which all the text together takes more memory than they do. NaN
 * and the infinities, which JSON lacks, are the strings `"NaN"`, `"Infinity"` and `"-Infinity"`.
 */
export function* jsonPieces(report: object): Generator<string> {
  let piece = "{";
  let before = "\n";
  for (const [key, value] of Object.entries(report) as [string, unknown][]) {
    if (value === undefined) continue;
    piece += `${before}  ${JSON.stringify(key)}: `;
    before = ",\n";
    if (!Array.isArray(value) || value.length === 0) {
      piece += stringify(value, "  ");
      continue;
    }
    for (const [index, item] of value.entries()) {
      piece += `${index === 0 ? "[" : ","}\n    ${stringify(item, "    ")}`;
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = "";
    }
    piece += "\n  ]";
  }
  yield `${piece}${before === "\n" ? "" : "\n"}}\n`;
}

/** The JSON of a value whose first line is indented by so much already. */
function stringify(value: unknown, indent: string): string {
  const text: string | undefined = JSON.stringify(value, writable, 2);
  // Within texts JSON escapes line feeds.
  return (text ?? "null").replaceAll("\n", `\n${indent}`);
}

function writable(_key: string, item: unknown): unknown {
  if (typeof item === "number" && !Number.isFinite(item)) return String(item);
  // Places in a file share the text of their beginnings, which takes little memory until V8 makes them whole: here of a
  // copy that is one character longer.
  return typeof item === "string" && item.length > longText ? `${item} `.slice(0, -1) : item;
}

/** Characters from which a text may have a long part that others have too. */
const longText = 100;
