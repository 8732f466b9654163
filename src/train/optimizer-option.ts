import type * as tf from "@tensorflow/tfjs-core";
import type { OptionKind } from "../check-options.js";

/** An optimizer of tfjs; a name such as "sgd", which `model.compile` takes, is none. */
export const optimizerOption: OptionKind = {
  wanted: "an optimizer such as tf.train.sgd(0.01)",
  accepts: (value) => typeof (value as Partial<tf.Optimizer> | null)?.applyGradients === "function",
};
