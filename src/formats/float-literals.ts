/** Numbers of a list that are remembered: enough for any list of axes, and little for a list of many numbers. */
export const rememberedOfList = 32;

const literals = new WeakMap<object, Set<string | number>>();

/** Remembers that the whole number under `key` of an object or list was written as a float, `2.0` or `2e0`. */
export function rememberFloat(holder: object, key: string | number): void {
  const known = literals.get(holder);
  if (known === undefined) literals.set(holder, new Set([key]));
  else known.add(key);
}

/**
 * True where `parsePythonJson` read the whole number under `key` of that very object, or among the first
 * `rememberedOfList` of that very list, from a float such as `2.0`, which Python tells from 2. A copy of the object or
 * list knows nothing of it.
 */
export function isWrittenAsFloat(holder: object, key: string | number): boolean {
  return literals.get(holder)?.has(key) === true;
}
