import { KerasProofError } from "../../errors.js";
import type { ConfigReader } from "../config-reader.js";
import type { CallRequest, InnerLayer, LayerRule, Ops, Shape, ShapeRequest, Tensor } from "../rule.js";
import { callInner, innerRequest, innerWeights } from "./inner-layer.js";
import type { RecurrentOptions } from "./recurrent-options.js";

type MergeMode = "sum" | "mul" | "ave" | "concat" | null;

/** Two recurrent layers, one for each direction. */
export interface BidirectionalOptions {
  /** `null` where the file's could not be read. */
  readonly layers: { readonly forward: InnerLayer; readonly backward: InnerLayer } | null;
  /** How the two outputs are joined; `null` gives them apart. */
  readonly mergeMode: MergeMode;
}

const recurrentClasses: ReadonlySet<string> = new Set(["SimpleRNN", "LSTM", "GRU"]);

/**
 * Keras's `Bidirectional` of a SimpleRNN, LSTM or GRU: keras/src/layers/rnn/bidirectional.py of Keras 3, wrappers.py of
 * Keras 1 and 2. The output sequence of the backward layer is turned round before the two are joined. Outputs: the
 * joined one, or with `mergeMode` null both, then the forward layer's states and the backward layer's, where they are
 * returned. States at the start come in the same order. Keras 3 and tf.keras let masked steps give out zeros in both
 * layers where they return sequences; Keras 1 and 2 leave that as the layers have it. The mask goes on with sequences.
 */
export const bidirectional: LayerRule<BidirectionalOptions> = {
  className: "Bidirectional",
  read(config) {
    config.only("num_constants", null);
    const written = config.has("merge_mode") && config.raw("merge_mode") === null;
    return {
      layers: readLayers(config),
      mergeMode: written ? null : config.oneOf("merge_mode", ["concat", "sum", "mul", "ave"] as const, "concat"),
    };
  },
  weights({ options, inputs, ruleOf }) {
    if (options.layers === null) return [];
    const { forward, backward } = options.layers;
    const sequence = inputs.slice(0, 1);
    return [
      ...innerWeights(forward, { role: "forward", store: "forward_layer", inputs: sequence, ruleOf }),
      ...innerWeights(backward, { role: "backward", store: "backward_layer", inputs: sequence, ruleOf }),
    ];
  },
  outputShapes({ options, inputs, ruleOf }) {
    if (options.layers === null) return [];
    const [first, ...firstStates] = shapesOf(options.layers.forward, inputs, 0, ruleOf);
    const [second, ...secondStates] = shapesOf(options.layers.backward, inputs, 1, ruleOf);
    return [...joinedShapes(options.mergeMode, first as Shape, second as Shape), ...firstStates, ...secondStates];
  },
  call(request) {
    const { tf, options, weights } = request;
    if (options.layers === null) return [];
    const { forward, backward } = options.layers;
    const half = weightCount(forward, request);
    const run = (layer: InnerLayer, side: 0 | 1): readonly Tensor[] =>
      callInner(
        layer,
        innerRequest(layer, request, {
          inputs: inputsOf(request.inputs, side),
          masks: [request.masks[0] ?? null],
          weights: side === 0 ? weights.slice(0, half) : weights.slice(half),
          firstSlot: side * half,
        }),
      );
    const [first, ...firstStates] = run(forward, 0) as [Tensor, ...Tensor[]];
    const [second, ...secondStates] = run(backward, 1) as [Tensor, ...Tensor[]];
    const turned = recurrent(forward).returnSequences ? tf.reverse(second, 1) : second;
    return [...join(tf, options.mergeMode, first, turned), ...firstStates, ...secondStates];
  },
  masks({ options, masks, inputs, ruleOf }) {
    if (options.layers === null) return [];
    const mask = recurrent(options.layers.forward).returnSequences ? (masks[0] ?? null) : null;
    const outputs = bidirectional.outputShapes({ options, inputs: inputs.map(({ shape }) => shape), ruleOf });
    const joined = options.mergeMode === null ? 2 : 1;
    return outputs.map((_, index) => (index < joined ? mask : null));
  },
};

function readLayers(config: ConfigReader): BidirectionalOptions["layers"] {
  const layer = config.layer("layer");
  const given = (config.raw("backward_layer") ?? null) === null ? null : config.layer("backward_layer");
  if (layer === null || (given === null && (config.raw("backward_layer") ?? null) !== null)) return null;
  for (const [key, one] of [["layer", layer] as const, ["backward_layer", given ?? layer] as const]) {
    if (recurrentClasses.has(one.className)) continue;
    const message = `found a ${one.className}, wanted ${[...recurrentClasses].join(", ")}`;
    return config.problem("unsupported-option", key, message, null);
  }
  const forward = zeroed(layer);
  const backward = given === null ? turnedRound(forward) : zeroed(given);
  const [one, other] = [recurrent(forward), recurrent(backward)];
  const differ = one.returnSequences !== other.returnSequences || one.returnState !== other.returnState;
  if (one.goBackwards !== other.goBackwards && !differ) return { forward, backward };
  const wanted = "wanted the other direction, and the same return_sequences and return_state as the forward layer's";
  return config.problem("bad-config", "backward_layer", `found a layer that does not fit, ${wanted}`, null);
}

function recurrent(layer: InnerLayer): RecurrentOptions {
  return layer.options as RecurrentOptions;
}

function zeroed(layer: InnerLayer): InnerLayer {
  const options = recurrent(layer);
  const zeroOutputForMask = options.zeroedByBidirectional ? options.returnSequences : options.zeroOutputForMask;
  return { ...layer, options: { ...options, zeroOutputForMask } };
}

function turnedRound(layer: InnerLayer): InnerLayer {
  return { ...layer, options: { ...layer.options, goBackwards: !recurrent(layer).goBackwards } };
}

function weightCount(layer: InnerLayer, { inputs, ruleOf }: CallRequest<object>): number {
  const request: ShapeRequest<object> = { options: layer.options, inputs: inputs.map(({ shape }) => shape), ruleOf };
  return ruleOf(layer.className).weights?.(request).length ?? 0;
}

/** The sequence and one side's half of the states at the start. */
function inputsOf<T>(inputs: readonly T[], side: 0 | 1): readonly T[] {
  const states = inputs.slice(1);
  const half = Math.ceil(states.length / 2);
  return [...inputs.slice(0, 1), ...(side === 0 ? states.slice(0, half) : states.slice(half))];
}

function shapesOf(
  layer: InnerLayer,
  inputs: readonly Shape[],
  side: 0 | 1,
  ruleOf: ShapeRequest<object>["ruleOf"],
): readonly Shape[] {
  return ruleOf(layer.className).outputShapes({ options: layer.options, inputs: inputsOf(inputs, side), ruleOf });
}

function joinedShapes(mode: MergeMode, first: Shape, second: Shape): Shape[] {
  if (mode === null) return [first, second];
  const [one, other] = [first.at(-1) as number, second.at(-1) as number];
  if (mode === "concat") return [[...first.slice(0, -1), one + other]];
  if (one === other) return [first];
  const message = `found ${one} and ${other} units, wanted as many both ways to join them by ${mode}`;
  throw new KerasProofError("bad-graph", "Bidirectional", message);
}

function join(tf: Ops, mode: MergeMode, first: Tensor, second: Tensor): Tensor[] {
  if (mode === null) return [first, second];
  if (mode === "concat") return [tf.concat([first, second], -1)];
  if (mode === "mul") return [tf.mul(first, second)];
  const sum = tf.add(first, second);
  return [mode === "ave" ? tf.div(sum, tf.scalar(2)) : sum];
}
