import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { readSgdReferences, type SgdReference } from "../../fixtures/sgd-references.js";
import { readSgd } from "./sgd-spec.js";
import { KerasSgd } from "./sgd.js";

const references = await readSgdReferences();
const nesterov = references.find(({ name }) => name === "keras3/nesterov") as SgdReference;

describe.each(["cpu", "wasm"])("SGD in float32 on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it.each(references)("gives each bit of Keras's weights from the same gradients: $name", (reference) => {
    const { float32, gradients } = reference;
    const [optimizer, weight] = start(reference);
    for (const [step, gradient] of gradients.entries()) {
      apply(optimizer, weight, gradient);
      expect([...weight.dataSync()], `after step ${step + 1}`).toEqual([...(float32[step + 1] as Float32Array)]);
    }
    expect(float32).toHaveLength(11);
  });
});

describe("SGD as an optimizer of tfjs", () => {
  beforeAll(() => tf.setBackend("cpu"));

  it("leaves a variable and its velocity alone in a step without its gradient", () => {
    const { float32, gradients } = nesterov;
    const [optimizer, weight] = start(nesterov);
    const other = tf.variable(tf.scalar(1));
    for (const [step, gradient] of gradients.entries()) {
      optimizer.applyGradients({ [other.name]: tf.scalar(1) });
      apply(optimizer, weight, gradient);
      expect([...weight.dataSync()]).toEqual([...(float32[step + 1] as Float32Array)]);
    }
  });

  it("takes gradients as a list, and skips those that tfjs gives as null", () => {
    const [optimizer, weight] = start(nesterov);
    const tensor = tf.tensor1d([...(nesterov.gradients[0] as Float32Array)]);
    optimizer.applyGradients([{ name: weight.name, tensor }]);
    const after = [...(nesterov.float32[1] as Float32Array)];
    expect([...weight.dataSync()]).toEqual(after);
    optimizer.applyGradients({ [weight.name]: null as unknown as tf.Variable });
    expect([...weight.dataSync()]).toEqual(after);
  });

  it("goes on from its saved weights and config as if it had not stopped", async () => {
    const { float32, gradients } = references.find(({ name }) => name === "keras2/decay") as SgdReference;
    const [first, weight] = start(references.find(({ name }) => name === "keras2/decay") as SgdReference);
    for (const gradient of gradients.slice(0, 4)) apply(first, weight, gradient);
    const second = KerasSgd.fromConfig<KerasSgd>(KerasSgd, first.getConfig());
    await second.setWeights(await first.getWeights());
    for (const gradient of gradients.slice(4)) apply(second, weight, gradient);
    expect([...weight.dataSync()]).toEqual([...(float32[10] as Float32Array)]);
  });

  it("leaves no tensor behind after it is disposed, and before only its velocities, which nothing trains", () => {
    const [optimizer, weight] = start(nesterov);
    const [before, trained] = [tf.memory().numTensors, trainableVariables()];
    for (const gradient of nesterov.gradients) apply(optimizer, weight, gradient);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(trainableVariables()).toEqual(trained);
    optimizer.dispose();
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

function trainableVariables(): string[] {
  return Object.values(tf.engine().registeredVariables).flatMap(({ name, trainable }) => (trainable ? [name] : []));
}

function start({ config, writer, float32 }: SgdReference): [KerasSgd, tf.Variable] {
  const weight = tf.variable(tf.tensor1d([...(float32[0] as Float32Array)]));
  return [new KerasSgd(readSgd(config, "sgd", writer)), weight];
}

function apply(optimizer: KerasSgd, weight: tf.Variable, gradient: ArrayLike<number>): void {
  tf.tidy(() => optimizer.applyGradients({ [weight.name]: tf.tensor1d(Array.from(gradient)) }));
}
