/** The extents of a weight, or of a layer's input with the batch first; null for one that is not known. */
export type OpenShape = readonly (number | null)[];

/** How many numbers axes of these extents hold; null where that depends on one that is not known. */
export function sizeOfAxes(extents: OpenShape): number | null {
  let size = 1;
  for (const extent of extents) {
    if (extent === null) return null;
    size *= extent;
  }
  return size;
}

/** Whether every extent is known. */
export function isWholeShape(shape: OpenShape | null): shape is readonly number[] {
  return shape !== null && !shape.includes(null);
}

/** `(3, 3, ?, 32)`; `?` alone for a weight of unknown rank. */
export function formatOpenShape(shape: OpenShape | null): string {
  return shape === null ? "?" : `(${shape.map((extent) => extent ?? "?").join(", ")})`;
}

/** Whether a shape can be the other: the same rank, and no extent that both know differs. */
export function agreesWith(shape: OpenShape, other: OpenShape): boolean {
  return (
    shape.length === other.length &&
    shape.every((extent, axis) => extent === null || (other[axis] ?? extent) === extent)
  );
}
