import { KerasProofError } from "../errors.js";
import type { LayerSpec, ModelSpec, WeightSpec } from "../import/spec.js";
import { type NdArray, sameShape } from "../ndarray.js";
import { numbersOf } from "./compare.js";
import { layersByEntry } from "./layer-entries.js";
import type { Reference } from "./reference.js";

/**
 * Checks that the reference was recorded from these weights: `weights/<layer>/<i>` are the imported ones bit for bit.
 * Where the import moves numbers (the layouts of Keras 1, Theano's kernels), they are compared as a collection: their
 * order is proved by what the layers compute. Throws `wrong-weights` with the entry. Layers that the reference leaves
 * out are not checked.
 */
export async function checkWeights(spec: ModelSpec, reference: Reference): Promise<void> {
  for (const { layer, entry } of layersByEntry(spec)) {
    const arrays = await reference.readList(`weights/${entry}`);
    if (layer.graph !== null || arrays.length === 0) continue;
    checkLayer(layer, arrays, spec, `${reference.name}!/weights/${entry}`);
  }
}

function checkLayer(layer: LayerSpec, arrays: readonly NdArray[], spec: ModelSpec, place: string): void {
  const moved = spec.generation === "keras1" || layer.weights.some((weight) => weight.spatialAxes > 0);
  const wanted = layer.weights.flatMap((weight) => (weight.values === null ? [] : [weight.values]));
  const different = arrays.findIndex((array, i) => !equalArrays(array, wanted[i]));
  if (different < 0 && arrays.length === wanted.length) return;
  if (moved && equalCollections(arrays, wanted)) return;
  const which =
    different < 0 ? `${arrays.length} weights` : describeWeight(arrays[different], layer.weights[different]);
  const path = different < 0 ? place : `${place}/${different}`;
  throw new KerasProofError("wrong-weights", path, `found ${which}, wanted the weights that the model file has`);
}

function describeWeight(array: NdArray | undefined, weight: WeightSpec | undefined): string {
  const shape = `(${array?.shape.join(", ") ?? ""})`;
  if (weight === undefined) return `a weight of shape ${shape} beyond those of the layer`;
  const same = array !== undefined && sameShape(array.shape, weight.shape);
  return same
    ? `other numbers for ${weight.name}`
    : `the shape ${shape} for ${weight.name} (${weight.shape.join(", ")})`;
}

function equalArrays(a: NdArray, b: NdArray | undefined): boolean {
  if (b === undefined || !sameShape(a.shape, b.shape)) return false;
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < left.length; i++) if (!Object.is(left[i], asStored(right[i] as number, a))) return false;
  return true;
}

/** A float64 weight as the recorder wrote it, in float32. */
function asStored(value: number, stored: NdArray): number {
  return stored.dtype === "float32" ? Math.fround(value) : value;
}

function equalCollections(a: readonly NdArray[], b: readonly NdArray[]): boolean {
  const [left, right] = [a, b].map((list) =>
    Float64Array.from(list.flatMap((array) => Array.from(numbersOf(array), Math.fround))).sort(),
  ) as [Float64Array, Float64Array];
  return left.length === right.length && left.every((value, i) => Object.is(value, right[i]));
}
