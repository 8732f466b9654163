/**
 * A stretch of the elements of an array in Fortran order (first axis fastest), by its places in C order (last axis
 * fastest): `columns` times the elements of `rows`.
 */
export interface Tile {
  /** The place of the first element. */
  readonly start: number;
  /** How far from that of the first element of its column each place of a column is. */
  readonly rows: readonly number[];
  readonly columns: number;
  /** How far from each other the columns are. */
  readonly step: number;
}

/** What elements are moved between: lists, or typed arrays of one kind. */
interface Elements<Element> {
  readonly length: number;
  [index: number]: Element;
}

/**
 * All elements of an array of that shape in Fortran order, in tiles of about `usual` elements, or of more up to `most`
 * where the elements of smaller ones would lie far from each other. `entries` numbers in a row make one element of the
 * shape, and stay together: each counts as an element here.
 */
export function* fortranTiles(
  shape: readonly number[],
  entries: number,
  usual: number,
  most: number,
): Generator<Tile, void, undefined> {
  /** What a line of a processor's cache holds, of 4 bytes each. */
  const line = 16;
  const extents = [entries, ...shape];
  const strides = [1, ...shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, entries))];
  // The later the axis of the columns, the nearer to each other they are: those of the last one lie side by side.
  let rows = [0];
  let axis = 0;
  for (; axis + 1 < extents.length; axis++) {
    const length = rows.length * extents[axis]!;
    if ((line / 2) * length > most) break;
    const stride = strides[axis]!;
    rows = Array.from({ length }, (_, i) => rows[i % rows.length]! + Math.floor(i / rows.length) * stride);
  }
  const columnsAtOnce = Math.floor(Math.min(Math.max(usual / rows.length, line), most / rows.length));
  const index = extents.map(() => 0);
  const count = extents.reduce((a, b) => a * b);
  let start = 0;
  for (let done = 0; done < count;) {
    const columns = Math.min(columnsAtOnce, extents[axis]! - index[axis]!);
    yield { start, rows, columns, step: strides[axis]! };
    done += rows.length * columns;
    start += columns * strides[axis]!;
    index[axis]! += columns;
    for (let i = axis; index[i] === extents[i] && i + 1 < extents.length; i++) {
      start += strides[i + 1]! - extents[i]! * strides[i]!;
      index[i] = 0;
      index[i + 1]! += 1;
    }
  }
}

/**
 * Moves the elements of a tile, which begin in `source` at `first`, to their places in `target`, memory of its own from
 * the first byte of its buffer on.
 */
export function moveTile<Element>(
  { start, rows, columns, step }: Tile,
  source: Elements<Element>,
  first: number,
  target: Elements<Element>,
): void {
  /** Fewer are not worth a loop of their own. */
  const fewColumns = 8;
  const { length } = rows;
  if (columns < fewColumns) {
    for (let column = 0; column < columns; column++) {
      const from = first + column * length;
      const to = start + column * step;
      for (let row = 0; row < length; row++) target[to + rows[row]!] = source[from + row]!;
    }
    return;
  }
  if (step === 1 && source instanceof Uint8Array && target instanceof Uint8Array) {
    const view = new DataView(target.buffer);
    for (let row = 0; row < length; row++) gatherBytes(source, first + row, length, view, start + rows[row]!, columns);
    return;
  }
  const end = first + columns * length;
  for (let row = 0; row < length; row++) {
    let to = start + rows[row]!;
    for (let from = first + row; from < end; from += length, to += step) target[to] = source[from]!;
  }
}

/** Moves bytes that lie so far apart side by side, four at once. */
function gatherBytes(
  source: Uint8Array,
  first: number,
  apart: number,
  target: DataView,
  start: number,
  count: number,
): void {
  let from = first;
  let to = start;
  const end = start + count;
  for (; to + 4 <= end; to += 4, from += 4 * apart) {
    const low = source[from]! | (source[from + apart]! << 8);
    const high = source[from + 2 * apart]! | (source[from + 3 * apart]! << 8);
    target.setInt32(to, low | (high << 16), true);
  }
  for (; to < end; to++, from += apart) target.setUint8(to, source[from]!);
}
