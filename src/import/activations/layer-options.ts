import type { ConfigReader } from "../config-reader.js";
import type { ActivationSpec } from "./spec.js";

/**
 * The layers that are an activation with options, by class name, and how their options are read. They stand in a graph
 * and, in Keras 2 and 3, as the `activation` of another layer.
 */
export const activationLayers: ReadonlyMap<string, (config: ConfigReader) => ActivationSpec> = new Map([
  ["Activation", (config: ConfigReader) => config.activation("activation")],
  ["ReLU", readRelu],
  ["LeakyReLU", readLeakyRelu],
  ["ELU", readElu],
  ["ThresholdedReLU", readThresholdedRelu],
  ["Softmax", readSoftmax],
]);

function readRelu(config: ConfigReader): ActivationSpec {
  const negativeSlope = config.number("negative_slope", 0);
  const maxValue = config.optionalNumber("max_value");
  const threshold = config.number("threshold", 0);
  if (negativeSlope !== 0 && maxValue === null && threshold === 0) return leaky(config, negativeSlope);
  // Keras 3 makes tensors of the limit and of what it compares with, which are float32 first; the rest is exact in
  // float64 graphs, as everything is in Keras 2 (measured: 2.2.4, 2.3.1, 3.15.1 on TensorFlow).
  const rounded = config.generation === "keras3" && roundsConstants(config.writer.backend);
  return {
    name: "relu",
    parameters: {
      ...(negativeSlope === 0 ? {} : { negativeSlope }),
      ...(maxValue === null ? {} : { maxValue: rounded ? Math.fround(maxValue) : maxValue }),
      ...(threshold === 0 ? {} : { threshold }),
      ...(threshold === 0 || !rounded ? {} : { cutoff: Math.fround(threshold) }),
    },
  };
}

function readLeakyRelu(config: ConfigReader): ActivationSpec {
  const alpha = config.has("alpha") ? config.number("alpha") : undefined;
  return leaky(config, config.number("negative_slope", alpha ?? 0.3));
}

/**
 * The slope of a leaky ReLU, as each Keras computes it in a float64 graph: a float32 attribute of TensorFlow's operation
 * under Keras 1.2.2, 2.2.4, 2.3.1, 2.15 and 3.15. Theano and the other backends take the number as it is.
 */
function leaky(config: ConfigReader, slope: number): ActivationSpec {
  const rounded = roundsConstants(config.writer.backend);
  return { name: "leakyRelu", parameters: { negativeSlope: rounded ? Math.fround(slope) : slope } };
}

/** Whether Keras computes by TensorFlow, which makes float32 numbers of some constants; an unknown backend counts so. */
export function roundsConstants(backend: string | null): boolean {
  return backend === null || backend === "tensorflow";
}

function readElu(config: ConfigReader): ActivationSpec {
  return { name: "elu", parameters: { alpha: config.number("alpha", 1) } };
}

function readThresholdedRelu(config: ConfigReader): ActivationSpec {
  return { name: "thresholded", parameters: { threshold: config.number("theta", 1) } };
}

function readSoftmax(config: ConfigReader): ActivationSpec {
  return { name: "softmax", axes: config.integerList("axis", [-1]) };
}
