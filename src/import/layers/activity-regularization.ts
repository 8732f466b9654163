import { KerasProofError } from "../../errors.js";
import { type LayerRule, only } from "../rule.js";

/** A penalty on the size of what passes through. */
export interface ActivityRegularizationOptions {
  readonly l1: number;
  readonly l2: number;
}

/**
 * `ActivityRegularization` (keras/src/layers/regularization/activity_regularization.py): hands its input on; training
 * with a penalty is an `unsupported-training`.
 */
export const activityRegularization: LayerRule<ActivityRegularizationOptions> = {
  className: "ActivityRegularization",
  read: (config) => ({ l1: config.number("l1", 0), l2: config.number("l2", 0) }),
  outputShapes: ({ inputs }) => [only(inputs)],
  call({ options, inputs, training }) {
    if (!training || (options.l1 === 0 && options.l2 === 0)) return only(inputs);
    const message = "found a penalty on the layer's output, wanted none in training";
    throw new KerasProofError("unsupported-training", "ActivityRegularization", message);
  },
  masks: "pass",
};
