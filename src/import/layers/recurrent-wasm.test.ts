import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { relativeDifference } from "../../../fixtures/activation-references.js";
import { gradientsOf, readRecurrentReferences, runChain } from "../../../fixtures/recurrent-references.js";

beforeAll(async () => {
  await import("@tensorflow/tfjs-backend-wasm");
  // It registers the gradients of tfjs-core.
  await import("@tensorflow/tfjs-layers");
  await tf.setBackend("wasm");
});

it("computes and differentiates recurrent layers, masks and wrappers on wasm as Keras 3 does", async () => {
  const wrong = new Map<string, number>();
  for (const reference of await readRecurrentReferences("keras3")) {
    const found = [...runChain(tf, reference), ...gradientsOf(tf, reference)];
    const wanted = [...reference.float32, ...reference.gradients];
    expect(found.map(({ shape }) => shape)).toEqual(wanted.map(({ shape }) => shape));
    for (const [k, { data }] of found.entries()) {
      const error = relativeDifference(data, wanted[k]?.data ?? []);
      if (!(error < 64 * 2 ** -24)) wrong.set(`${reference.name} ${k}`, error);
    }
  }
  expect(wrong).toEqual(new Map());
  expect(tf.getBackend()).toBe("wasm");
});
