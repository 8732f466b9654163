import { KerasProofError } from "../errors.js";
import { sizeOf } from "../ndarray.js";

/** A weight in any of the forms that one has at hand in a test; a tensor of TensorFlow.js among them. */
export type WeightLike =
  | Float32Array
  | Float64Array
  | readonly number[]
  | readonly NestedNumbers[]
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number> }
  | { readonly shape: readonly number[]; readonly dataSync: () => ArrayLike<number> };

/** Rows of numbers, rows of rows, and so on. */
export type NestedNumbers = readonly number[] | readonly NestedNumbers[];

/** A weight's numbers in C order, and its shape. Numbers that are no Float64Array count as float32, the width of weights. */
export interface FlatWeight {
  readonly data: Float32Array | Float64Array;
  readonly shape: readonly number[];
}

/**
 * Reads a weight. A typed array needs `shape`; tensors and `{ data, shape }` have one of their own, from which `shape` may
 * not differ, and nested arrays are read in that of their brackets unless `shape` gives them another. Throws `usage` for
 * anything else, for rows of different lengths, and where the numbers are not as many as the shape says.
 */
export function readWeight(weight: unknown, shape: readonly number[] | undefined): FlatWeight {
  const [numbers, extents] = openWeight(weight, shape);
  const data = isFloat64(numbers) ? numbers : Float32Array.from(numbers);
  if (data.length !== sizeOf(extents)) {
    throw refuse(`found ${data.length} numbers, wanted ${sizeOf(extents)} for the shape (${extents.join(", ")})`);
  }
  return { data, shape: extents };
}

function openWeight(weight: unknown, shape: readonly number[] | undefined): [ArrayLike<number>, readonly number[]] {
  if (ArrayBuffer.isView(weight) && !(weight instanceof DataView)) {
    if (shape === undefined) throw refuse("found a typed array without a shape, wanted the option shape");
    return [weight as unknown as ArrayLike<number>, shape];
  }
  if (Array.isArray(weight)) {
    const flat = (weight as unknown[]).flat(Infinity);
    if (!flat.every((w) => typeof w === "number")) throw refuse("found an array with other things than numbers in it");
    const own = shapeOf(weight);
    if (own === null) throw refuse("found rows of different lengths, wanted a weight");
    return [flat, shape ?? own];
  }
  if (typeof weight === "object" && weight !== null && "shape" in weight && Array.isArray(weight.shape)) {
    const own = weight.shape as number[];
    if (shape !== undefined && String(shape) !== String(own)) {
      throw refuse(
        `found the shape (${own.join(", ")}), and (${shape.join(", ")}) in the option shape, wanted one of them`,
      );
    }
    if ("dataSync" in weight && typeof weight.dataSync === "function") {
      return [(weight as { dataSync: () => ArrayLike<number> }).dataSync(), own];
    }
    if ("data" in weight) return [weight.data as ArrayLike<number>, own];
  }
  throw refuse(
    `found ${weight === null ? "null" : typeof weight}, wanted a typed array with a shape, nested arrays, { data, shape } or a tensor`,
  );
}

/** The shape of nested arrays; null where rows differ. */
function shapeOf(value: unknown): number[] | null {
  if (!Array.isArray(value)) return [];
  if (value.length === 0) return [0];
  const [first, ...rest] = value.map(shapeOf);
  if (first === undefined || first === null) return null;
  return rest.every((one) => String(one) === String(first)) ? [value.length, ...first] : null;
}

function isFloat64(numbers: ArrayLike<number>): numbers is Float64Array {
  return (numbers as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === "Float64Array";
}

function refuse(message: string): KerasProofError {
  return new KerasProofError("usage", "weight", message);
}
