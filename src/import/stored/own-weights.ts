import { layerWeights } from "../../constraints/layer-weights.js";
import type { LayerNode } from "./layer-tree.js";

/** A weight of a layer itself, not of one inside it. */
export interface OwnWeight {
  /** Keras's name of it; in attention layers with that of the layer of the kernel before it, `query/kernel`. */
  readonly name: string;
  /** The option that constrains it by the names of Keras 3; null for none. */
  readonly option: string | null;
  readonly trainable: boolean;
  /** Where Keras 3 stores it below the layer; `""` for the layer itself. */
  readonly store: string;
}

/** What training moves without a gradient, after all other weights. */
const unmoved: ReadonlyMap<string, readonly string[]> = new Map([
  ...["BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization"].map(
    (name): [string, readonly string[]] => [name, ["moving_mean", "moving_variance"]],
  ),
  ["SpectralNormalization", ["vector_u"]],
]);

/** Layers that are a cell and a loop: the cell has the weights. */
const celled: ReadonlySet<string> = new Set(["SimpleRNN", "LSTM", "GRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"]);

const attention: ReadonlySet<string> = new Set(["MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention"]);

/**
 * The weights of a layer in the order of Keras's `layer.weights`, by the table of layers and weights and the options
 * that leave some out. Of a class that the table does not have, those that its options constrain, `factor` for
 * `factor_constraint`: whether it has others only its file can tell.
 */
export function ownWeights({ className, config }: LayerNode): OwnWeight[] {
  const known = layerWeights.get(className);
  const weights =
    known?.filter(({ weight }) => isThere(className, weight, config)) ??
    constrainedBy(config).map((option) => ({ weight: option.slice(0, -suffix.length), option }));
  const moved = weights.map(({ weight, option }) => ({
    name: weight,
    option,
    trainable: true,
    store: storeOf(className, weight),
  }));
  const rest = unmoved.get(className) ?? [];
  return [...moved, ...rest.map((name) => ({ name, option: null, trainable: false, store: "" }))];
}

const suffix = "_constraint";

/** The options of a layer that hold a constraint. */
export function constrainedBy(config: LayerNode["config"]): string[] {
  return Object.entries(config).flatMap(([key, value]) => (key.endsWith(suffix) && value !== null ? [key] : []));
}

function storeOf(className: string, weight: string): string {
  if (celled.has(className)) return "cell";
  if (!attention.has(className)) return "";
  const part = weight.split("/")[0] as string;
  return `${part === "attention_output" ? "output" : part}_dense`;
}

/** Whether a layer with these options makes the weight (the `build` of each layer). */
function isThere(className: string, weight: string, config: LayerNode["config"]): boolean {
  const last = weight.split("/").at(-1) as string;
  if (weight.startsWith("gate/") && config["use_gate"] !== true) return false;
  switch (last) {
    case "bias":
      return className === "EinsumDense" ? (config["bias_axes"] ?? null) !== null : config["use_bias"] !== false;
    case "b":
    case "b_carry":
      return config["use_bias"] !== false;
    case "gamma":
      return config["scale"] !== false || config["rms_scaling"] === true;
    case "beta":
      return config["center"] !== false && config["rms_scaling"] !== true;
    case "reverse_embeddings":
      return config["tie_weights"] === false;
    // The name that the kernel of a DepthwiseConv has before Keras 3.
    case "depthwise_kernel":
      return !className.startsWith("Depthwise");
    default:
      return true;
  }
}
