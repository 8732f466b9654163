import { pick, type Random } from "./random.js";

/** The inputs that showed something new, from which others are made. */
export interface Corpus {
  readonly size: number;
  add(bytes: Uint8Array): void;
  /** An input; half of the time one of the newest, which lead deepest. */
  choose(random: Random): Uint8Array;
}

/** Inputs of more bytes are not kept: they are slow and the smaller ones show the same. */
const mostBytes = 64 * 1024;
const newest = 50;

export function createCorpus(seeds: readonly Uint8Array[]): Corpus {
  const inputs = [...seeds];
  return {
    get size() {
      return inputs.length;
    },
    add: (bytes) => {
      if (bytes.length > 0 && bytes.length <= mostBytes) inputs.push(bytes);
    },
    choose: (random) =>
      random(2) === 0 ? pick(inputs, random) : inputs[inputs.length - 1 - random(Math.min(newest, inputs.length))]!,
  };
}
