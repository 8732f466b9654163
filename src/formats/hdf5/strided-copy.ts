import type { ReadJob, StoredDataset } from "./stored-dataset.js";

/** Bytes that lie at equal distances along each axis. */
export interface StridedBytes {
  readonly bytes: Uint8Array;
  /** The first byte of the first element. */
  readonly offset: number;
  /** For each axis, the bytes from an element to the next one. */
  readonly strides: readonly number[];
}

/**
 * Copies an array of elements between two memories, in the longest runs that are in one piece in both. Everything that
 * the strides reach must lie within the bytes.
 */
export function copyStrided(
  from: StridedBytes,
  to: StridedBytes,
  counts: readonly number[],
  elementBytes: number,
): void {
  if (counts.includes(0)) return;
  let run = elementBytes;
  let innermost = counts.length - 1;
  for (; innermost >= 0; innermost--) {
    const count = counts[innermost]!;
    if (count > 1 && (from.strides[innermost] !== run || to.strides[innermost] !== run)) break;
    run *= count;
  }
  if (innermost < 0) {
    to.bytes.set(from.bytes.subarray(from.offset, from.offset + run), to.offset);
    return;
  }
  const copyRow = rowCopier(from, to, innermost, counts[innermost]!, run);
  const index = counts.slice(0, innermost).fill(0);
  do copyRow(from.offset + byteOffset(index, from.strides), to.offset + byteOffset(index, to.strides));
  while (countUp(index, (axis) => counts[axis]!));
}

/** Goes to the next index in C order, within extents; false where there is none. */
export function countUp(index: number[], extentOf: (axis: number) => number): boolean {
  for (let axis = index.length - 1; axis >= 0; axis--) {
    index[axis]! += 1;
    if (index[axis]! < extentOf(axis)) return true;
    index[axis] = 0;
  }
  return false;
}

/** Copies `count` runs along one axis, from and to the offsets that it is given. */
function rowCopier(
  from: StridedBytes,
  to: StridedBytes,
  axis: number,
  count: number,
  run: number,
): (source: number, target: number) => void {
  /** Runs up to this length are copied in a loop: a call of `set` takes as long as that. */
  const shortRun = 48;
  const fromStride = from.strides[axis]!;
  const toStride = to.strides[axis]!;
  if (run > shortRun) {
    return (source, target) => {
      for (let i = 0; i < count; i++, source += fromStride, target += toStride) {
        to.bytes.set(from.bytes.subarray(source, source + run), target);
      }
    };
  }
  const places = [from, to].flatMap(({ bytes, offset, strides }) => [bytes.byteOffset, offset, ...strides]);
  const aligned = run % 4 === 0 && places.every((place) => place % 4 === 0);
  const [source4, target4, unit] = aligned ? [words(from.bytes), words(to.bytes), 4] : [from.bytes, to.bytes, 1];
  const [skip, jump, length] = [fromStride / unit, toStride / unit, run / unit];
  return (source, target) => {
    let at = source / unit;
    let put = target / unit;
    for (let i = 0; i < count; i++, at += skip, put += jump) {
      for (let k = 0; k < length; k++) target4[put + k] = source4[at + k]!;
    }
  };
}

/** Aligned bytes as words of 4, without those that fill none. */
function words(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / 4));
}

/** For each axis of an array in C order, the bytes from an element to the next one. */
export function byteStrides(shape: readonly number[], elementBytes: number): number[] {
  const strides: number[] = [];
  let stride = elementBytes;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** The bytes from the first element to the one at an index. */
export function byteOffset(index: readonly number[], strides: readonly number[]): number {
  let offset = 0;
  for (let axis = 0; axis < index.length; axis++) offset += index[axis]! * strides[axis]!;
  return offset;
}

/** Copies the wanted elements out of memory in which the whole array begins at `offset`. */
export function copySelected(
  dataset: StoredDataset,
  { slab, length }: ReadJob,
  from: Uint8Array,
  offset: number,
): Uint8Array {
  const { shape, elementBytes } = dataset;
  const strides = byteStrides(shape, elementBytes);
  const bytes = new Uint8Array(length);
  copyStrided(
    {
      bytes: from,
      offset: offset + byteOffset(slab.start, strides),
      strides: strides.map((stride, axis) => stride * slab.step[axis]!),
    },
    { bytes, offset: 0, strides: byteStrides(slab.count, elementBytes) },
    slab.count,
    elementBytes,
  );
  return bytes;
}
