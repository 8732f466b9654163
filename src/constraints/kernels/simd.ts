import type { Layout } from "./layout.js";
import { highPlace, lowPlace, type NormSettings } from "./norm-settings.js";
import { simdBytes } from "./simd-bytes.js";

/** What simd.assemblyscript exports. Pointers are byte offsets, everything else counts float32 numbers. */
interface Exports {
  setConstraint(kind: number, numbers: number): void;
  constrainRuns(at: number, groups: number, groupStride: number, runs: number, runStride: number, length: number): void;
  startGroup(): void;
  addToGroup(at: number, count: number): void;
  finishGroup(): void;
  scaleRun(at: number, count: number): void;
  addRows(at: number, rows: number, rowStride: number, width: number, sums: number): void;
  finishColumns(sums: number, width: number): void;
  scaleRows(at: number, rows: number, rowStride: number, width: number, factors: number): void;
  constrainColumns(
    at: number,
    slabs: number,
    slabStride: number,
    rows: number,
    rowStride: number,
    width: number,
    strip: number,
    sums: number,
  ): void;
  clampMaximum(at: number, count: number): void;
  clampProduct(at: number, count: number): void;
}

/** Kernels that work on the numbers of one WebAssembly memory. */
export interface SimdKernels {
  readonly memory: WebAssembly.Memory;
  readonly exports: Exports;
  /** Where their scratch memory starts: sums of columns first, then rows that are brought together. */
  readonly sums: number;
  readonly rows: number;
  /** The first four float64 numbers of the scratch memory, by which `setConstraint` passes its own. */
  numbers: Float64Array;
}

/** Columns whose sums fit into the scratch memory, and numbers that fit behind them. */
const sumCapacity = 4096;
const rowCapacity = 4096;

/** Bytes of memory that the kernels need for themselves: 48 kB. */
export const kernelScratchBytes: number = 8 * sumCapacity + 4 * rowCapacity;

let compiled: WebAssembly.Module | null | undefined;

/**
 * The module, compiled when it is first asked for; null where the engine has no WebAssembly SIMD, forbids compilation
 * (a page's content security policy), or calls something else a Float32Array, as the double run does.
 */
function compile(): WebAssembly.Module | null {
  if (compiled !== undefined) return compiled;
  try {
    const bytes = Uint8Array.from(atob(simdBytes), (character) => character.charCodeAt(0));
    compiled = Float32Array.BYTES_PER_ELEMENT === 4 ? new WebAssembly.Module(bytes) : null;
  } catch {
    compiled = null;
  }
  return compiled;
}

/** Kernels over `memory` with `kernelScratchBytes` from `scratch`, a multiple of 16; null where the engine has none. */
export function createSimdKernels(memory: WebAssembly.Memory, scratch: number): SimdKernels | null {
  const module = compile();
  if (module === null) return null;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return {
    memory,
    exports: exports as unknown as Exports,
    sums: scratch,
    rows: scratch + 8 * sumCapacity,
    numbers: new Float64Array(memory.buffer, scratch, 4),
  };
}

/**
 * Sets the constraint that the calls after this one apply. False, and nothing set, for limits that the kernels do not
 * take: NaN, a limit of -0, and an upper limit that wins over a lower one above it.
 */
export function setConstraint(kernels: SimdKernels, { kind, crossed, numbers }: NormSettings): boolean {
  if (kind !== "unitNorm") {
    const low = numbers[lowPlace]!;
    const high = numbers[highPlace]!;
    if (!(low <= high) && (crossed === "upper" || Number.isNaN(low) || Number.isNaN(high))) return false;
    if (Object.is(high, -0) || Object.is(low, -0)) return false;
  }
  // Through the memory, because V8 would make objects of numbers that are passed. A memory that grows leaves its arrays empty.
  if (kernels.numbers.length === 0) kernels.numbers = new Float64Array(kernels.memory.buffer, kernels.sums, 4);
  const there = kernels.numbers;
  there[0] = numbers[0]!;
  there[1] = numbers[1]!;
  there[2] = numbers[2]!;
  there[3] = numbers[3]!;
  kernels.exports.setConstraint(kind === "maxNorm" ? 0 : kind === "minMaxNorm" ? 1 : 2, kernels.sums);
  return true;
}

