/**
 * JSON of a report, indented by two spaces, with a line feed at the end. NaN and the infinities, which JSON lacks, are
 * the strings `"NaN"`, `"Infinity"` and `"-Infinity"`.
 */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_, item: unknown) => (typeof item === "number" && !Number.isFinite(item) ? String(item) : item),
    2,
  );
  return `${text}\n`;
}
