import { listWords } from "./axis-groups.js";
import { formatAxis, plainAxis } from "./keras-call.js";
import { layerWeights } from "./weights/layer-weights.js";
import type { WeightFacts } from "./weights/weight-facts.js";
import { isMade } from "./weights/weight-presence.js";

/** Weights of one option that have the same axes for one unit. */
export interface OptionMeaning {
  readonly weights: readonly string[];
  /** The words of the first weight's axes. */
  readonly words: readonly string[];
  readonly perUnit: readonly number[];
  readonly unit: string;
}

/** One option that holds for weights of different layouts, so that no axis is right for all of them. */
export interface TwoShapes {
  /** By the names of Keras 2 and 3. */
  readonly option: string;
  readonly meanings: readonly OptionMeaning[];
}

/**
 * Whether an option of a layer holds for weights of `rank` whose units lie along different axes, as the
 * `kernel_constraint` of MultiHeadAttention does (Keras 3.15, layers/attention/multi_head_attention.py,
 * `_get_common_kwargs_for_sublayer`): null where it does not.
 */
export function findTwoShapes(layerClass: string, option: string, facts: WeightFacts): TwoShapes | null {
  const meanings = new Map<string, OptionMeaning>();
  for (const one of layerWeights.get(layerClass) ?? []) {
    const meaning = one.option === option && isMade(layerClass, one.weight, facts.config) ? one.axes(facts) : null;
    if (meaning === null || meaning.perUnit === null) continue;
    const key = String(meaning.perUnit);
    const before = meanings.get(key);
    meanings.set(key, {
      weights: [...(before?.weights ?? []), one.weight],
      words: before?.words ?? meaning.words,
      perUnit: meaning.perUnit,
      unit: meaning.unit,
    });
  }
  return meanings.size < 2 ? null : { option, meanings: [...meanings.values()] };
}

/** Which axis is one unit's in which weight, and that no axis is so in all of them. */
export function formatTwoShapes({ option, meanings }: TwoShapes): string {
  const parts = meanings.map(({ weights, words, perUnit, unit }) => {
    const names = listWords(weights.map((weight) => weight.split("/")[0]!));
    const axis = formatAxis(plainAxis(perUnit));
    return `one norm for each ${unit} is axis=${axis} for ${names} (${words.join(", ")})`;
  });
  return `${option} is one constraint for kernels of two shapes: ${parts.join("; ")}: no axis is right for both`;
}
