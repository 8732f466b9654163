/** Orders names by their code points, which is the order of their bytes in UTF-8 and that of libhdf5. */
export function compareNames(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) {
    const difference = rank(one.charCodeAt(i)) - rank(other.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Surrogates, by which code points above U+FFFF are written, come after all other code units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
