import { execute } from "./execute.js";
import type { Target } from "./target.js";

/** Executions that one input may take. */
const mostExecutions = 600;

/**
 * A smaller or less damaged input that breaks the same law: ever smaller stretches are cut out, or made again what
 * they are in `original` where that is as long, while the violation stays.
 */
export async function minimise(
  target: Target,
  found: Uint8Array,
  key: string,
  originals: readonly Uint8Array[],
): Promise<Uint8Array> {
  const budget = { left: mostExecutions };
  const breaks = async (bytes: Uint8Array): Promise<boolean> => {
    budget.left -= 1;
    const { violations } = await execute(target, bytes, key.includes(" sources "));
    return violations.some((violation) => violation.key === key);
  };
  const original = nearest(found, originals);
  let best = found;
  for (let length = 2 ** Math.floor(Math.log2(Math.max(1, found.length))); length >= 1; length >>= 1) {
    for (let at = 0; at < best.length && budget.left > 0; at += length) {
      const candidate = original === undefined ? without(best, at, length) : restored(best, original, at, length);
      if (candidate !== undefined && (await breaks(candidate))) best = candidate;
    }
  }
  return best;
}

/** The seed of the same length with the fewest other bytes, where one shares most of them. */
function nearest(found: Uint8Array, originals: readonly Uint8Array[]): Uint8Array | undefined {
  const distance = (seed: Uint8Array): number => seed.reduce((sum, byte, i) => sum + (byte === found[i] ? 0 : 1), 0);
  return originals
    .filter((seed) => seed.length === found.length && distance(seed) < found.length / 2)
    .sort((a, b) => distance(a) - distance(b))[0];
}

function without(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const kept = new Uint8Array(bytes.length - Math.min(length, bytes.length - at));
  kept.set(bytes.subarray(0, at));
  kept.set(bytes.subarray(at + length), at);
  return kept;
}

function restored(bytes: Uint8Array, original: Uint8Array, at: number, length: number): Uint8Array | undefined {
  const stretch = original.subarray(at, at + length);
  if (stretch.every((byte, i) => byte === bytes[at + i])) return undefined;
  const copy = bytes.slice();
  copy.set(stretch, at);
  return copy;
}
