import { expect, it } from "vitest";
import { relativeDifference } from "../../../fixtures/activation-references.js";
import { loadFloat64Tfjs } from "../../../fixtures/float64-tfjs.js";
import { callLayer, readLayer, ruleOf } from "../../../fixtures/rule-run.js";
import type { Tensor } from "../rule.js";
import type { Writer } from "../writer.js";

const tf = await loadFloat64Tfjs();
const theano: Writer = { kerasVersion: "2.2.4", backend: "theano" };

function drawn(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values = Float64Array.from({ length: size }, (_, index) => Math.sin(seed + index * 7.3) * 1.3 + 0.1);
  return tf.tensor(values, [...shape], "float32");
}

it.each([
  ["Conv2D", { filters: 4, kernel_size: [3, 2], strides: [2, 1], padding: "same" }],
  ["Conv2D", { filters: 4, kernel_size: [3, 2], groups: 2, activation: "softplus" }],
  ["Conv2D", { filters: 2, kernel_size: [3, 2], dilation_rate: [2, 3], padding: "same" }],
  ["Conv2D", { filters: 2, kernel_size: [2, 2], strides: 2, padding: "same" }, theano],
  ["DepthwiseConv2D", { kernel_size: [3, 2], strides: 2, depth_multiplier: 2, padding: "same" }],
  ["DepthwiseConv2D", { kernel_size: [2, 3], dilation_rate: 2 }],
  ["SeparableConv2D", { filters: 3, kernel_size: [3, 2], depth_multiplier: 2, data_format: "channels_first" }],
  ["MaxPooling2D", { pool_size: [3, 2], strides: [2, 1], padding: "same" }],
  ["AveragePooling2D", { pool_size: [3, 2], strides: 2, padding: "same" }],
  ["AveragePooling2D", { pool_size: 2, strides: 2, padding: "same" }, theano],
  ["MaxPooling2D", { pool_size: 3, strides: 2, padding: "same" }, theano],
  ["GlobalMaxPooling2D", {}],
  [
    "ZeroPadding2D",
    {
      padding: [
        [1, 0],
        [2, 1],
      ],
    },
  ],
  ["UpSampling2D", { size: [2, 3], data_format: "channels_first" }],
  ["UpSampling2D", { size: 2, interpolation: "bilinear" }],
  ["Flatten", { data_format: "channels_first" }],
  ["Permute", { dims: [3, 1, 2] }],
  ["BatchNormalization", { axis: 1 }],
  ["BatchNormalization", { scale: false, epsilon: 0.1 }],
  ["PReLU", { shared_axes: [1] }],
  ["Softmax", { axis: [1, 2] }],
] as const)("differentiates %s %o in training by its input and its weights", (className, config, writer?: Writer) => {
  const { options, problems } = readLayer(className, config, "keras2", writer);
  expect(problems).toEqual([]);
  const shape = [2, 5, 6, 4];
  const slots = ruleOf(className).weights?.({ options, inputs: [shape], ruleOf }) ?? [];
  const tensors = [drawn(shape, 1), ...slots.map((slot, index) => drawn(slot.shape, index + 2))];
  const total = (...[x, ...weights]: Tensor[]): Tensor => {
    const y = callLayer(tf, className, { options, inputs: [x as Tensor], weights, training: true });
    return tf.sum(tf.mul(y, drawn(y.shape, 9)));
  };
  const moving = slots.filter((slot) => !slot.trainable).length;
  const moved = tensors.slice(0, tensors.length - moving);
  const rest = tensors.slice(tensors.length - moving);
  const gradients = tf.grads((...args: Tensor[]) => total(...args, ...rest))(moved);
  for (const [which, tensor] of moved.entries()) {
    const values = Float64Array.from(tensor.dataSync());
    const quotients = values.map((_, index) => {
      const at = (by: number): number => {
        const copy = values.slice();
        copy[index] = (copy[index] as number) + by;
        const changed = tensors.with(which, tf.tensor(copy, tensor.shape, "float32"));
        return total(...changed).dataSync()[0] as number;
      };
      return (at(1e-5) - at(-1e-5)) / 2e-5;
    });
    expect(relativeDifference((gradients[which] as Tensor).dataSync(), quotients)).toBeLessThan(1e-7);
  }
});
