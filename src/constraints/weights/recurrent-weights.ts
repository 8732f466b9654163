import { kernelAxes, type SpatialRank } from "./convolution-weights.js";
import { channels, counted, product, type WeightFacts } from "./weight-facts.js";
import { firstAxes, fixed, type LayerWeight, meaningOf, noUnit, type WeightAxis } from "./weight-layout.js";

/** What tells the recurrent layers apart. */
export interface RecurrentKind {
  /** The names of the gates in the order in which they share the last axis; none for a layer without gates. */
  readonly gates?: readonly string[];
  /** How many times the units the bias has, where it is not as many times as the kernel. */
  readonly biasColumns?: number;
  /** How many times the units the kernel has; by default one for each gate. */
  readonly columns?: number;
  /** Of convolutional layers, whose units are filters. Default 0. */
  readonly spatialRank?: SpatialRank;
}

/** Keras 3.15, layers/rnn/lstm.py and gru.py, as in Keras 2. */
export const lstmGates: readonly string[] = ["input gate", "forget gate", "cell", "output gate"];
export const gruGates: readonly string[] = ["update gate", "reset gate", "candidate"];

/** Recurrent layers and their cells. A GRU with `reset_after`, and none other, has two rows of biases. */
export function recurrent(kind: RecurrentKind): LayerWeight[] {
  const { gates, spatialRank = 0 } = kind;
  const columns = kind.columns ?? gates?.length ?? 1;
  const gated = columns > 1;
  const size = counted(spatialRank === 0 ? "units" : "filters");
  const word = gated ? "gate columns" : "units";
  const column: WeightAxis = [word, product(columns, size)];
  const biasColumn: WeightAxis = [word, product(kind.biasColumns ?? columns, size)];
  const spatial = kernelAxes(spatialRank);
  const more = gates === undefined ? {} : { gates };
  const units = { ...firstAxes(spatialRank + 1, gated ? "gate of each unit" : "unit"), ...more };
  const before: WeightAxis = [gated ? "units" : "units before", size];
  const biases: readonly (readonly WeightAxis[])[] = [[biasColumn], [["input and state", () => 2], biasColumn]];
  return [
    fixed("kernel", "kernel_constraint", [...spatial, ["in", channels(spatialRank)], column], units),
    fixed("recurrent_kernel", "recurrent_constraint", [...spatial, before, column], units),
    {
      weight: "bias",
      option: "bias_constraint",
      axes: (facts) => {
        const axes = biases[(facts.rank ?? rankOfBias(facts)) - 1];
        return axes === undefined ? null : meaningOf(axes, { ...noUnit, ...more }, facts);
      },
    },
  ];
}

function rankOfBias({ config }: WeightFacts): number {
  return config["reset_after"] === true ? 2 : 1;
}
