import type { Problem } from "../../errors.js";
import type { RawLayer } from "../raw-graph.js";
import type { TensorRef } from "../spec.js";

/**
 * Finds the InputLayer that an input of a functional model comes from. Keras 1 names the last layer that handed the
 * input tensor on as it is (`Activation("linear")` returns its own input, and the tensor remembers that layer;
 * K1.2.2:keras/engine/topology.py, `_keras_history`). An input that comes from any other layer is a `bad-graph`. Each
 * tensor is followed once, however many inputs lead to it.
 */
export function inputTracer(
  layers: ReadonlyMap<string, RawLayer>,
  problems: Problem[],
): (input: TensorRef) => TensorRef {
  const ends = new Map<string, TensorRef>();
  return (input) => {
    const way: string[] = [];
    let at = input;
    for (let end: TensorRef | undefined; end === undefined;) {
      const key = `${at.call} ${at.tensor} ${at.layer}`;
      end = ends.get(key);
      if (end !== undefined) at = end;
      else {
        // Where layers follow each other in a circle, which is reported with their order, it ends here.
        ends.set(key, at);
        way.push(key);
        const next = originOf(at, layers, problems);
        if (next === undefined) end = at;
        else at = next;
      }
    }
    for (const key of way) ends.set(key, at);
    return at;
  };
}

/** The tensor that a layer handed on as it is; undefined where it did not. */
function originOf(
  { layer: name, call }: TensorRef,
  layers: ReadonlyMap<string, RawLayer>,
  problems: Problem[],
): TensorRef | undefined {
  const layer = layers.get(name);
  // A layer that is not there is reported with the calls.
  if (layer === undefined || layer.className === "InputLayer") return undefined;
  const [input] = layer.calls[call] ?? [];
  if (input !== undefined && layer.className === "Activation" && layer.config["activation"] === "linear") return input;
  const message = `found this ${layer.className} as an input of the model, wanted an InputLayer`;
  problems.push({ code: "bad-graph", path: layer.path, message });
  return undefined;
}
