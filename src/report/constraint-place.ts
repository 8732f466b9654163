/** The index of a group as Python writes it, `[:, 0, 0, 5]`: a colon along each axis that is summed over. */
export function formatPlace(index: readonly (number | null)[]): string {
  return `[${index.map((one) => one ?? ":").join(", ")}]`;
}
