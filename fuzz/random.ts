/** Chance that can be repeated: the same numbers for the same seed. */
export interface Random {
  /** An integer from 0 below `bound`, which is at least 1. */
  (bound: number): number;
}

/** Integers by the generator mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** One entry of a list that is not empty. */
export function pick<Item>(items: ArrayLike<Item>, random: Random): Item {
  return items[random(items.length)]!;
}
