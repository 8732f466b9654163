import { range } from "./range.js";
import { countIn, type WeightFacts } from "./weight-facts.js";
import type { AxisMeaning, LayerWeight } from "./weight-layout.js";

/** Scale and offset of the axes that a layer normalizes; `axesOf` tells which of the input's they are, null for unknown. */
function affine(axesOf: (facts: WeightFacts) => readonly number[] | null): LayerWeight[] {
  return ["gamma", "beta"].map((weight) => ({
    weight,
    option: `${weight}_constraint`,
    axes: (facts) => {
      const axes = axesOf(facts);
      const rank = facts.rank ?? axes?.length;
      if (rank === undefined) return null;
      const input = facts.inputs?.get("input_shape");
      return {
        words: rank === 1 ? ["channels"] : range(rank).map((axis) => `normalised axis ${axis}`),
        extents: range(rank).map((axis) => (axes?.length === rank ? (input?.at(axes[axis]!) ?? null) : null)),
        perUnit: null,
        unit: "",
      };
    },
  }));
}

/** Over several axes at once only that of tf.keras works, whose weights then have the rank of the input. */
export const batchNormalization: readonly LayerWeight[] = affine(({ config }) => {
  const axes = listOf(config["axis"] ?? -1);
  return axes?.length === 1 && (config["virtual_batch_size"] ?? null) === null ? axes : null;
});

export const groupNormalization: readonly LayerWeight[] = affine(({ config }) => listOf(config["axis"] ?? -1));

/** Keras 3 sorts the axes, tf.keras does not: nothing is told of axes that are in another order. */
export const layerNormalization: readonly LayerWeight[] = affine(({ config }) => {
  const axes = listOf(config["axis"] ?? -1);
  return axes?.every((axis, i) => i === 0 || axes[i - 1]! < axis) === true ? axes : null;
});

function listOf(value: unknown): readonly number[] | null {
  const axes = (Array.isArray(value) ? value : [value]) as unknown[];
  return axes.every((axis) => Number.isSafeInteger(axis)) ? (axes as number[]) : null;
}

/** PReLU: a slope for each number of the input, and only one along `shared_axes`, which count the batch. */
export const slopes: LayerWeight = {
  weight: "alpha",
  option: "alpha_constraint",
  axes: ({ rank: asked, config, inputs }): AxisMeaning | null => {
    const input = inputs?.get("input_shape");
    const rank = asked ?? (input === undefined ? null : input.length - 1);
    if (rank === null || rank < 0) return null;
    const shared = (Array.isArray(config["shared_axes"]) ? config["shared_axes"] : []) as unknown[];
    const places = new Set(shared.map((axis) => (countIn(axis) ?? 0) - 1));
    return {
      words: range(rank).map((axis) => `input axis ${axis + 1}`),
      extents: range(rank).map((axis) => (places.has(axis) ? 1 : (input?.[axis + 1] ?? null))),
      perUnit: null,
      unit: "",
    };
  },
};
