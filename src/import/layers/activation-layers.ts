import { KerasProofError } from "../../errors.js";
import { type ActivationSpec, applyActivation } from "../activation-spec.js";
import { activationLayers } from "../activations/layer-options.js";
import type { ConfigReader } from "../config-reader.js";
import { type LayerRule, only } from "../rule.js";

/** Layers that are an activation and nothing else. */
export interface ActivationLayerOptions {
  readonly activation: ActivationSpec;
}

/** `Activation` (keras/src/layers/activations/activation.py). */
export const activation: LayerRule<ActivationLayerOptions> = activationLayer("Activation");

/** `ReLU` (keras/src/layers/activations/relu.py): max_value, negative_slope, threshold. */
export const relu: LayerRule<ActivationLayerOptions> = activationLayer("ReLU");

/** `LeakyReLU`: `alpha` in Keras 1 and 2, `negative_slope` in Keras 3; default 0.3. */
export const leakyRelu: LayerRule<ActivationLayerOptions> = activationLayer("LeakyReLU");

/** `ELU`: alpha. */
export const elu: LayerRule<ActivationLayerOptions> = activationLayer("ELU");

/** `ThresholdedReLU` of Keras 1 and 2: theta. */
export const thresholdedRelu: LayerRule<ActivationLayerOptions> = activationLayer("ThresholdedReLU");

/**
 * `Softmax` over an axis or several. Keras 2.15 and 3 also take the input's mask into the softmax, where its shape fits
 * by chance at most; that is an `unsupported-mask`.
 */
export const softmax: LayerRule<ActivationLayerOptions> = {
  ...activationLayer("Softmax"),
  call(request) {
    if (request.masks.some((mask) => mask !== null)) {
      throw new KerasProofError("unsupported-mask", "Softmax", "found a masked input, wanted one without a mask");
    }
    return applyActivation(request.tf, request.options.activation, only(request.inputs));
  },
};

function activationLayer(className: string): LayerRule<ActivationLayerOptions> {
  const readSpec = activationLayers.get(className) as (config: ConfigReader) => ActivationSpec;
  return {
    className,
    read(config) {
      config.trainingOnly("activity_regularizer");
      return { activation: readSpec(config) };
    },
    outputShapes({ options, inputs }) {
      const shape = only(inputs);
      for (const axis of options.activation.axes ?? []) {
        if (shape[axis < 0 ? axis + shape.length : axis] === undefined) {
          throw new KerasProofError("bad-graph", className, `found axis ${axis} for an input of rank ${shape.length}`);
        }
      }
      const last = shape.at(-1);
      if (options.activation.name !== "glu" || last == null) return [shape];
      return [[...shape.slice(0, -1), last / 2]];
    },
    call: ({ tf, options, inputs }) => applyActivation(tf, options.activation, only(inputs)),
    masks: "pass",
  };
}
