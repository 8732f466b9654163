import type { Problem } from "../../errors.js";
import type { RawLayer } from "../raw-graph.js";
import type { TensorRef } from "../spec.js";

/**
 * The InputLayer that an input of a functional model comes from. Keras 1 names the last layer that handed the input
 * tensor on as it is (`Activation("linear")` returns its own input, and the tensor remembers that layer;
 * K1.2.2:keras/engine/topology.py, `_keras_history`). An input that comes from any other layer is a `bad-graph`.
 */
export function traceInput(ref: TensorRef, layers: ReadonlyMap<string, RawLayer>, problems: Problem[]): TensorRef {
  let at = ref;
  for (let steps = 0; steps <= layers.size; steps++) {
    const layer = layers.get(at.layer);
    // A layer that is not there is reported with the calls.
    if (layer === undefined || layer.className === "InputLayer") return at;
    const [input] = layer.calls[at.call] ?? [];
    if (input === undefined || layer.className !== "Activation" || layer.config["activation"] !== "linear") {
      const message = `found this ${layer.className} as an input of the model, wanted an InputLayer`;
      problems.push({ code: "bad-graph", path: layer.path, message });
      return at;
    }
    at = input;
  }
  return at;
}
