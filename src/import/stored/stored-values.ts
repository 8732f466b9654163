import { appendAll } from "../../append-all.js";
import { layerWeights } from "../../constraints/weights/layer-weights.js";
import { findWeightAxes } from "../../constraints/weights/weight-axes.js";
import { agreesWith, formatOpenShape } from "../../constraints/weights/weight-shape.js";
import { KerasProofError, type Note, type Problem } from "../../errors.js";
import type { NdArray } from "../../ndarray.js";
import { flipAxes } from "../weights/array-layout.js";
import { fromKeras1Kernel } from "../weights/keras1-arrays.js";
import { readFloats, type WeightRoom } from "../weights/read-values.js";
import { kernelsOf } from "../weights/theano.js";
import type { FileLayout } from "./found-arrays.js";
import type { PlannedWeight } from "./plan-weights.js";
import type { Found } from "./store-arrays.js";

/**
 * The values of a weight in today's layout, or why there are none: an array that cannot be read, which is among the
 * problems then, or of a shape that is not what the layer's class and options tell.
 */
export async function valuesOf(
  array: Found | undefined,
  { node, weight }: PlannedWeight,
  layout: FileLayout,
  { room, notes, problems }: { readonly room: WeightRoom; readonly notes: Note[]; readonly problems: Problem[] },
): Promise<NdArray | string> {
  if (array === undefined) return "the file has no weights of it";
  if (typeof array === "string") return array;
  try {
    const values = await readFloats(array, room);
    const moved = layout.isKeras1 ? fromKeras1Kernel(values, weight.name, node, array.place) : values;
    const turns = layout.kernels !== null && weight.name === "kernel" && turned.has(node.className);
    const current =
      turns && kernelsOf(layout.kernels, notes) === "theano" ? flipAxes(moved, moved.shape.length - 2) : moved;
    const isKnown = layerWeights.has(node.className);
    if (isKnown && findWeightAxes(node.className, weight.name, current.shape.length, node.config) === null) {
      return `the file has an array of shape ${formatOpenShape(array.shape)} in its place, which no ${node.className} has`;
    }
    if (weight.shape === null || agreesWith(weight.shape, current.shape)) return current;
    return `the file has an array of shape ${formatOpenShape(current.shape)} in its place, and the layer's options want ${formatOpenShape(weight.shape)}`;
  } catch (error) {
    if (!(error instanceof KerasProofError) || error.code === "aborted") throw error;
    appendAll(problems, error.problems);
    return "its array cannot be read";
  }
}

/** Layers whose kernels Theano runs through backwards (K2.2.4:keras/engine/saving.py, `preprocess_weights_for_loading`). */
const turned: ReadonlySet<string> = new Set(["Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose"]);
