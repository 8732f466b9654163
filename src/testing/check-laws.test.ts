import { describe, expect, it } from "vitest";
import { constraints } from "@tensorflow/tfjs-layers";
import { tensor } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { applyConstraint, maxNorm, minMaxNorm, nonNeg, radialConstraint, unitNorm } from "../constraints/index.js";
import { BrokenLawError, checkConstraintLaws, checkKerasLaws, type OwnConstraint } from "./check-laws.js";

/** Keras's arithmetic on columns, as a user might write it. */
const myMaxNorm: OwnConstraint = (data, [rows = 0, columns = 0]) => {
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += data[row * columns + column]! ** 2;
    const norm = Math.sqrt(sum);
    const factor = Math.min(norm, 3) / (1e-7 + norm);
    for (let row = 0; row < rows; row++) data[row * columns + column]! *= factor;
  }
};

/** The limit by the larger of norm and limit, without epsilon. */
const shrinking: OwnConstraint = (data, [rows = 0, columns = 0]) => {
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += data[row * columns + column]! ** 2;
    const factor = 3 / Math.max(Math.sqrt(sum), 3);
    for (let row = 0; row < rows; row++) data[row * columns + column]! *= factor;
  }
};

const squared: OwnConstraint = (data) => {
  const sum = Array.from(data).reduce((total, w) => total + w * w, 0);
  return data.map((w) => (w * Math.min(sum, 2)) / (1e-7 + sum));
};

const sumToOne: OwnConstraint = (data) => {
  const sum = Array.from(data).reduce((total, w) => total + Math.abs(w), 0);
  return sum > 0 && sum < 1e30 ? data.map((w) => w / sum) : data;
};

const halving: OwnConstraint = (data) => data.map((w) => w / 2);

const throwing: OwnConstraint = (data) => {
  if (data.length > 2) throw new RangeError("too many");
};

const matrices = [
  [3, 2],
  [1, 4],
  [5, 5],
];

/** Tries the maximum along columns as one along rows. */
function checkRows(seed?: number): void {
  const seeded = seed === undefined ? {} : { seed };
  checkConstraintLaws(myMaxNorm, { like: maxNorm({ maxValue: 3, axis: 1 }), shapes: matrices, ...seeded });
}

function failureOf(check: () => void): BrokenLawError {
  try {
    check();
  } catch (error) {
    if (error instanceof BrokenLawError) return error;
    throw error;
  }
  throw new Error("no law is broken");
}

describe("checkConstraintLaws", () => {
  it("takes short quotients for no loss of precision where epsilon is missing", () => {
    const like = maxNorm({ maxValue: 3 });
    for (const seed of [1, 2]) {
      const { broken } = failureOf(() => checkConstraintLaws(shrinking, { like, seed, shapes: [[5, 7]] }));
      expect(broken[0]).toBe("epsilon acts above the limit, too");
    }
  });

  it("takes a right implementation of one of Keras's constraints", () => {
    checkConstraintLaws(myMaxNorm, { like: maxNorm({ maxValue: 3 }), shapes: matrices });
  });

  it.each([maxNorm(), unitNorm({ axis: [-1, 0] }), minMaxNorm({ rate: 0.5 }), nonNeg(), radialConstraint()])(
    "takes applyConstraint as $kind, which returns numbers instead of changing them",
    (like) => {
      const returning: OwnConstraint = (data, shape) => {
        const copy = data.slice();
        applyConstraint(like, copy, shape);
        return copy;
      };
      checkConstraintLaws(returning, { like });
    },
  );

  it("says which law is broken, by which numbers, and how to see it again", () => {
    const failure = failureOf(checkRows);
    expect(failure.law.name).toBe("the norm runs along the axis that is named");
    expect(failure.message).toMatch(
      /^myMaxNorm breaks the law "the norm runs along the axis that is named"\n.*\n {2}found: w\[\d, \d\] is .*in the group of w\[\d, \d\]/,
    );
    expect(failure.message).toContain("max_norm(3, axis=1) on a float32 weight of shape (");
    expect(failure.message).toContain(`{ seed: ${failure.seed}, numRuns: 1000 }`);
    const again = failureOf(() => checkRows(failure.seed));
    expect(again.message).toBe(failure.message);
  });

  it("shrinks to few numbers of few digits", () => {
    const { counterExample, law } = failureOf(() => checkConstraintLaws(squared, { like: maxNorm({ axis: null }) }));
    expect(law.name).toBe("the norm is the root of the sum of squares");
    expect(counterExample.data.length).toBeLessThanOrEqual(2);
    for (const w of counterExample.data) expect(String(w).length).toBeLessThanOrEqual(3);
  });

  it("takes a constraint that Keras has not, and finds where it is none", () => {
    checkConstraintLaws(sumToOne);
    expect(failureOf(() => checkConstraintLaws(halving)).broken).toEqual([
      "a second application changes nothing, but for epsilon",
    ]);
    const counting: OwnConstraint = (data) => data.fill(calls++);
    let calls = 0;
    expect(failureOf(() => checkConstraintLaws(counting)).law.name).toBe("the same weight gives the same result");
  });

  it("counts an error, and a result of another size, as a broken law", () => {
    expect(failureOf(() => checkConstraintLaws(throwing)).message).toContain("it threw RangeError: too many");
    expect(failureOf(() => checkConstraintLaws(() => [1, 2, 3])).message).toContain("returned 3 numbers for");
  });

  it("tries a constraint of TensorFlow.js by float32's bounds, and finds that it is not exact", () => {
    const tfjs = constraints.maxNorm({ maxValue: 3, axis: 0 });
    const onTensors: OwnConstraint = (data, shape) =>
      tfjs.apply(tensor(data, [...shape] as [number, number], "float32")).dataSync();
    const options = { like: maxNorm({ maxValue: 3 }), shapes: matrices, numRuns: 100 };
    checkConstraintLaws(onTensors, { ...options, arithmetic: "float32" });
    expect(failureOf(() => checkConstraintLaws(onTensors, options)).broken).toContain(
      "the squares are added in float64",
    );
  });

  it("refuses options that make no sense", () => {
    expect(() => checkConstraintLaws(myMaxNorm, { numRuns: 0 })).toThrow("numRuns: found 0, wanted");
    expect(() => checkConstraintLaws(myMaxNorm, { shapes: [] })).toThrow(
      "checkConstraintLaws.shapes: found [], wanted a list of one or more shapes",
    );
    const rows = { like: maxNorm({ axis: 1 }), shapes: [[3, 2], [3]] };
    expect(() => checkConstraintLaws(myMaxNorm, rows)).toThrow(
      "shapes: found (3), which max_norm(2, axis=1) does not take: axis 1 in 1, wanted whole numbers from -1 to 0",
    );
    expect(() => checkConstraintLaws(myMaxNorm, { like: maxNorm({ axis: 7 }) })).toThrow(
      "constraint: found max_norm(2",
    );
    expect(() => checkConstraintLaws(JSON.parse("3") as OwnConstraint)).toThrow(
      "myConstraint: found 3, wanted a function",
    );
  });
});

describe("checkKerasLaws", () => {
  it("takes a weight that is a single number, without axes", () => {
    checkKerasLaws(applyConstraint, { numRuns: 100, shapes: [[]] });
  });

  it("takes applyConstraint, and not one that forgets an option", () => {
    checkKerasLaws(applyConstraint, { numRuns: 100 });
    const failure = failureOf(() =>
      checkKerasLaws((constraint, data, shape) => applyConstraint(constraint, data, shape), { numRuns: 300 }),
    );
    expect(failure.broken).toContain("epsilon is the one that Keras was set to");
  });
});
