import { layerWeights } from "./layer-weights.js";
import type { WeightFacts } from "./weight-facts.js";
import type { AxisMeaning } from "./weight-layout.js";

/** What the axes of a layer's weight are, and the option that constrains it. */
export interface WeightAxes extends AxisMeaning {
  /** The layer's option in Keras 2 and 3. */
  readonly option: string;
}

/**
 * The axes of a weight of `rank`, by its layer's class and its own name (`kernel`, `conv/kernel:0` and the like). Of a
 * wrapped layer, the class inside counts. `config` has the layer's options, which matter for EinsumDense and
 * LocallyConnected. Null where the table does not have the weight, has it with another rank, or no option reaches it.
 */
export function findWeightAxes(
  layerClass: string,
  weightName: string,
  rank: number,
  config: WeightFacts["config"] = {},
): WeightAxes | null {
  const names = weightName.replace(/:\d+$/, "").split("/");
  const weights = layerWeights.get(layerClass) ?? [];
  const found =
    weights.find(({ weight }) => weight === names.slice(-2).join("/")) ??
    weights.find(({ weight }) => weight === names.at(-1));
  const meaning = found?.axes({ rank, config }) ?? null;
  if (meaning === null || found === undefined || found.option === null) return null;
  return { ...meaning, option: found.option };
}

/** The constraint option of a weight by the names of Keras 2 and 3; null where the table has none. */
export function constraintOption(layerClass: string, weight: string): string | null {
  return layerWeights.get(layerClass)?.find((one) => one.weight === weight)?.option ?? null;
}

/** The weights that a constraint option of a layer holds for; more than one in attention layers. */
export function weightsOfOption(layerClass: string, option: string): readonly string[] {
  const weights = layerWeights.get(layerClass) ?? [];
  return weights.filter((one) => one.option === option).map(({ weight }) => weight);
}
