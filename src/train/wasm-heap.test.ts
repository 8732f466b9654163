import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { applyConstraint, createConstraintKernels, kernelScratchBytes, maxNorm } from "../constraints/index.js";
import { valuesInHeap } from "./wasm-heap.js";

/** What is used of the inside of tfjs's wasm backend. */
interface WasmBackend {
  readonly wasm: {
    readonly asm: Readonly<Record<string, unknown>>;
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(at: number): void;
  };
  getMemoryOffset(dataId: object): number;
}

it("constrains a tensor where it lies in the heap of tfjs's wasm backend", async () => {
  await tf.setBackend("wasm");
  await tf.ready();
  const backend = tf.backend() as unknown as WasmBackend;
  const memory = Object.values(backend.wasm.asm).find((one) => one instanceof WebAssembly.Memory);
  expect(memory?.buffer).toBe(backend.wasm.HEAPU8.buffer);
  const scratch = backend.wasm["_malloc"](kernelScratchBytes + 16);
  const kernels = createConstraintKernels(memory!, Math.ceil(scratch / 16) * 16);

  const values = Float32Array.from({ length: 12 * 40 }, (_, i) => Math.sin(i) * 3);
  const weight = tf.variable(tf.tensor(values, [12, 40]));
  const inHeap = new Float32Array(memory!.buffer, backend.getMemoryOffset(weight.dataId), values.length);
  applyConstraint(maxNorm(), inHeap, [12, 40], { kernels });
  applyConstraint(maxNorm(), values, [12, 40]);

  expect(kernels).not.toBeNull();
  expect(await weight.data()).toEqual(values);
  expect(Math.hypot(...tf.slice(weight, [0, 1], [12, 1]).dataSync())).toBeLessThanOrEqual(2 * (1 + 3 * 2 ** -24));
  weight.dispose();
  backend.wasm["_free"](scratch);
});

it("makes no second view of a variable that lies where it lay before", async () => {
  await tf.setBackend("wasm");
  await tf.ready();
  const variable = tf.tidy(() => tf.variable(tf.ones([9, 41])));
  const first = valuesInHeap(variable);
  expect(first?.values.length).toBe(369);
  expect(valuesInHeap(variable)).toBe(first);
  // As a step of an optimizer does: the weight lies elsewhere from now on.
  tf.tidy(() => variable.assign(tf.mul(variable, 2)));
  const second = valuesInHeap(variable);
  expect(second).not.toBe(first);
  expect(second?.values[0]).toBe(2);
  expect(valuesInHeap(variable)).toBe(second);
  variable.dispose();
});
