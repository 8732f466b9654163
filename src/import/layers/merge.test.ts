import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { loadTfjs } from "../../../fixtures/float64-tfjs.js";
import { relativeDifference } from "../../../fixtures/activation-references.js";
import { readLayer, ruleOf } from "../../../fixtures/rule-run.js";
import { openNpz } from "../../formats/npz.js";
import type { Tensor } from "../rule.js";

const tf = await loadTfjs();
const arrays = await openNpz(
  await readFile(fileURLToPath(new URL("../../../fixtures/merge-masks/keras3.npz", import.meta.url))),
);

async function read(name: string): Promise<Tensor> {
  const { data, shape, dtype } = await arrays.read(name);
  return tf.tensor(data as Float32Array, [...shape], dtype === "bool" ? "bool" : "float32");
}

const layers = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"];
const kinds = ["masked-masked", "masked-plain", "plain-masked"];

it.each(layers.flatMap((layer) => kinds.map((kind) => [layer, kind] as const)))(
  "merges by %s what is %s, and the masks, as Keras 3 does",
  async (layer, kind) => {
    const rule = ruleOf(layer);
    const request = {
      tf,
      options: readLayer(layer, {}, "keras3").options,
      inputs: [await read("a"), await read("b")],
      weights: [],
      masks: await Promise.all(
        kind
          .split("-")
          .map((one, index) => (one === "masked" ? read(index === 0 ? "a-mask" : "b-mask") : Promise.resolve(null))),
      ),
      training: false,
      trainable: true,
      update: () => {},
      ruleOf,
    };
    const output = rule.call(request) as Tensor;
    const wanted = await read(`${layer}/${kind}/output`);
    expect(output.shape).toEqual(wanted.shape);
    expect(relativeDifference(output.dataSync(), wanted.dataSync())).toBeLessThan(2 ** -22);
    const [mask] = typeof rule.masks === "function" ? rule.masks(request) : [null];
    const name = `${layer}/${kind}/mask`;
    const wantedMask = arrays.names.includes(name) ? [...(await read(name)).dataSync()] : null;
    expect(mask == null ? null : [...mask.dataSync()]).toEqual(wantedMask);
  },
);
