import { applyConstraint } from "../src/constraints/index.js";
import {
  withConstraint,
  withFormula,
  withNorm,
  withDivisor,
  normInSteps,
  roundToFloat16,
  type WrongImplementation,
} from "./wrong-ways.js";

const root = "the norm is the root of the sum of squares";
const added = "epsilon is added to the norm, and not under the root";
const within = "norms within the limits stay, but for epsilon";
const once = "applied once, not twice";
const rate = "the rate is the part of the way that the norm moves";

/** Mistakes in the formula for a group. */
export const wrongNorms: readonly WrongImplementation[] = [
  { name: "the squared norm", law: root, apply: withNorm((numbers) => numbers.reduce((sum, w) => sum + w * w, 0)) },
  {
    name: "the sum of absolute values",
    law: root,
    apply: withNorm((numbers) => numbers.reduce((sum, w) => sum + Math.abs(w), 0)),
  },
  {
    name: "the largest absolute value",
    law: root,
    apply: withNorm((numbers) => numbers.reduce((most, w) => Math.max(most, Math.abs(w)), 0)),
  },
  {
    name: "the root of the mean of squares",
    law: root,
    apply: withNorm((numbers) => Math.sqrt(numbers.reduce((sum, w) => sum + w * w, 0) / Math.max(numbers.length, 1))),
  },
  {
    name: "squares added in float32",
    law: "the squares are added in float64",
    apply: withNorm((numbers) => normInSteps(numbers, Math.fround)),
  },
  {
    name: "squares added in float16",
    law: "the squares are added in float64",
    apply: withNorm((numbers) => normInSteps(numbers, roundToFloat16)),
  },
  {
    name: "float64 weights in float32",
    law: "float64 weights keep their precision",
    apply: (constraint, data, shape, options) => {
      const narrow = Float32Array.from(data);
      applyConstraint(constraint, narrow, shape, options);
      data.set(narrow);
    },
  },
  { name: "no epsilon", law: added, apply: withDivisor((norm) => norm) },
  {
    name: "the epsilon 1e-7 whatever Keras was set to",
    law: "epsilon is the one that Keras was set to",
    apply: (constraint, data, shape, options) =>
      applyConstraint(constraint, data, shape, { ...options, epsilon: 1e-7 }),
  },
  {
    name: "epsilon 1e-3",
    law: added,
    apply: (constraint, data, shape, options) =>
      applyConstraint(constraint, data, shape, { ...options, epsilon: 1e-3 }),
  },
  {
    name: "epsilon under the root",
    law: added,
    apply: withDivisor((norm, epsilon) => Math.sqrt(norm * norm + epsilon)),
  },
  {
    name: "epsilon squared under the root",
    law: added,
    apply: withDivisor((norm, epsilon) => Math.sqrt(norm * norm + epsilon * epsilon)),
  },
  {
    name: "the larger of norm and epsilon",
    law: added,
    apply: withDivisor((norm, epsilon) => Math.max(norm, epsilon)),
  },
  {
    name: "nothing done within the limits",
    law: within,
    apply: withFormula(({ constraint, numbers, norm }) =>
      constraint.kind === "maxNorm" && norm <= (constraint.maxValue ?? Infinity) ? numbers : null,
    ),
  },
  {
    name: "the quotient of limit and norm clipped to 1",
    law: within,
    apply: withFormula(({ constraint, numbers, norm, epsilon }) => {
      if (constraint.kind !== "maxNorm" || !((constraint.maxValue ?? -1) >= 0)) return null;
      return numbers.map((w) => w * Math.min(1, constraint.maxValue! / (epsilon + norm)));
    }),
  },
  {
    name: "limit by norm without epsilon above the limit",
    law: "epsilon acts above the limit, too",
    apply: withFormula(({ constraint, numbers, norm }) => {
      if (constraint.kind !== "maxNorm" || !(constraint.maxValue !== null && constraint.maxValue > 0)) return null;
      return norm > constraint.maxValue ? numbers.map((w) => (w / norm) * constraint.maxValue!) : null;
    }),
  },
  {
    name: "divided first and clipped to the limit after",
    law: root,
    apply: withFormula(({ constraint, numbers, norm, epsilon }) => {
      if (constraint.kind !== "maxNorm") return null;
      const limit = Math.max(constraint.maxValue ?? Infinity, 0);
      return numbers.map((w) => Math.max(-limit, Math.min(limit, w / (epsilon + norm))));
    }),
  },
  {
    name: "each number of a group clipped to the limit",
    law: "all numbers of a group are multiplied by one factor",
    apply: withFormula(({ constraint, numbers }) => {
      if (constraint.kind !== "maxNorm") return null;
      const limit = Math.max(constraint.maxValue ?? Infinity, 0);
      return numbers.map((w) => Math.max(-limit, Math.min(limit, w)));
    }),
  },
  {
    name: "the default limit for every limit",
    law: "no norm is above the limit",
    apply: withConstraint((constraint) =>
      constraint.kind === "maxNorm" || constraint.kind === "minMaxNorm"
        ? { ...constraint, maxValue: constraint.kind === "maxNorm" ? 2 : 1 }
        : constraint,
    ),
  },
  {
    name: "a limit of null read as the default",
    law: "null and infinity are no limit",
    apply: withConstraint((constraint) =>
      constraint.kind === "maxNorm" && constraint.maxValue === null ? { ...constraint, maxValue: 2 } : constraint,
    ),
  },
  {
    name: "rate ignored",
    law: rate,
    apply: withConstraint((constraint) => (constraint.kind === "minMaxNorm" ? { ...constraint, rate: 1 } : constraint)),
  },
  {
    name: "rate for what is left of the way",
    law: rate,
    apply: withConstraint((constraint) =>
      constraint.kind === "minMaxNorm" ? { ...constraint, rate: 1 - constraint.rate } : constraint,
    ),
  },
  {
    name: "no lower limit",
    law: "no norm is below the lower limit, but for epsilon",
    apply: withConstraint((constraint) =>
      constraint.kind === "minMaxNorm"
        ? { ...constraint, minValue: Math.min(0, constraint.maxValue ?? 0) }
        : constraint,
    ),
  },
  {
    name: "of crossed limits always the upper one",
    law: "of two crossed limits the right one counts",
    apply: withConstraint((constraint) => {
      if (constraint.kind !== "maxNorm" && constraint.kind !== "minMaxNorm") return constraint;
      return { ...constraint, crossed: "upper" };
    }),
  },
  {
    name: "applied twice",
    law: once,
    apply: (constraint, data, shape, options) => {
      applyConstraint(constraint, data, shape, options);
      applyConstraint(constraint, data, shape, options);
    },
  },
  {
    name: "half of the way to the limit in each step",
    law: "a second application changes nothing, but for epsilon",
    apply: withFormula(({ constraint, numbers, norm, epsilon, desired }) =>
      constraint.kind === "maxNorm" && norm > desired(norm)
        ? numbers.map((w) => w * ((norm + desired(norm)) / 2 / (epsilon + norm)))
        : null,
    ),
  },
];
