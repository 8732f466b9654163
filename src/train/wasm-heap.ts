import * as tf from "@tensorflow/tfjs-core";
import { type ConstraintKernels, createConstraintKernels } from "../constraints/kernels/constrain-groups.js";
import { kernelScratchBytes } from "../constraints/kernels/simd.js";

/** What is used of the inside of tfjs's wasm backend (backend_wasm.js of tfjs-backend-wasm 4.22). */
interface WasmBackend {
  readonly wasm: {
    readonly asm?: Readonly<Record<string, unknown>>;
    readonly HEAPU8: Uint8Array;
    readonly _malloc: (bytes: number) => number;
  };
  readonly getMemoryOffset: (dataId: object) => number;
  readonly refCount: (dataId: object) => number;
}

/** The numbers of a tensor in the heap of tfjs's wasm backend. */
export interface HeapValues {
  /** A view, which ends with the next growth of the heap. */
  readonly values: Float32Array;
  /** Kernels that work in that heap; null where the engine has none, or threads share the heap. */
  readonly kernels: ConstraintKernels | null;
}

/** Kernels that work in the heap of tfjs's wasm backend; null where another backend is in use, and as in `HeapValues`. */
export function heapKernels(): ConstraintKernels | null {
  const backend = presentBackend();
  return backend === null ? null : kernelsOf(backend);
}

/**
 * The byte of that heap at which the numbers of a float32 variable begin; -1 where they do not lie there, and where
 * another tensor has the same memory. It allocates nothing.
 */
export function placeInHeap({ dataId, dtype, size }: tf.Variable): number {
  const backend = presentBackend();
  if (backend === null || dtype !== "float32" || size === 0 || backend.refCount(dataId) !== 1) return -1;
  return backend.getMemoryOffset(dataId) >>> 0;
}

/**
 * The numbers of a float32 variable where they lie, to be changed there: on tfjs's wasm backend, where no other tensor
 * has the same memory. Null anywhere else. It allocates nothing for a variable that lies where it lay before.
 */
export function valuesInHeap(variable: tf.Variable): HeapValues | null {
  const { dataId, dtype, size } = variable;
  const backend = presentBackend();
  if (backend === null || dtype !== "float32" || backend.refCount(dataId) !== 1) return null;
  // Before the view is made, because it may make the heap grow.
  const kernels = kernelsOf(backend);
  const { buffer } = backend.wasm.HEAPU8;
  const at = backend.getMemoryOffset(dataId);
  let places = placesOf.get(variable);
  if (places === undefined || places.size >= mostPlaces) {
    places = new Map();
    placesOf.set(variable, places);
  }
  const known = places.get(at);
  if (known !== undefined && known.values.buffer === buffer && known.kernels === kernels) return known;
  const made = { values: new Float32Array(buffer, at, size), kernels };
  places.set(at, made);
  return made;
}

/** Where each variable has lain: every step of an optimizer gives it other memory, in a loop mostly the same few places. */
const placesOf = new WeakMap<tf.Variable, Map<number, HeapValues>>();
const mostPlaces = 64;

/** The backend where it is the wasm one and has the inside that is used. */
function presentBackend(): WasmBackend | null {
  if (tf.getBackend() !== "wasm") return null;
  const backend = tf.backend() as unknown as Partial<WasmBackend>;
  const known = backend.wasm?.HEAPU8 instanceof Uint8Array && typeof backend.getMemoryOffset === "function";
  return known && typeof backend.refCount === "function" ? (backend as WasmBackend) : null;
}

/** One scratch memory of `kernelScratchBytes` for each backend, kept as long as it lives. */
const kernelsByBackend = new WeakMap<WasmBackend, ConstraintKernels | null>();

function kernelsOf(backend: WasmBackend): ConstraintKernels | null {
  const known = kernelsByBackend.get(backend);
  if (known !== undefined) return known;
  const kernels = makeKernels(backend);
  kernelsByBackend.set(backend, kernels);
  return kernels;
}

function makeKernels({ wasm }: WasmBackend): ConstraintKernels | null {
  const memory = Object.values(wasm.asm ?? {}).find((member) => member instanceof WebAssembly.Memory);
  if (memory === undefined || !(memory.buffer instanceof ArrayBuffer) || typeof wasm["_malloc"] !== "function") {
    return null;
  }
  // A signed number in heaps above 2 GB, and 0 where there is no room.
  const scratch = wasm["_malloc"](kernelScratchBytes + 16) >>> 0;
  return scratch === 0 ? null : createConstraintKernels(memory, Math.ceil(scratch / 16) * 16);
}
