import type { LayerSpec, ModelSpec } from "../import/spec.js";
import type { NdArray } from "../ndarray.js";
import { numbersOf } from "./compare.js";
import type { Reference } from "./reference.js";
import { layersByEntry } from "./layer-entries.js";

/** A weight of the model and where the reference has it. */
export interface AlignedWeight {
  /** The layer's path. */
  readonly layer: string;
  /** The weight's place among the layer's. */
  readonly slot: number;
  /** What follows `weights/` or `constrained/` in the reference: `dense_1/0`. */
  readonly entry: string;
  /** For each of our numbers its place among the reference's; `null` where they stand in the same order. */
  readonly places: Uint32Array | null;
}

/**
 * Finds each weight of a model in the reference. The import moves some numbers (the layouts of Keras 1, Theano's
 * kernels), so one is found by the numbers that it had when the reference was recorded: at its own place in the same
 * order, or in any of the layer's arrays in another order. Where a moved weight has equal numbers, or was stored in
 * several arrays, its order cannot be told and it is left out.
 */
export async function alignWeights(spec: ModelSpec, reference: Reference): Promise<AlignedWeight[]> {
  const aligned: AlignedWeight[] = [];
  for (const { layer, path, entry } of layersByEntry(spec)) {
    if (layer.graph !== null || layer.weights.length === 0) continue;
    const arrays = await reference.readList(`weights/${entry}`);
    for (const slot of layer.weights.keys()) {
      const found = findWeight(layer, slot, arrays);
      if (found !== null) aligned.push({ layer: path, slot, entry: `${entry}/${found.index}`, places: found.places });
    }
  }
  return aligned;
}

/** The reference's numbers in the order of ours. */
export function inOurOrder(theirs: NdArray, places: Uint32Array | null): ArrayLike<number> {
  const numbers = numbersOf(theirs);
  return places === null ? numbers : Float64Array.from(places, (place) => numbers[place] as number);
}

function findWeight(
  layer: LayerSpec,
  slot: number,
  arrays: readonly NdArray[],
): (Pick<AlignedWeight, "places"> & { readonly index: number }) | null {
  const values = layer.weights[slot]?.values ?? null;
  if (values === null) return null;
  const ours = Float64Array.from(numbersOf(values), Math.fround);
  const own = arrays[slot];
  if (own !== undefined && sameOrder(ours, numbersOf(own))) return { index: slot, places: null };
  const order = ascending(ours);
  for (const [index, array] of arrays.entries()) {
    const theirs = numbersOf(array);
    if (theirs.length !== ours.length) continue;
    const other = ascending(theirs);
    if (!order.every((i, rank) => ours[i] === theirs[other[rank] as number])) continue;
    if (order.some((i, rank) => rank > 0 && ours[i] === ours[order[rank - 1] as number])) continue;
    const places = new Uint32Array(ours.length);
    for (const [rank, i] of order.entries()) places[i] = other[rank] as number;
    return { index, places };
  }
  return null;
}

function sameOrder(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function ascending(numbers: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: numbers.length }, (_, i) => i).sort(
    (a, b) => (numbers[a] as number) - (numbers[b] as number),
  );
}
