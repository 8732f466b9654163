import type { NonNeg } from "../spec.js";
import type { Layout } from "./layout.js";
import { constrainInMemory, createSimdKernels, kernelScratchBytes, viewsOf, type SimdKernels } from "./simd.js";

/** Numbers that are brought into WebAssembly's memory at a time: 256 kB, of which a second cache holds a few. */
const tileSize = 65536;

/** A memory of one's own for arrays that are not in one: scratch memory first, then the tile. */
export interface Tile {
  readonly kernels: SimdKernels;
  /** Byte offset of the tile. */
  readonly at: number;
  readonly floats: Float32Array;
  /** Views of the tile's beginning by length, because making one allocates. */
  readonly beginnings: Map<number, Float32Array>;
}

let tile: Tile | null | undefined;

/** The tile, made when it is first asked for; null where the engine has no SIMD kernels. */
export function openTile(): Tile | null {
  if (tile !== undefined) return tile;
  const pages = Math.ceil((kernelScratchBytes + 4 * tileSize) / 65536);
  const memory = typeof WebAssembly === "undefined" ? null : new WebAssembly.Memory({ initial: pages, maximum: pages });
  const kernels = memory === null ? null : createSimdKernels(memory, 0);
  tile =
    memory === null || kernels === null
      ? null
      : { kernels, at: kernelScratchBytes, floats: viewsOf(memory).floats, beginnings: new Map() };
  return tile;
}

/**
 * Constrains an ordinary array through the tile, in place; the constraint is set. False, and nothing done, for layouts
 * whose groups lie too scattered for it.
 */
export function constrainThroughTile(own: Tile, data: Float32Array, layout: Layout): boolean {
  const { inner, length, rows, rowStarts } = layout;
  if (data.length <= tileSize) {
    copyIn(own, data, 0, data.length, 0);
    constrainInMemory(own.kernels, own.at, layout);
    copyOut(own, data, 0, data.length, 0);
    return true;
  }
  if (inner === "reduced" && rowStarts !== null) return false;
  const { bases, slabs, slabStride } = layout;
  for (let i = 0; i < bases.length; i++) {
    // Slabs that lie one behind the other, each in one piece.
    const whole = rowStarts === null && (inner === "kept" || rows === 1) && rows * length <= tileSize;
    const together = whole ? Math.floor(tileSize / (rows * length)) : 1;
    if (inner === "reduced" && rows > 1) {
      constrainRunsOf(own, data, bases[i]!, layout);
      continue;
    }
    for (let slab = 0; slab < slabs; slab += together) {
      const start = bases[i]! + slab * slabStride;
      if (whole) constrainSlabs(own, data, start, Math.min(together, slabs - slab), layout);
      else if (inner === "reduced") constrainLongGroup(own, data, start, length, 1, 0);
      else constrainColumnsOf(own, data, start, layout);
    }
  }
  return true;
}

/** `maximum(w, 0)` or `w * (w >= 0)` of every number of an ordinary array, in place. */
export function clampThroughTile(own: Tile, data: Float32Array, formula: NonNullable<NonNeg["formula"]>): void {
  const { exports } = own.kernels;
  for (let from = 0; from < data.length; from += tileSize) {
    const count = Math.min(tileSize, data.length - from);
    copyIn(own, data, from, count, 0);
    if (formula === "maximum") exports.clampMaximum(own.at, count);
    else exports.clampProduct(own.at, count);
    copyOut(own, data, from, count, 0);
  }
}

function constrainSlabs(own: Tile, data: Float32Array, start: number, slabs: number, layout: Layout): void {
  const { inner, length, rows } = layout;
  const { exports, sums } = own.kernels;
  const size = rows * length;
  copyIn(own, data, start, slabs * size, 0);
  if (inner === "reduced") exports.constrainRuns(own.at, slabs, size, rows, length, length);
  else exports.constrainColumns(own.at, slabs, size, rows, length, length, 4096, sums);
  copyOut(own, data, start, slabs * size, 0);
}

/** Groups of several runs: the runs of neighbouring groups are neighbours. */
function constrainRunsOf(own: Tile, data: Float32Array, base: number, layout: Layout): void {
  const { length, rows, rowStride, slabs, slabStride } = layout;
  const together = Math.floor(tileSize / (rows * length));
  if (together === 0) {
    for (let slab = 0; slab < slabs; slab++) {
      constrainLongGroup(own, data, base + slab * slabStride, length, rows, rowStride);
    }
    return;
  }
  for (let slab = 0; slab < slabs; slab += together) {
    const groups = Math.min(together, slabs - slab);
    const piece = groups * length;
    const start = base + slab * slabStride;
    for (let row = 0; row < rows; row++) copyIn(own, data, start + row * rowStride, piece, row * piece);
    own.kernels.exports.constrainRuns(own.at, groups, length, rows, piece, length);
    for (let row = 0; row < rows; row++) copyOut(own, data, start + row * rowStride, piece, row * piece);
  }
}

