import { KerasProofError } from "../../errors.js";
import { type CallRequest, type LayerRule, leading, type Shape, type Tensor } from "../rule.js";

/** Joins its inputs along an axis. */
export interface ConcatenateOptions {
  /** As written: negative ones count from the end, the batch is axis 0. */
  readonly axis: number;
  /**
   * What becomes of masks, which are joined like the inputs: in Keras 1 and 2 a step is kept where all of its features
   * are, in Keras 3 where any is.
   */
  readonly masks: "all" | "any";
}

/** `Concatenate` (keras/src/layers/merging/concatenate.py; keras/layers/merge.py of 2.2.4). */
export const concatenate: LayerRule<ConcatenateOptions> = {
  className: "Concatenate",
  read: (config) => ({
    axis: config.integer("axis", { min: -8, fallback: -1 }),
    masks: config.generation === "keras3" ? "any" : "all",
  }),
  outputShapes({ options, inputs }) {
    const first = leading(inputs);
    const axis = positive(options.axis, first.length);
    if (first[axis] === undefined) {
      throw new KerasProofError("bad-graph", "Concatenate", `found axis ${options.axis} for rank ${first.length}`);
    }
    for (const shape of inputs) {
      if (shape.length === first.length && shape.every((extent, at) => at === axis || fits(extent, first[at])))
        continue;
      const shapes = inputs.map(inWords).join(", ");
      const message = `found inputs of shapes ${shapes}, wanted ones that differ on axis ${options.axis} alone`;
      throw new KerasProofError("bad-graph", "Concatenate", message);
    }
    let total: number | null = 0;
    for (const shape of inputs) total = total === null || shape[axis] == null ? null : total + shape[axis];
    return [first.map((extent, at) => (at === axis ? total : extent))];
  },
  call: ({ tf, options, inputs }) => tf.concat([...inputs], positive(options.axis, leading(inputs).rank)),
  masks: (request) => [joinedMask(request)],
};

function joinedMask({ tf, options, inputs, masks }: CallRequest<ConcatenateOptions>): Tensor | null {
  if (masks.every((mask) => mask === null)) return null;
  const axis = positive(options.axis, leading(inputs).rank);
  const spread = inputs.map((input, index) => {
    const mask = masks[index] ?? null;
    if (mask === null) return tf.ones(input.shape, "bool");
    if (mask.rank >= input.rank) return mask;
    const column = tf.expandDims(mask, -1);
    return options.masks === "all" ? column : tf.logicalAnd(column, tf.ones(input.shape, "bool"));
  });
  const [first] = spread as [Tensor, ...Tensor[]];
  for (const mask of spread) {
    if (mask.rank === first.rank && mask.shape.every((extent, at) => at === axis || extent === first.shape[at]))
      continue;
    const message = "found inputs of which some are masked and some are not, whose masks do not fit together";
    throw new KerasProofError("unsupported-mask", "Concatenate", message);
  }
  const joined = tf.concat(spread, axis);
  return options.masks === "all" ? tf.all(joined, -1) : tf.any(joined, -1);
}

function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

function fits(a: number | null, b: number | null | undefined): boolean {
  return a === null || b == null || a === b;
}

function inWords(shape: Shape): string {
  return `[${shape.map((extent) => extent ?? "null").join(", ")}]`;
}
