import { KerasProofError } from "../../errors.js";
import type { NdArray } from "../../ndarray.js";
import { isObject } from "../dialects/config-json.js";
import { keras1Kernel } from "../dialects/keras1-kernels.js";
import type { JsonObject } from "../../formats/python-json.js";
import type { RawLayer } from "../raw-graph.js";
import type { WeightSpec } from "../spec.js";
import { joinLastAxis, moveAxes } from "./array-layout.js";
import type { Cut, Piece } from "./legacy-pieces.js";

/** A class and its options: a layer's own, or those of a layer inside it. */
interface Described {
  readonly className: string;
  readonly config: JsonObject;
}

/**
 * The rank of each gate among Keras 1's, in the order of today: an LSTM had i, c, f, o and has i, f, c, o; a GRU has
 * always had z, r, h (K1:keras/layers/recurrent.py, K2.2.4:keras/engine/saving.py 591).
 */
export const keras1Gates: ReadonlyMap<string, readonly number[]> = new Map([
  ["LSTM", [0, 2, 1, 3]],
  ["GRU", [0, 1, 2]],
]);

/** Keeps kernel, recurrent kernel and bias of a recurrent layer together: Keras 1 stored them gate by gate. */
export function keras1Cut(raw: ReadonlyMap<string, RawLayer>): Cut {
  return (layer, weights) => {
    const pieces: { readonly key: string; readonly weights: WeightSpec[] }[] = [];
    for (const weight of weights) {
      const { className } = describedBy(raw.get(layer.path), weight);
      const role = weight.name.includes("/") ? weight.name.slice(0, weight.name.lastIndexOf("/")) : "";
      const last = pieces.at(-1);
      if (keras1Gates.has(className) && last?.key === role) last.weights.push(weight);
      else pieces.push({ key: keras1Gates.has(className) ? role : `${role}/${weight.name}`, weights: [weight] });
    }
    return pieces.map((piece) => ({ layer, weights: piece.weights }));
  };
}

/**
 * How many arrays a piece has in a file of Keras 1: three for each gate, or three in all where the layer ran with
 * `consume_less="gpu"`, which stored the gates joined in today's order; `fused` overrules what the options say.
 */
export function keras1ArrayCount(piece: Piece, raw: RawLayer | undefined, fused: boolean | null): number {
  const { className, config } = describedBy(raw, piece.weights[0]);
  const order = keras1Gates.get(className);
  if (order === undefined) return 1;
  return (fused ?? config["implementation"] === 2) ? 3 : 3 * order.length;
}

/** The arrays of a piece in the layout of Keras 2: gates joined, kernels with rows and columns first. */
export function fromKeras1(
  piece: Piece,
  raw: RawLayer | undefined,
  arrays: readonly NdArray[],
  place: string,
): NdArray[] {
  const [weight] = piece.weights;
  const { className, config } = describedBy(raw, weight);
  const order = keras1Gates.get(className);
  if (order !== undefined) return arrays.length === 3 ? [...arrays] : joinGates(arrays, order, place);
  if (weight === undefined) return [...arrays];
  return arrays.map((array) => fromKeras1Kernel(array, weight.name, { className, config }, place));
}

/** A weight of a layer without gates in the layout of Keras 2: kernels with rows and columns first, others as they are. */
export function fromKeras1Kernel(
  array: NdArray,
  weight: string,
  { className, config }: Described,
  place: string,
): NdArray {
  const kernel = weight.endsWith("kernel") ? keras1Kernel(className, config) : null;
  if (kernel === null) return array;
  const fits =
    array.shape.length === kernel.axes.length &&
    kernel.axes.every((to, axis) => to !== null || array.shape[axis] === 1);
  if (fits) return moveAxes(array, kernel.axes);
  const message = `found a kernel of shape (${array.shape.join(", ")}), wanted one of Keras 1: ${kernel.layout}`;
  throw new KerasProofError("wrong-weights", place, message);
}

function joinGates(arrays: readonly NdArray[], order: readonly number[], place: string): NdArray[] {
  return [0, 1, 2].map((role) => {
    const parts = order.map((gate) => arrays[3 * gate + role] as NdArray);
    const [first] = parts as [NdArray];
    if (parts.every((part) => part.shape.length > 0 && part.shape.join() === first.shape.join())) {
      return joinLastAxis(parts);
    }
    const found = parts.map((part) => `(${part.shape.join(", ")})`).join(", ");
    throw new KerasProofError("wrong-weights", place, `found gates of the shapes ${found}, wanted one shape for all`);
  });
}

/** The class that a weight belongs to: the layer's own, or that of the layer it wraps. */
function describedBy(raw: RawLayer | undefined, weight: WeightSpec | undefined): Described {
  let described: Described = { className: raw?.className ?? "", config: raw?.config ?? Object.create(null) };
  for (;;) {
    const back = described.className === "Bidirectional" && weight?.name.startsWith("backward/") === true;
    const inner = (back ? described.config["backward_layer"] : undefined) ?? described.config["layer"];
    if (!isObject(inner) || typeof inner["class_name"] !== "string" || !isObject(inner["config"])) return described;
    described = { className: inner["class_name"], config: inner["config"] };
  }
}
