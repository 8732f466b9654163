/** Numbers uniform in (-1, 1), the same for the same seed: a 32-bit counter hashed by the finaliser of MurmurHash3. */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let hash = state;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    return ((hash >>> 0) + 0.5) * 2 ** -31 - 1;
  };
}
