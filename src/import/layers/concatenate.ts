import { KerasProofError } from "../../errors.js";
import { type LayerRule, only } from "../rule.js";

/** Joins its inputs along an axis. */
export interface ConcatenateOptions {
  /** As written: negative ones count from the end, the batch is axis 0. */
  readonly axis: number;
}

/** Keras 3's `Concatenate` (keras/src/layers/merging/concatenate.py); masks of the inputs end here. */
export const concatenate: LayerRule<ConcatenateOptions> = {
  className: "Concatenate",
  read: (config) => ({ axis: config.integer("axis", { min: -8, fallback: -1 }) }),
  outputShapes({ options, inputs }) {
    const first = only(inputs);
    const axis = options.axis < 0 ? options.axis + first.length : options.axis;
    if (first[axis] === undefined) {
      throw new KerasProofError("bad-graph", "Concatenate", `found axis ${options.axis} for rank ${first.length}`);
    }
    let total: number | null = 0;
    for (const shape of inputs) total = total === null || shape[axis] == null ? null : total + shape[axis];
    return [first.map((extent, at) => (at === axis ? total : extent))];
  },
  call: ({ tf, options, inputs }) =>
    tf.concat([...inputs], options.axis < 0 ? options.axis + only(inputs).rank : options.axis),
};
