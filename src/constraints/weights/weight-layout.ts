import { range } from "./range.js";
import type { Extent, WeightFacts } from "./weight-facts.js";
import type { OpenShape } from "./weight-shape.js";

/** What the axes of a weight are, and which of them a norm must sum over to measure one output unit. */
export interface AxisMeaning {
  /** A word for each axis. */
  readonly words: readonly string[];
  /** How long each axis is, as far as the layer's options and inputs tell. */
  readonly extents: OpenShape;
  /** The axes of all the numbers that enter one unit, or null where a norm for each unit has no meaning (vectors). */
  readonly perUnit: readonly number[] | null;
  /** What a unit is called. */
  readonly unit: string;
  /** Of recurrent layers with gates: their names in the order in which they share the last axis. */
  readonly gates?: readonly string[];
}

/** A weight of a layer. */
export interface LayerWeight {
  /** Keras's name of it; below a layer inside the layer with that layer's name before it, `query/kernel`. */
  readonly weight: string;
  /** The layer's constraint option for it, by the names of Keras 2 and 3; null for a weight that no option reaches. */
  readonly option: string | null;
  /** Null where the layer has no such weight of that rank, and where neither options nor inputs tell the rank. */
  readonly axes: (facts: WeightFacts) => AxisMeaning | null;
}

/** An axis of a weight: its word, and what tells how long it is. */
export type WeightAxis = readonly [word: string, extent: Extent];

/** What a weight's axes mean, without their lengths. */
export interface UnitOfAxes extends Pick<AxisMeaning, "gates"> {
  readonly perUnit: readonly number[] | null;
  readonly unit: string;
}

/** A weight that has no units. */
export const noUnit: UnitOfAxes = { perUnit: null, unit: "" };

/** A weight of one layout. */
export function fixed(
  weight: string,
  option: string | null,
  axes: readonly WeightAxis[],
  units: UnitOfAxes,
): LayerWeight {
  return {
    weight,
    option,
    axes: (facts) => (facts.rank === null || facts.rank === axes.length ? meaningOf(axes, units, facts) : null),
  };
}

/** A vector, which has no units. */
export function vector(weight: string, axis: WeightAxis, option: string | null = "bias_constraint"): LayerWeight {
  return fixed(weight, option, [axis], noUnit);
}

/** The meaning of axes whose lengths the facts tell. */
export function meaningOf(axes: readonly WeightAxis[], units: UnitOfAxes, facts: WeightFacts): AxisMeaning {
  return { words: axes.map(([word]) => word), extents: axes.map(([, extent]) => extent(facts)), ...units };
}

/** The first `count` axes as those of one unit. */
export function firstAxes(count: number, unit: string): UnitOfAxes {
  return { perUnit: range(count), unit };
}
