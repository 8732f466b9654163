import { resolveAxes } from "../axes.js";
import type { Axis, Generation } from "../spec.js";
import { layoutOf, type Layout } from "./layout.js";

interface Entry {
  readonly shape: readonly number[];
  readonly axis: Axis;
  readonly generation: Generation;
  readonly layout: Layout;
}

/** A program constrains the same weights at every step; more than this many kinds of them are forgotten at once. */
const capacity = 4096;

const buckets = new Map<number, Entry[]>();
let count = 0;

/**
 * The groups along `axis`; kept, so that a second question for the same shape and axis allocates nothing. Throws as
 * `resolveAxes` does, which is given `path`.
 */
export function layoutFor(shape: readonly number[], axis: Axis, generation: Generation, path: string): Layout {
  const hash = hashOf(shape, axis);
  const bucket = buckets.get(hash);
  if (bucket !== undefined) {
    for (let i = 0; i < bucket.length; i++) {
      const entry = bucket[i]!;
      if (entry.generation === generation && sameNumbers(entry.shape, shape) && sameAxis(entry.axis, axis)) {
        return entry.layout;
      }
    }
  }
  const layout = layoutOf(shape, resolveAxes(axis, shape.length, generation, path));
  if (count >= capacity) {
    buckets.clear();
    count = 0;
  }
  const kept = axis === null || typeof axis === "number" ? axis : [...axis];
  const entry = { shape: [...shape], axis: kept, generation, layout };
  const place = buckets.get(hash);
  if (place === undefined) buckets.set(hash, [entry]);
  else place.push(entry);
  count++;
  return layout;
}

/** A small whole number, so that it is no object. */
function hashOf(shape: readonly number[], axis: Axis): number {
  let hash = shape.length;
  for (let i = 0; i < shape.length; i++) hash = (Math.imul(hash, 31) + shape[i]!) & 0xfffffff;
  if (axis === null) return hash;
  if (typeof axis === "number") return (Math.imul(hash, 31) + axis + 1) & 0xfffffff;
  for (let i = 0; i < axis.length; i++) hash = (Math.imul(hash, 37) + axis[i]! + 7) & 0xfffffff;
  return hash;
}

function sameAxis(a: Axis, b: Axis): boolean {
  if (a === null || b === null || typeof a === "number" || typeof b === "number") return a === b;
  return sameNumbers(a, b);
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
