import type { JsonObject } from "../../formats/python-json.js";
import type { RawLayer } from "../raw-graph.js";
import type { TensorRef } from "../spec.js";
import { isArray, isObject } from "./config-json.js";

/** How a file writes the calls of a layer: lists of Keras 1 and 2, objects of Keras 3. */
export type NodeStyle = "legacy" | "keras3";

/** Where a reference stands: in the call of a layer, or among the inputs and outputs of the model. */
type Place = "node" | "end";

/** Turns the file's way of counting the calls of nested models into one that begins at 0. */
export interface NodeCounts {
  /** Makes a layer known; `entry` is what the file has for it. */
  readonly add: (layer: RawLayer, style: NodeStyle, entry: JsonObject) => void;
  /** Takes note of references as the file counts them; all of them come before the first `canonical`. */
  readonly see: (refs: readonly TensorRef[], place: Place) => void;
  readonly canonical: (ref: TensorRef, place: Place) => TensorRef;
}

interface Counted {
  readonly calls: number;
  readonly first: { readonly [place in Place]: 0 | 1 };
  readonly style: NodeStyle;
  readonly seen: { readonly [place in Place]: { min: number; max: number } };
}

/**
 * Nested models have a node of their own before the first call of the graph around them, and generations differ in
 * whether they count it (Keras 1 engine/topology.py 2481, TFK engine/functional.py 1286 and 1585, Keras 3
 * models/functional.py 445 and 707): Keras 1 and 2 always do, but tf.keras not for a Sequential that was made without
 * an input shape; Keras 3 does for functional models in `input_layers` and `output_layers` only. Where the references
 * themselves contradict that convention they win: index 0 is only there where counting begins at 0, the number of calls
 * only where it begins at 1.
 */
export function nodeCounts(): NodeCounts {
  const layers = new Map<string, Counted>();
  const firstOf = (layer: Counted, place: Place): 0 | 1 => {
    const places: readonly Place[] = layer.style === "legacy" ? ["node", "end"] : [place];
    const min = Math.min(...places.map((one) => layer.seen[one].min));
    const max = Math.max(...places.map((one) => layer.seen[one].max));
    if (min === 0) return 0;
    return max === layer.calls ? 1 : layer.first[place];
  };
  return {
    add: (layer, style, entry) => {
      if (layer.graph === null) return;
      const first = style === "legacy" ? legacyFirst(layer, entry) : 0;
      const end = style === "legacy" ? first : layer.graph.sequential ? 0 : 1;
      const seen = { node: unseen(), end: unseen() };
      layers.set(layer.name, { calls: layer.calls.length, first: { node: first, end }, style, seen });
    },
    see: (refs, place) => {
      for (const ref of refs) {
        const seen = layers.get(ref.layer)?.seen[place];
        if (seen === undefined) continue;
        seen.min = Math.min(seen.min, ref.call);
        seen.max = Math.max(seen.max, ref.call);
      }
    },
    canonical: (ref, place) => {
      const layer = layers.get(ref.layer);
      return layer === undefined ? ref : { ...ref, call: ref.call - firstOf(layer, place) };
    },
  };
}

function unseen(): { min: number; max: number } {
  return { min: Infinity, max: -Infinity };
}

/** 1, but 0 for a Sequential whose file shows no InputLayer and no input shape of its first layer. */
function legacyFirst(layer: RawLayer, entry: JsonObject): 0 | 1 {
  if (layer.graph?.sequential !== true) return 1;
  const config = entry["config"];
  const list = isObject(config) ? config["layers"] : config;
  const first = isArray(list) ? list[0] : undefined;
  const options = isObject(first) ? first["config"] : undefined;
  if (!isObject(options)) return 1;
  const declared = ["batch_input_shape", "batch_shape", "input_shape", "input_dim", "layers"];
  return declared.some((key) => (options[key] ?? null) !== null) ? 1 : 0;
}
