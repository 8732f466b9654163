import { layerWeights } from "../../constraints/weights/layer-weights.js";
import type { InputShapes } from "../../constraints/weights/weight-facts.js";
import { isMade } from "../../constraints/weights/weight-presence.js";
import type { OpenShape } from "../../constraints/weights/weight-shape.js";
import type { LayerNode } from "./layer-tree.js";

/** A weight of a layer itself, not of one inside it. */
export interface OwnWeight {
  /** Keras's name of it; in attention layers with that of the layer of the kernel before it, `query/kernel`. */
  readonly name: string;
  /** The option that constrains it by the names of Keras 3; null for none. */
  readonly option: string | null;
  readonly trainable: boolean;
  /** As far as the layer's options and inputs tell; null where they do not even tell the rank. */
  readonly shape: OpenShape | null;
  /** Where Keras 3 stores it below the layer; `""` for the layer itself. */
  readonly store: string;
}

const batchNormalizations: ReadonlySet<string> = new Set([
  "BatchNormalization",
  "BatchNormalizationV1",
  "BatchNormalizationV2",
  "SyncBatchNormalization",
]);

/** What training moves without a gradient, after all other weights (`build` of each class). */
function unmoved({ className, config }: LayerNode): readonly string[] {
  if (className === "SpectralNormalization") return ["vector_u"];
  if (!batchNormalizations.has(className)) return [];
  const renormed = config["renorm"] === true ? ["moving_stddev", "renorm_mean", "renorm_stddev"] : [];
  return ["moving_mean", "moving_variance", ...renormed];
}

/** Layers that are a cell and a loop: the cell has the weights. */
const celled: ReadonlySet<string> = new Set(["SimpleRNN", "LSTM", "GRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"]);

const attention: ReadonlySet<string> = new Set(["MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention"]);

/**
 * The weights of a layer in the order of Keras's `layer.weights`, by the table of layers and weights and the options
 * that leave some out; `inputs` are the shapes of the layer's inputs. Of a class that the table does not have, those that its options constrain, `factor` for
 * `factor_constraint`: whether it has others only its file can tell.
 */
export function ownWeights(node: LayerNode, inputs: InputShapes): OwnWeight[] {
  const { className, config } = node;
  const known = layerWeights.get(className);
  const weights =
    known?.filter(({ weight }) => isMade(className, weight, config)) ??
    constrainedBy(config).map((option) => ({ weight: option.slice(0, -suffix.length), option, axes: () => null }));
  const moved = weights.map(({ weight, option, axes }) => ({
    name: weight,
    option,
    trainable: true,
    shape: axes({ rank: null, config, inputs })?.extents ?? null,
    store: storeOf(className, weight),
  }));
  const rest = unmoved(node).map((name) => ({ name, option: null, trainable: false, shape: null, store: "" }));
  return [...moved, ...rest];
}

const suffix = "_constraint";

/** The options of a layer that hold a constraint. */
export function constrainedBy(config: LayerNode["config"]): string[] {
  return Object.keys(config).filter((key) => key.endsWith(suffix) && config[key] !== null);
}

function storeOf(className: string, weight: string): string {
  if (celled.has(className)) return "cell";
  if (!attention.has(className)) return "";
  const part = weight.split("/")[0] as string;
  return `${part === "attention_output" ? "output" : part}_dense`;
}
