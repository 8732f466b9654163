import type { OpenShape } from "./weight-shape.js";

/** What the axes of a weight depend on, beside its layer's class. */
export interface WeightFacts {
  /** Null for the rank that the options tell. */
  readonly rank: number | null;
  /** The layer's options by Keras 3's names, such as EinsumDense's `equation`; `{}` where they are not known. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Default none. */
  readonly inputs?: InputShapes;
}

/**
 * The shapes of a layer's inputs, the batch first, by the arguments of the layer's `build`: `input_shape`, and
 * `query_shape`, `value_shape` and `key_shape` for attention.
 */
export type InputShapes = ReadonlyMap<string, OpenShape>;

/** Tells the extent of an axis; null where the facts do not tell it. */
export type Extent = (facts: WeightFacts) => number | null;

/** An option that is a count, such as `filters`. */
export function counted(option: string, missing: number | null = null): Extent {
  return ({ config }) => (option in config ? countIn(config[option]) : missing);
}

/** One number of an option that is a list or, for all of its places, a number: `kernel_size`. */
export function listed(option: string, place: number): Extent {
  return ({ config }) => {
    const value = config[option];
    return countIn(Array.isArray(value) ? (value as unknown[])[place] : value);
  };
}

/** The last axis of the input. */
export const features: Extent = ({ inputs }) => inputs?.get("input_shape")?.at(-1) ?? null;

/** The input's channels, which are before its `spatialRank` last axes or behind them, by `data_format`. */
export function channels(spatialRank: number): Extent {
  return (facts) => facts.inputs?.get("input_shape")?.at(isChannelsFirst(facts) ? -1 - spatialRank : -1) ?? null;
}

export function isChannelsFirst({ config }: Pick<WeightFacts, "config">): boolean {
  return config["data_format"] === "channels_first";
}

/** The product of extents; null where one is not known. */
export function product(...factors: readonly (Extent | number)[]): Extent {
  return (facts) => {
    let found = 1;
    for (const factor of factors) {
      const value = typeof factor === "number" ? factor : factor(facts);
      if (value === null) return null;
      found *= value;
    }
    return found;
  };
}

/** A part of an extent; null where it is no whole one. */
export function quotient(whole: Extent, parts: Extent): Extent {
  return (facts) => {
    const [found, by] = [whole(facts), parts(facts)];
    if (found === null || by === null) return null;
    return Number.isInteger(found / by) ? found / by : null;
  };
}

/** A number that can be an extent; null for anything else. */
export function countIn(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** An option that is a list of counts or a single one; null entries are unknown. Null where it is neither. */
export function countsIn(value: unknown): readonly (number | null)[] | null {
  if (Array.isArray(value)) return (value as unknown[]).map(countIn);
  const one = countIn(value);
  return one === null ? null : [one];
}
