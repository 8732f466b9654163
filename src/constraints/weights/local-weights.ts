import { type SpatialRank, spatialWords } from "./convolution-weights.js";
import { range } from "./range.js";
import { channels, counted, type Extent, isChannelsFirst, listed, product, type WeightFacts } from "./weight-facts.js";
import { firstAxes, fixed, type LayerWeight, meaningOf, noUnit, type WeightAxis } from "./weight-layout.js";

/**
 * A kernel for each place: flattened (implementation 1, the only one before Keras 2.3), full of zeros (2), or a list of
 * its non-zero numbers (3); tf_keras/layers/locally_connected 2.15.
 */
export function locallyConnected(rank: Exclude<SpatialRank, 0>): LayerWeight[] {
  const words = spatialWords[rank];
  const out: WeightAxis = ["out", counted("filters")];
  const input: WeightAxis = ["in", channels(rank)];
  const inputs = words.map((word, axis): WeightAxis => [`input ${word}`, inputExtent(axis, rank)]);
  const outputs = words.map((word, axis): WeightAxis => [`output ${word}`, outputExtent(axis, rank)]);
  const places = product(...outputs.map(([, extent]) => extent));
  const patch = product(...range(rank).map((axis) => listed("kernel_size", axis)), channels(rank));
  const unit = "filter of each place";
  const flat: readonly WeightAxis[] = [["places", places], ["patch", patch], out];
  const list: readonly WeightAxis[] = [["numbers", numbersOf(product(places, patch, counted("filters")))]];
  return [
    {
      weight: "kernel",
      option: "kernel_constraint",
      axes: (facts) => {
        const found = facts.rank ?? rankOf(facts, rank);
        if (found === 1) return meaningOf(list, noUnit, facts);
        if (found === 3) return meaningOf(flat, { perUnit: [1], unit }, facts);
        if (found !== 2 * rank + 2) return null;
        const first = isChannelsFirst(facts);
        const axes = first ? [input, ...inputs, out, ...outputs] : [...inputs, input, ...outputs, out];
        return meaningOf(axes, firstAxes(rank + 1, unit), facts);
      },
    },
    fixed("bias", "bias_constraint", [...outputs, out], noUnit),
  ];
}

function rankOf({ config }: WeightFacts, spatialRank: number): number | null {
  switch (config["implementation"] ?? 1) {
    case 1:
      return 3;
    case 2:
      return 2 * spatialRank + 2;
    case 3:
      return 1;
    default:
      return null;
  }
}

function inputExtent(axis: number, rank: number): Extent {
  return (facts) => facts.inputs?.get("input_shape")?.at(axis - rank - (isChannelsFirst(facts) ? 0 : 1)) ?? null;
}

/** keras/utils/conv_utils.py, `conv_output_length`. */
function outputExtent(axis: number, rank: number): Extent {
  return (facts) => {
    const [input, size] = [inputExtent(axis, rank)(facts), listed("kernel_size", axis)(facts)];
    const stride = "strides" in facts.config ? listed("strides", axis)(facts) : 1;
    if (input === null || size === null || stride === null || stride === 0) return null;
    return Math.max(0, Math.ceil((isSame(facts) ? input : input - size + 1) / stride));
  };
}

function isSame({ config }: WeightFacts): boolean {
  return config["padding"] === "same";
}

/** At the edges of padded inputs kernels have fewer numbers. */
function numbersOf(whole: Extent): Extent {
  return (facts) => (isSame(facts) ? null : whole(facts));
}
