import { applyConstraint } from "../src/constraints/index.js";
import { withFormula, type Data, type WrongImplementation } from "./wrong-ways.js";

const nonNegative = "NonNeg makes zeros of negative numbers and keeps the others";
const rounded = "each number is the formula, rounded once";
const nan = "a NaN makes its whole group NaN";

/** Sums of the last call, for the implementation that does not clear them. */
let leftOver = 0;

/** Mistakes about NaN, infinities and zeros, about memory, and in the constraints that measure no norm. */
export const wrongEdges: readonly WrongImplementation[] = [
  {
    name: "NaN left out of the norm",
    law: nan,
    apply: withFormula(({ numbers, epsilon, desired }) => {
      if (!numbers.some(Number.isNaN)) return null;
      const norm = Math.sqrt(numbers.reduce((sum, w) => (Number.isNaN(w) ? sum : sum + w * w), 0));
      return numbers.map((w) => w * (desired(norm) / (epsilon + norm)));
    }),
  },
  {
    name: "NaN made zero",
    law: nan,
    apply: withFormula(({ numbers }) => (numbers.some(Number.isNaN) ? numbers.map(() => 0) : null)),
  },
  {
    name: "groups with an infinity left alone",
    law: "an infinity becomes NaN, and the numbers beside it zeros",
    apply: withFormula(({ numbers, norm }) => (norm === Infinity ? numbers : null)),
  },
  {
    name: "zeros made NaN",
    law: "finite groups stay finite",
    apply: withFormula(({ numbers, norm, epsilon, desired }) =>
      norm === 0 ? numbers.map((w) => w / (norm * (desired(norm) + epsilon))) : null,
    ),
  },
  {
    name: "groups of zeros lifted to the lower limit",
    law: "a group of zeros stays as it is",
    apply: withFormula(({ constraint, numbers, norm }) =>
      norm === 0 && constraint.kind === "minMaxNorm"
        ? numbers.map(() => constraint.minValue / Math.sqrt(numbers.length))
        : null,
    ),
  },
  {
    name: "a unit norm by the product with the inverse",
    law: rounded,
    apply: withFormula(({ constraint, numbers, norm, epsilon }) => {
      const inverse = Math.fround(1 / (epsilon + norm));
      return constraint.kind === "unitNorm" ? numbers.map((w) => w * inverse) : null;
    }),
  },
  {
    name: "sums of the last call not cleared",
    law: "the same weight gives the same result",
    apply: withFormula(({ numbers, epsilon, desired }) => {
      const sum: number = leftOver + numbers.reduce((total, w) => total + w * w, 0);
      leftOver = Number.isFinite(sum) && sum < 1e30 ? sum / 2 : 0;
      return numbers.map((w) => w * (desired(Math.sqrt(sum)) / (epsilon + Math.sqrt(sum))));
    }),
  },
  {
    name: "the start of the buffer for the start of the weight",
    law: "only the numbers of the weight change",
    apply: (constraint, data, shape, options) => {
      const start: Data =
        data.BYTES_PER_ELEMENT === 4
          ? new Float32Array(data.buffer, 0, data.length)
          : new Float64Array(data.buffer, 0, data.length);
      applyConstraint(constraint, start, shape, options);
    },
  },
  {
    name: "NonNeg as the absolute value",
    law: nonNegative,
    apply: (constraint, data, shape, options) => {
      if (constraint.kind !== "nonNeg") applyConstraint(constraint, data, shape, options);
      else for (const [place, w] of data.entries()) data[place] = Math.abs(w);
    },
  },
  {
    name: "NonNeg of Keras 3.15 for every Keras",
    law: "NonNeg treats -0 and -Infinity as the Keras that is meant",
    apply: (constraint, data, shape, options) =>
      applyConstraint(
        constraint.kind === "nonNeg" ? { kind: "nonNeg", formula: "maximum" } : constraint,
        data,
        shape,
        options,
      ),
  },
  {
    name: "RadialConstraint as its documentation has it",
    law: "RadialConstraint takes its numbers from the diagonal, as tf.keras does",
    apply: (constraint, data, shape, options) => {
      if (constraint.kind !== "radialConstraint") return applyConstraint(constraint, data, shape, options);
      const before = data.slice();
      const [size = 0] = shape;
      const kernels = data.length / size / size;
      for (let place = 0; place < data.length; place++) {
        const [row, column] = [Math.floor(place / kernels / size), Math.floor(place / kernels) % size];
        const ring = Math.min(row, column, size - 1 - row, size - 1 - column);
        data[place] = before[(ring * size + ring) * kernels + (place % kernels)]!;
      }
    },
  },
  {
    name: "RadialConstraint ignored",
    law: "RadialConstraint makes rings",
    apply: (constraint, data, shape, options) => {
      if (constraint.kind !== "radialConstraint") applyConstraint(constraint, data, shape, options);
    },
  },
];
