import type { WeightFacts } from "./weight-facts.js";

/** Whether a layer of a class makes a weight with these options, by Keras 3's names (the `build` of each layer). */
export function isMade(className: string, weight: string, config: WeightFacts["config"]): boolean {
  const last = weight.split("/").at(-1) as string;
  if (weight.startsWith("gate/") && config["use_gate"] !== true) return false;
  switch (last) {
    case "bias":
      return className === "EinsumDense" ? (config["bias_axes"] ?? null) !== null : config["use_bias"] !== false;
    case "b":
    case "b_carry":
      return config["use_bias"] !== false;
    case "gamma":
      return config["scale"] !== false || config["rms_scaling"] === true;
    case "beta":
      return config["center"] !== false && config["rms_scaling"] !== true;
    case "reverse_embeddings":
      return config["tie_weights"] === false;
    // The name that the kernel of a DepthwiseConv has before Keras 3.
    case "depthwise_kernel":
      return !className.startsWith("Depthwise");
    default:
      return true;
  }
}
