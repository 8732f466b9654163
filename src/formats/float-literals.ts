/** Numbers of a list that are remembered: enough for any list of axes, and little for a list of many numbers. */
export const rememberedOfList = 32;

type Key = string | number;

/** Most holders have one such number, for which a set would take more memory than anything else of the text. */
const literals = new WeakMap<object, Key | Set<Key>>();

/** Remembers that the whole number under `key` of an object or list was written as a float, `2.0` or `2e0`. */
export function rememberFloat(holder: object, key: Key): void {
  const known = literals.get(holder);
  if (known === undefined) literals.set(holder, key);
  else if (known instanceof Set) known.add(key);
  else literals.set(holder, new Set([known, key]));
}

/**
 * True where `parsePythonJson` read the whole number under `key` of that very object, or among the first
 * `rememberedOfList` of that very list, from a float such as `2.0`, which Python tells from 2. A copy of the object or
 * list knows nothing of it.
 */
export function isWrittenAsFloat(holder: object, key: Key): boolean {
  const known = literals.get(holder);
  return known instanceof Set ? known.has(key) : known === key;
}