/** Applies the constraint that is set to the tensor whose first number lies at byte `at` of the memory, in place. */
export function constrainInMemory(kernels: SimdKernels, at: number, layout: Layout): void {
  const { exports, sums } = kernels;
  const { inner, length, bases, slabs, slabStride, rows, rowStride, rowStarts } = layout;
  for (let i = 0; i < bases.length; i++) {
    const base = at + 4 * bases[i]!;
    if (rowStarts !== null) {
      for (let slab = 0; slab < slabs; slab++) {
        const start = base + 4 * slab * slabStride;
        if (inner === "reduced") constrainScatteredRuns(kernels, start, rowStarts, length);
        else constrainScatteredRows(kernels, start, rowStarts, length);
      }
    } else if (inner === "reduced") {
      exports.constrainRuns(base, slabs, slabStride, rows, rowStride, length);
    } else {
      exports.constrainColumns(base, slabs, slabStride, rows, rowStride, length, stripOf(rows), sums);
    }
  }
}

/**
 * How many columns are worth doing at a time: as many as lie in the second cache together, so that they are read from
 * memory once; of matrices with many rows, which do not, as many as their sums fit.
 */
function stripOf(rows: number): number {
  const fitting = Math.floor(65536 / rows) & ~15;
  return fitting >= 512 ? Math.min(fitting, sumCapacity) : sumCapacity;
}

function constrainScatteredRuns({ exports }: SimdKernels, start: number, rowStarts: Int32Array, length: number): void {
  exports.startGroup();
  for (let row = 0; row < rowStarts.length; row++) exports.addToGroup(start + 4 * rowStarts[row]!, length);
  exports.finishGroup();
  for (let row = 0; row < rowStarts.length; row++) exports.scaleRun(start + 4 * rowStarts[row]!, length);
}

/** Eight rows at a time are brought together in the scratch memory to be added up; they are scaled where they are. */
function constrainScatteredRows(kernels: SimdKernels, start: number, rowStarts: Int32Array, length: number): void {
  const { exports, sums, rows: together } = kernels;
  const pairs = length & ~1;
  const strip = rowCapacity / 8;
  for (let column = 0; column < pairs; column += strip) {
    const width = Math.min(strip, pairs - column);
    const here = start + 4 * column;
    const { bytes, floats } = viewsOf(kernels.memory);
    floats.fill(0, sums / 4, sums / 4 + 2 * width);
    for (let row = 0; row < rowStarts.length; row += 8) {
      const count = Math.min(8, rowStarts.length - row);
      for (let i = 0; i < count; i++) {
        const from = here + 4 * rowStarts[row + i]!;
        bytes.copyWithin(together + 4 * width * i, from, from + 4 * width);
      }
      exports.addRows(together, count, width, width, sums);
    }
    exports.finishColumns(sums, width);
    for (let row = 0; row < rowStarts.length; row++) exports.scaleRows(here + 4 * rowStarts[row]!, 1, 0, width, sums);
  }
  if (pairs < length) constrainScatteredRuns(kernels, start + 4 * pairs, rowStarts, 1);
}

interface Views {
  readonly bytes: Uint8Array;
  readonly floats: Float32Array;
}

const views = new WeakMap<WebAssembly.Memory, Views>();

/** Arrays over all of a memory; made again where it has grown. */
export function viewsOf(memory: WebAssembly.Memory): Views {
  const known = views.get(memory);
  if (known !== undefined && known.bytes.buffer === memory.buffer) return known;
  const made = { bytes: new Uint8Array(memory.buffer), floats: new Float32Array(memory.buffer) };
  views.set(memory, made);
  return made;
}
