import { KerasProofError } from "../../errors.js";
import { type CallRequest, type InnerLayer, type LayerRule, only, type Shape, type Tensor } from "../rule.js";
import { callInner, innerMasks, innerRequest, innerWeights } from "./inner-layer.js";

/** One layer applied to every step. */
export interface TimeDistributedOptions {
  /** `null` where the file's could not be read. */
  readonly layer: InnerLayer | null;
  /** Whether the inner layer sees the part of the mask that is its own, axes 2 and on: not in Keras 1. */
  readonly masksInner: boolean;
  /** Whether the mask that goes on is the inner layer's: Keras 2. Otherwise the input's goes on as it is. */
  readonly masksFromInner: boolean;
  /** Whether a training step takes the steps one after another, each with statistics of its own: Keras 3. */
  readonly stepwiseTraining: boolean;
}

/** Layers that need a mask with one row for each sequence that they see. */
const sequenceClasses: ReadonlySet<string> = new Set(["SimpleRNN", "LSTM", "GRU", "Bidirectional", "TimeDistributed"]);

/**
 * Keras's `TimeDistributed` (keras/src/layers/rnn/time_distributed.py of Keras 3 and of tf.keras 2.15, wrappers.py
 * before): input (batch, steps, …), at least of rank 3. Steps are joined with the batch, as Keras 1 and 2 do where the
 * batch is open; Keras 3 computes the same step by step.
 */
export const timeDistributed: LayerRule<TimeDistributedOptions> = {
  className: "TimeDistributed",
  read: (config) => ({
    layer: config.layer("layer"),
    masksInner: config.generation !== "keras1",
    masksFromInner: config.generation === "keras2",
    stepwiseTraining: config.generation === "keras3",
  }),
  weights({ options, inputs, ruleOf }) {
    if (options.layer === null) return [];
    return innerWeights(options.layer, { role: "layer", store: "layer", inputs: [stepShape(only(inputs))], ruleOf });
  },
  outputShapes({ options, inputs, ruleOf }) {
    if (options.layer === null) return [];
    const shape = only(inputs);
    const inner = { options: options.layer.options, inputs: [stepShape(shape)], ruleOf };
    const outputs = ruleOf(options.layer.className).outputShapes(inner);
    return outputs.map(([batch = null, ...rest]) => [batch, shape[1] ?? null, ...rest]);
  },
  call(request) {
    const { tf, options } = request;
    if (options.layer === null) return [];
    const x = only(request.inputs);
    const [batch, steps] = x.shape as [number, number];
    if (request.training && options.stepwiseTraining) return callStepwise(options.layer, request);
    const outputs = callInner(options.layer, joinedRequest(options.layer, request));
    return outputs.map((output) => tf.reshape(output, [batch, steps, ...output.shape.slice(1)]));
  },
  masks(request) {
    const { tf, options } = request;
    if (options.layer === null) return [];
    const mask = request.masks[0] ?? null;
    const x = only(request.inputs);
    const { outputShapes } = request.ruleOf(options.layer.className);
    const stepInput = { options: options.layer.options, inputs: [stepShape(x.shape)], ruleOf: request.ruleOf };
    const count = outputShapes(stepInput).length;
    if (!options.masksFromInner) return Array.from({ length: count }, () => mask);
    const inner = innerMasks(options.layer, joinedRequest(options.layer, request), count);
    return inner.map((one) => {
      if (one !== null) return tf.reshape(one, [...x.shape.slice(0, 2), ...one.shape.slice(1)]);
      if (mask === null || mask.rank <= 2) return mask;
      return tf.any(
        mask,
        Array.from({ length: mask.rank - 2 }, (_, axis) => axis + 2),
      );
    });
  },
};

function stepShape([batch = null, steps, ...rest]: Shape): Shape {
  if (steps !== undefined && rest.length > 0) return [batch, ...rest];
  throw new KerasProofError("bad-graph", "TimeDistributed", "found an input of rank below 3, wanted (batch, steps, …)");
}

/** The inner layer's call on all steps at once. */
function joinedRequest(layer: InnerLayer, request: CallRequest<TimeDistributedOptions>): CallRequest<object> {
  const { tf, options } = request;
  const joined = (value: Tensor): Tensor => {
    const [batch, steps, ...rest] = value.shape as [number, number, ...number[]];
    return tf.reshape(value, [batch * steps, ...rest]);
  };
  const mask = options.masksInner ? maskOf(layer, request) : null;
  return innerRequest(layer, request, {
    inputs: [joined(only(request.inputs))],
    masks: [mask === null ? null : joined(mask)],
    weights: request.weights,
  });
}

/** The mask as the inner layer may use it: one of rank 2 says nothing about what lies within a step. */
function maskOf(layer: InnerLayer, request: CallRequest<TimeDistributedOptions>): Tensor | null {
  const mask = request.masks[0] ?? null;
  if (mask === null || mask.rank > 2 || !sequenceClasses.has(layer.className)) return mask;
  const message = `found a mask of rank ${mask.rank} before a ${layer.className} within, wanted one of rank 3`;
  throw new KerasProofError("unsupported-mask", "TimeDistributed", message);
}

/** One step after another; what a step moves, such as moving statistics, the next one sees. */
function callStepwise(layer: InnerLayer, request: CallRequest<TimeDistributedOptions>): Tensor[] {
  const { tf, options } = request;
  const weights = [...request.weights];
  const mask = options.masksInner ? maskOf(layer, request) : null;
  const masks = mask === null ? null : tf.unstack(mask, 1);
  const moved = new Map<number, Tensor>();
  const results = tf.unstack(only(request.inputs), 1).map((input, step) => {
    const inner = innerRequest(layer, request, { inputs: [input], masks: [masks?.[step] ?? null], weights });
    const update = (slot: number, value: Tensor): void => {
      weights[slot] = value;
      moved.set(slot, value);
    };
    return callInner(layer, { ...inner, update });
  });
  for (const [slot, value] of moved) request.update(slot, value);
  const count = results[0]?.length ?? 0;
  return Array.from({ length: count }, (_, k) =>
    tf.stack(
      results.map((outputs) => outputs[k] as Tensor),
      1,
    ),
  );
}