/** One group that is larger than the tile: brought in twice, to be added up and to be scaled. */
function constrainLongGroup(
  own: Tile,
  data: Float32Array,
  start: number,
  length: number,
  rows: number,
  rowStride: number,
): void {
  const { exports } = own.kernels;
  exports.startGroup();
  for (let row = 0; row < rows; row++) {
    const from = start + row * rowStride;
    for (let at = 0; at < length; at += tileSize) {
      const count = Math.min(tileSize, length - at);
      copyIn(own, data, from + at, count, 0);
      exports.addToGroup(own.at, count);
    }
  }
  exports.finishGroup();
  for (let row = 0; row < rows; row++) {
    const from = start + row * rowStride;
    for (let at = 0; at < length; at += tileSize) {
      const count = Math.min(tileSize, length - at);
      copyIn(own, data, from + at, count, 0);
      exports.scaleRun(own.at, count);
      copyOut(own, data, from + at, count, 0);
    }
  }
}

/**
 * The columns of one slab that does not fit into the tile as a whole: a strip of columns at a time, where that is wide
 * enough to be copied row by row; else a few rows at a time, twice.
 */
function constrainColumnsOf(own: Tile, data: Float32Array, start: number, layout: Layout): void {
  const { length, rows } = layout;
  const { exports, sums } = own.kernels;
  const fitting = Math.min(4096, Math.floor(tileSize / rows)) & ~15;
  const strip = fitting >= 512 ? fitting : 4096;
  for (let column = 0; column < length; column += strip) {
    const width = Math.min(strip, length - column);
    // The kernels take even widths: a column of an odd one's own stands beside it.
    const even = width + (width & 1);
    const here = start + column;
    const most = Math.floor(tileSize / even) & ~7;
    if (fitting >= 512) {
      copyRows(own, data, here, layout, 0, rows, width, even, "in");
      exports.constrainColumns(own.at, 1, 0, rows, even, even, even, sums);
      copyRows(own, data, here, layout, 0, rows, width, even, "out");
      continue;
    }
    own.floats.fill(0, sums / 4, sums / 4 + 2 * even);
    for (let row = 0; row < rows; row += most) {
      const count = Math.min(most, rows - row);
      copyRows(own, data, here, layout, row, count, width, even, "in");
      exports.addRows(own.at, count, even, even, sums);
    }
    exports.finishColumns(sums, even);
    for (let row = 0; row < rows; row += most) {
      const count = Math.min(most, rows - row);
      copyRows(own, data, here, layout, row, count, width, even, "in");
      exports.scaleRows(own.at, count, even, even, sums);
      copyRows(own, data, here, layout, row, count, width, even, "out");
    }
  }
}

/** Copies `width` columns of some rows between the data and the tile, where the rows are `even` apart. */
function copyRows(
  own: Tile,
  data: Float32Array,
  start: number,
  { rowStride, rowStarts }: Layout,
  row: number,
  count: number,
  width: number,
  even: number,
  direction: "in" | "out",
): void {
  const copy = direction === "in" ? copyIn : copyOut;
  if (rowStarts === null && rowStride === even) {
    copy(own, data, start + row * rowStride, count * even, 0);
    return;
  }
  for (let i = row; i < row + count; i++) {
    const from = start + (rowStarts === null ? i * rowStride : rowStarts[i]!);
    copy(own, data, from, width, (i - row) * even);
  }
}

/** Fewer numbers than this are copied faster one by one than through views. */
const few = 32;

function copyIn(own: Tile, data: Float32Array, from: number, count: number, to: number): void {
  const { floats } = own;
  const first = own.at / 4 + to;
  if (count < few) for (let i = 0; i < count; i++) floats[first + i] = data[from + i]!;
  else floats.set(count === data.length ? data : pieceOf(data, from, count), first);
}

function copyOut(own: Tile, data: Float32Array, from: number, count: number, to: number): void {
  const { floats, beginnings } = own;
  const first = own.at / 4 + to;
  if (count < few) {
    for (let i = 0; i < count; i++) data[from + i] = floats[first + i]!;
    return;
  }
  if (to !== 0) {
    data.set(pieceOf(floats, first, count), from);
    return;
  }
  let beginning = beginnings.get(count);
  if (beginning === undefined) {
    if (beginnings.size >= 4096) beginnings.clear();
    beginning = floats.subarray(first, first + count);
    beginnings.set(count, beginning);
  }
  data.set(beginning, from);
}

/** Views of an array by where they begin; kept as long as the array is, up to a number. */
const pieces = new WeakMap<Float32Array, Map<number, Float32Array>>();

function pieceOf(array: Float32Array, from: number, count: number): Float32Array {
  let known = pieces.get(array);
  if (known === undefined) {
    known = new Map();
    pieces.set(array, known);
  }
  const found = known.get(from);
  if (found !== undefined && found.length === count) return found;
  if (known.size >= 4096) known.clear();
  const piece = array.subarray(from, from + count);
  known.set(from, piece);
  return piece;
}
