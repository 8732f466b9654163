import { maxNorm } from "./max-norm.js";
import { minMaxNorm } from "./min-max-norm.js";
import { nonNeg } from "./non-neg.js";
import type { OptionName, OptionReader } from "./options.js";
import { radialConstraint } from "./radial-constraint.js";
import type { Constraint, Generation } from "./spec.js";
import { unitNorm } from "./unit-norm.js";

/** A constraint class of Keras: how it is spelt, and how its options are read. */
export interface ConstraintClass {
  readonly className: string;
  /** Names that `constraints.get` takes, with the generations that take them. */
  readonly spellings: ReadonlyMap<string, readonly Generation[]>;
  /** In the order of Python's positional arguments. */
  readonly options: readonly OptionName[];
  /** Null for the identity. */
  readonly build: (options: OptionReader) => Constraint | null;
}

const every: readonly Generation[] = ["keras1", "keras2", "keras3"];

const axis: OptionName = { keras1: "axis", later: "axis" };
const rate: OptionName = { keras1: "rate", later: "rate" };
const lowest: OptionName = { keras1: "low", later: "min_value" };
const highest: OptionName = { keras1: "high", later: "max_value" };
const most: OptionName = { keras1: "m", later: "max_value" };

/**
 * The classes that can be read. Spellings from `constraints.py` of Keras 1.2.2, 2.2.4 and 2.3.1, of tf-keras 2.21, and
 * from `constraints/__init__.py` of Keras 3.15.
 */
export const constraintClasses: readonly ConstraintClass[] = [
  {
    className: "MaxNorm",
    spellings: new Map([
      ["MaxNorm", every],
      ["max_norm", ["keras2", "keras3"]],
      ["maxnorm", ["keras1", "keras2"]],
    ]),
    options: [most, axis],
    build: (options) => ({
      ...maxNorm({ maxValue: options.upperLimit(most, 2, 0) }),
      ...options.axis(),
      ...options.writtenLimits(),
    }),
  },
  {
    className: "NonNeg",
    spellings: new Map([
      ["NonNeg", every],
      ["non_neg", ["keras2", "keras3"]],
      ["nonneg", ["keras1", "keras2"]],
    ]),
    options: [],
    build: () => nonNeg(),
  },
  {
    className: "UnitNorm",
    spellings: new Map([
      ["UnitNorm", every],
      ["unit_norm", ["keras2", "keras3"]],
      ["unitnorm", ["keras1", "keras2"]],
    ]),
    options: [axis],
    build: (options) => ({ ...unitNorm(), ...options.axis() }),
  },
  {
    className: "MinMaxNorm",
    spellings: new Map([
      ["MinMaxNorm", every],
      ["min_max_norm", ["keras2", "keras3"]],
    ]),
    options: [lowest, highest, rate, axis],
    build: (options) => {
      const minValue = options.number("minValue", lowest, 0);
      const maxValue = options.upperLimit(highest, 1, minValue);
      const norms = minMaxNorm({ minValue, maxValue, rate: options.number("rate", rate, 1) });
      return { ...norms, ...options.axis(), ...options.writtenLimits() };
    },
  },
  {
    className: "RadialConstraint",
    spellings: new Map([
      ["RadialConstraint", ["keras2"]],
      ["radial_constraint", ["keras2"]],
    ]),
    options: [],
    build: () => radialConstraint(),
  },
  {
    className: "Constraint",
    spellings: new Map([
      ["Constraint", every],
      ["constraint", ["keras3"]],
    ]),
    options: [],
    build: () => null,
  },
];

/** The classes that can be read, as an error lists them. */
export const readableNames =
  "MaxNorm, NonNeg, UnitNorm, MinMaxNorm, RadialConstraint, Constraint or a name in customConstraints";

/** The class that a spelling means in some generation. */
export function findClass(name: string): ConstraintClass | undefined {
  return constraintClasses.find((one) => one.spellings.has(name));
}
