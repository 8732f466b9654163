import { indexOfGroup, type NamedAxes, placeInWords } from "./axis-groups.js";

/** A number of a weight and its place. */
export interface NumberPlace {
  readonly index: readonly number[];
  /** `row 0, column 2, in 1, out 7`. */
  readonly words: string;
  readonly value: number;
}

/** What NonNeg has to do. */
export interface NegativeSummary {
  /** How many numbers are negative, -Infinity among them and -0 not. */
  readonly count: number;
  /** The least of them; null for none. */
  readonly least: number | null;
  readonly nan: number;
  /** Infinities of either sign. */
  readonly infinite: number;
  /** The first ten of the negative numbers, in C order. */
  readonly first: readonly NumberPlace[];
}

/** Places that a summary tells. */
const told = 10;

/** Counts the negative numbers of a weight. */
export function summariseNegatives(values: Float32Array | Float64Array, axes: NamedAxes): NegativeSummary {
  let count = 0;
  let nan = 0;
  let infinite = 0;
  let least = 0;
  const first: NumberPlace[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
    if (!(value < 0)) continue;
    if (count++ < told) {
      const index = indexOfGroup(i, axes.shape, []) as readonly number[];
      first.push({ index, words: placeInWords(index, axes), value });
    }
    if (value < least) least = value;
  }
  return { count, least: count === 0 ? null : least, nan, infinite, first };
}
