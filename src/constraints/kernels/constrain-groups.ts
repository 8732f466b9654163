import { checkArgument, formatFound, type OptionKind } from "../../check-options.js";
import { KerasProofError } from "../../errors.js";
import { clampNegative } from "../non-neg.js";
import type { NonNeg } from "../spec.js";
import { createScriptKernels } from "./javascript.js";
import type { Layout } from "./layout.js";
import type { NormSettings } from "./norm-settings.js";
import {
  constrainInMemory,
  createSimdKernels,
  kernelScratchBytes,
  setConstraint,
  type SimdKernels,
  viewsOf,
} from "./simd.js";
import { clampThroughTile, constrainThroughTile, openTile } from "./tile.js";

/**
 * Kernels that constrain weights where they lie in a WebAssembly memory, such as the heap of tfjs's wasm backend, with no
 * copy. They are made by `createConstraintKernels`.
 */
export interface ConstraintKernels {
  readonly memory: WebAssembly.Memory;
}

/** The name is asked of the object itself, which may be of another realm. */
const someMemory: OptionKind = {
  wanted: "a WebAssembly.Memory",
  accepts: (value) => Object.prototype.toString.call(value) === "[object WebAssembly.Memory]",
};

const made = new WeakMap<ConstraintKernels, SimdKernels>();

/**
 * Kernels over a memory that is not shared between threads, to be given to `applyConstraint` as `kernels`. They use
 * `kernelScratchBytes` bytes of it from `scratch` on, a multiple of 16, which must be theirs alone as long as they are
 * used; the memory may grow. Null where the engine has no WebAssembly SIMD or may not compile, in which case
 * `applyConstraint` computes the same without. Throws `usage` for a scratch memory that does not lie inside, and for a
 * shared memory.
 */
export function createConstraintKernels(memory: WebAssembly.Memory, scratch: number): ConstraintKernels | null {
  checkArgument("createConstraintKernels.memory", memory, someMemory);
  const size = memory.buffer.byteLength;
  if (!Number.isInteger(scratch) || scratch < 0 || scratch % 16 !== 0 || scratch + kernelScratchBytes > size) {
    const wanted = `wanted a multiple of 16 with ${kernelScratchBytes} bytes behind it in a memory of ${size}`;
    throw new KerasProofError("usage", "scratch", `found ${formatFound(scratch)}, ${wanted}`);
  }
  if (!(memory.buffer instanceof ArrayBuffer)) {
    throw new KerasProofError("usage", "memory", "found a shared memory, wanted one that is not shared");
  }
  const kernels = createSimdKernels(memory, scratch);
  if (kernels === null) return null;
  const handle: ConstraintKernels = Object.freeze({ memory });
  made.set(handle, kernels);
  return handle;
}

/** True for what `createConstraintKernels` gave. */
export function isConstraintKernels(value: unknown): boolean {
  return made.has(value as ConstraintKernels);
}

/** Fewer numbers than this in an ordinary array are done faster without being copied. */
const smallest = 64;

const narrow = createScriptKernels<Float32Array>();
const wide = createScriptKernels<Float64Array>();

/**
 * Applies a norm constraint to every group, in place: with SIMD where the numbers lie in the memory of `given` or are
 * many, else in plain JavaScript. Both give the same bits, but for the sign and payload of NaN.
 */
export function constrainGroups(
  settings: NormSettings,
  data: Float32Array | Float64Array,
  layout: Layout,
  given: ConstraintKernels | null,
): void {
  if (data.length === 0) return;
  if (!isFloat32(data)) {
    wide.constrain(data, layout, settings);
    return;
  }
  const there = kernelsAt(data, given);
  if (there !== null) {
    if (setConstraint(there, settings)) {
      constrainInMemory(there, data.byteOffset, layout);
      return;
    }
  } else if (data.length >= smallest) {
    const tile = openTile();
    if (tile !== null && setConstraint(tile.kernels, settings)) {
      if (constrainThroughTile(tile, data, layout)) return;
    }
  }
  narrow.constrain(data, layout, settings);
}

/** Sets negative numbers to zero in place, as `clampNegative`; chosen as in `constrainGroups`. */
export function constrainSigns(
  data: Float32Array | Float64Array,
  formula: NonNullable<NonNeg["formula"]>,
  given: ConstraintKernels | null,
): void {
  if (isFloat32(data)) {
    const there = kernelsAt(data, given);
    if (there !== null) {
      clampWith(there, data.byteOffset, data.length, formula);
      return;
    }
    const tile = data.length >= smallest ? openTile() : null;
    if (tile !== null) {
      clampThroughTile(tile, data, formula);
      return;
    }
  }
  clampNegative(data, formula);
}

/**
 * As `constrainGroups`, for the float32 numbers at byte `at` of the memory of `given`: no array over them is needed. False,
 * and nothing done, for limits that the kernels there do not take.
 */
export function constrainAt(settings: NormSettings, at: number, layout: Layout, given: ConstraintKernels): boolean {
  const there = made.get(given);
  if (there === undefined || !setConstraint(there, settings)) return false;
  constrainInMemory(there, at, layout);
  return true;
}

/** As `constrainSigns`, for `count` float32 numbers at byte `at` of the memory of `given`; false where it has no kernels. */
export function clampAt(
  at: number,
  count: number,
  formula: NonNullable<NonNeg["formula"]>,
  given: ConstraintKernels,
): boolean {
  const there = made.get(given);
  if (there === undefined) return false;
  clampWith(there, at, count, formula);
  return true;
}

function clampWith({ exports }: SimdKernels, at: number, count: number, formula: NonNullable<NonNeg["formula"]>): void {
  if (formula === "maximum") exports.clampMaximum(at, count);
  else exports.clampProduct(at, count);
}

/** All of the memory of `given` as numbers; made again where it has grown. */
export function floatsOf(given: ConstraintKernels): Float32Array {
  return viewsOf(given.memory).floats;
}

/** The sums of the squares of the groups, in their order, as `constrainGroups` adds them. */
export function sumSquares(data: Float32Array | Float64Array, layout: Layout): Float64Array {
  return isFloat32(data) ? narrow.sumSquares(data, layout) : wide.sumSquares(data, layout);
}

function kernelsAt(data: Float32Array, given: ConstraintKernels | null): SimdKernels | null {
  if (given === null || data.buffer !== given.memory.buffer) return null;
  return made.get(given) ?? null;
}

/** The name is asked of the object itself: the global `Float32Array` may have been replaced (the double run does). */
export function isFloat32(data: Float32Array | Float64Array): data is Float32Array {
  return data[Symbol.toStringTag] === "Float32Array";
}
