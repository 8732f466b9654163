/** No column is made wider than this; cells beyond it (names in hostile files, say) push what follows aside. */
const widest = 80;

/** Rows as lines whose columns begin at the same place, two spaces between them, none at the end. */
export function formatColumns(rows: readonly (readonly string[])[], indent = ""): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, Math.min(cell.length, widest));
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `${indent}${cells.join("  ")}`.trimEnd();
  });
}
