/** Bytes as words of one, two or four. */
export type Words = Uint8Array | Uint16Array | Int32Array;

/** Where elements lie, in words. */
export type Places = Int32Array | Float64Array;

/**
 * Transposes a matrix into other memory: the element of row r and column c, of `step` words, goes from
 * `rows[r] + c * step` in `source` to `start + columns[c] + r * step` in `target`.
 */
export function transpose(
  source: Words,
  rows: Places,
  target: Words,
  start: number,
  columns: Places,
  step: number,
): void {
  /** Rows of which the nearest cache holds a line each, until all columns in these lines are moved. */
  const together = 64;
  for (let row = 0; row < rows.length; row += together) {
    const part = rows.subarray(row, row + together);
    const to = start + row * step;
    const areBytes = source instanceof Uint8Array && target instanceof Uint8Array;
    if (areBytes && step === 1 && part.length >= 4 && columns.length >= 4) {
      transposeBytes(source, part, target, to, columns);
    } else {
      for (let word = 0; word < step; word++) transposeWords(source, part, word, target, to + word, columns, step);
    }
  }
}

/**
 * As `transpose`, for fewer than four columns of bytes in rows that follow each other, which `transpose` would move one by
 * one: the byte of row r and column c goes to `start + columns[c] + r`.
 */
export function splitColumns(source: Uint8Array, target: Uint8Array, start: number, columns: Places): void {
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  const width = columns.length;
  for (let column = 0; column < width; column++) {
    let from = column;
    let to = start + columns[column]!;
    for (; from + 3 * width < source.length; from += 4 * width, to += 4) {
      const low = source[from]! | (source[from + width]! << 8);
      const high = source[from + 2 * width]! | (source[from + 3 * width]! << 8);
      view.setInt32(to, low | (high << 16), true);
    }
    for (; from < source.length; from += width, to++) target[to] = source[from]!;
  }
}

/** Four rows of four columns at once. Where fewer are left, some of those before them are moved again. */
function transposeBytes(source: Uint8Array, rows: Places, target: Uint8Array, start: number, columns: Places): void {
  const from = new DataView(source.buffer, source.byteOffset, source.length);
  const to = new DataView(target.buffer, target.byteOffset, target.length);
  const lastRow = rows.length - 4;
  const lastColumn = columns.length - 4;
  for (let next = 0; next < columns.length; next += 4) {
    const column = Math.min(next, lastColumn);
    const to0 = start + columns[column]!;
    const to1 = start + columns[column + 1]!;
    const to2 = start + columns[column + 2]!;
    const to3 = start + columns[column + 3]!;
    for (let next = 0; next < rows.length; next += 4) {
      const row = Math.min(next, lastRow);
      const a = from.getInt32(rows[row]! + column, true);
      const b = from.getInt32(rows[row + 1]! + column, true);
      const c = from.getInt32(rows[row + 2]! + column, true);
      const d = from.getInt32(rows[row + 3]! + column, true);
      const ab02 = (a & 0x00ff00ff) | ((b & 0x00ff00ff) << 8);
      const ab13 = ((a >>> 8) & 0x00ff00ff) | (b & 0xff00ff00);
      const cd02 = (c & 0x00ff00ff) | ((d & 0x00ff00ff) << 8);
      const cd13 = ((c >>> 8) & 0x00ff00ff) | (d & 0xff00ff00);
      to.setInt32(to0 + row, (ab02 & 0xffff) | (cd02 << 16), true);
      to.setInt32(to1 + row, (ab13 & 0xffff) | (cd13 << 16), true);
      to.setInt32(to2 + row, (ab02 >>> 16) | (cd02 & 0xffff0000), true);
      to.setInt32(to3 + row, (ab13 >>> 16) | (cd13 & 0xffff0000), true);
    }
  }
}

/** One word of each element; four columns at once, or four rows of a column. */
function transposeWords(
  source: Words,
  rows: Places,
  first: number,
  target: Words,
  start: number,
  columns: Places,
  step: number,
): void {
  let column = 0;
  let from = first;
  for (; column + 4 <= columns.length; column += 4, from += 4 * step) {
    let to0 = start + columns[column]!;
    let to1 = start + columns[column + 1]!;
    let to2 = start + columns[column + 2]!;
    let to3 = start + columns[column + 3]!;
    for (let row = 0; row < rows.length; row++) {
      const at = rows[row]! + from;
      target[to0] = source[at]!;
      target[to1] = source[at + step]!;
      target[to2] = source[at + 2 * step]!;
      target[to3] = source[at + 3 * step]!;
      to0 += step;
      to1 += step;
      to2 += step;
      to3 += step;
    }
  }
  for (; column < columns.length; column++, from += step) {
    let to = start + columns[column]!;
    let row = 0;
    for (; row + 4 <= rows.length; row += 4, to += 4 * step) {
      target[to] = source[rows[row]! + from]!;
      target[to + step] = source[rows[row + 1]! + from]!;
      target[to + 2 * step] = source[rows[row + 2]! + from]!;
      target[to + 3 * step] = source[rows[row + 3]! + from]!;
    }
    for (; row < rows.length; row++, to += step) target[to] = source[rows[row]! + from]!;
  }
}
