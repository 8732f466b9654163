import { describe, expect, it } from "vitest";
import {
  anything,
  checkOptions,
  checkOptionsOnce,
  numberOrNull,
  oneOf,
  type OptionKinds,
  required,
} from "./check-options.js";
import { applyConstraint, maxNorm, minMaxNorm, unitNorm } from "./constraints/index.js";
import { chooseLimits } from "./formats/limits.js";
import { readModelSpec } from "./import/load-spec.js";
import { loadKerasFile } from "./load-keras-file.js";
import { assertSatisfiesConstraint, checkConstraintLaws, checkKerasLaws } from "./testing/index.js";
import { verifyDirectory, verifyFile } from "./verify/verify-files.js";

interface Options {
  kernels?: unknown;
  maxValue?: unknown;
  signal?: unknown;
}

const kinds: OptionKinds<Options> = {
  kernels: oneOf("tensorflow", "theano"),
  maxValue: numberOrNull,
  signal: anything,
};

const check = (options: unknown): (() => void) => {
  return () => checkOptions("load", options as Options, kinds);
};

describe("options", () => {
  it("pass where they are in the table and of their kind, or undefined", () => {
    expect(check({})).not.toThrow();
    expect(check({ kernels: "theano", maxValue: null, signal: 3 })).not.toThrow();
    expect(check({ kernels: undefined, maxValue: NaN })).not.toThrow();
  });

  it.each([
    [{ kernel: "theano" }, "load.kernel: found an unknown option, wanted kernels"],
    [{ epochs: 3 }, "load.epochs: found an unknown option, wanted one of kernels, maxValue, signal"],
    [{ toString: 3 }, "load.toString: found an unknown option, wanted one of kernels, maxValue, signal"],
    [{ kernels: "Theano" }, 'load.kernels: found "Theano", wanted "tensorflow" or "theano"'],
    [{ maxValue: "3" }, 'load.maxValue: found "3", wanted a number or null'],
    [{ maxValue: [3] }, "load.maxValue: found [3], wanted a number or null"],
    [{ maxValue: [[3]] }, "load.maxValue: found a list, wanted a number or null"],
    [{ maxValue: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, "load.maxValue: found a list, wanted a number or null"],
    [{ maxValue: Symbol("x") }, "load.maxValue: found a symbol, wanted a number or null"],
    [{ maxValue: new Map() }, "load.maxValue: found a Map, wanted a number or null"],
    [3, "load: found the options 3, wanted an object with kernels, maxValue, signal"],
    [null, "load: found the options null, wanted an object with kernels, maxValue, signal"],
    [[], "load: found the options [], wanted an object with kernels, maxValue, signal"],
  ])("%j are usage", (options, message) => {
    expect(check(options)).toThrow(expect.objectContaining({ code: "usage", message }));
  });
});

describe("options that have to be given", () => {
  it("are usage where they are missing or undefined", () => {
    const table: OptionKinds<Options> = { ...kinds, kernels: required(oneOf("a", "b")) };
    for (const options of [{}, { kernels: undefined }]) {
      const message = 'load.kernels: found nothing, wanted "a" or "b"';
      expect(() => checkOptions("load", options, table)).toThrow(expect.objectContaining({ code: "usage", message }));
    }
    expect(() => checkOptions("load", { kernels: "b" }, table)).not.toThrow();
  });
});

describe("options that are looked at once", () => {
  it("are refused until they are right, by each table of its own", () => {
    const options: Options = { maxValue: "3" };
    const look = (): void => checkOptionsOnce("load", options, kinds);
    expect(look).toThrow('found "3"');
    expect(look).toThrow('found "3"');
    options.maxValue = 3;
    expect(look).not.toThrow();
    options.maxValue = "3";
    expect(look).not.toThrow();
    expect(() => checkOptionsOnce("load", options, { ...kinds })).toThrow('found "3"');
    expect(() => checkOptionsOnce("load", null as unknown as Options, kinds)).toThrow("found the options null");
  });
});

/** As a caller without types would call it. */
function untyped(callee: unknown): (...values: readonly unknown[]) => unknown {
  return callee as (...values: readonly unknown[]) => unknown;
}

describe("what a caller without types gets wrong is usage", () => {
  const weight = new Float32Array(4);
  it.each([
    ["maxNorm(3)", () => untyped(maxNorm)(3)],
    ["Keras's names", () => untyped(maxNorm)({ max_value: 3 })],
    ["a limit as text", () => untyped(minMaxNorm)({ rate: "1" })],
    ["an axis as text", () => untyped(unitNorm)({ axis: "0" })],
    ["a kind that does not exist", () => untyped(applyConstraint)({ kind: "maxnorm", axis: 0 }, weight, [2, 2])],
    ["a name for a constraint", () => untyped(applyConstraint)("max_norm", weight, [2, 2])],
    ["an epsilon that is NaN", () => applyConstraint(maxNorm(), weight, [2, 2], { epsilon: NaN })],
    ["an epsilon below 0", () => applyConstraint(maxNorm(), weight, [2, 2], { epsilon: -1 })],
    ["a limit that does not exist", () => untyped(chooseLimits)({ arrayByte: 1 })],
    ["a misspelt option of the laws", () => untyped(checkConstraintLaws)(() => {}, { lik: maxNorm() })],
    ["a name to be like", () => untyped(checkConstraintLaws)(() => {}, { like: "max_norm" })],
    ["a tolerance that is NaN", () => untyped(assertSatisfiesConstraint)([[1]], maxNorm(), { tolerance: NaN })],
    ["a misspelt tolerance", () => untyped(assertSatisfiesConstraint)([[1]], maxNorm(), { tolerence: 1 })],
    ["a misspelt option of Keras's laws", () => untyped(checkKerasLaws)(applyConstraint, { runs: 1 })],
  ])("%s", (_, call) => {
    expect(call).toThrow(expect.objectContaining({ code: "usage" }));
  });

  const [max, shape] = [maxNorm(), [2, 2]];
  it.each([
    [
      max,
      shape,
      { generation: "keras4" },
      'applyConstraint.generation: found "keras4", wanted "keras1" or "keras2" or "keras3"',
    ],
    [max, shape, { arithmetic: "float32" }, 'applyConstraint.arithmetic: found "float32", wanted "exact" or "keras"'],
    [max, shape, { flushSubnormals: 1 }, "applyConstraint.flushSubnormals: found 1, wanted true or false"],
    [max, shape, { epsilom: 1 }, "applyConstraint.epsilom: found an unknown option, wanted epsilon"],
    [
      max,
      shape,
      { kernels: {} },
      "applyConstraint.kernels: found an object, wanted what createConstraintKernels gave, or null",
    ],
    [max, [-2, -2], {}, "shape: found [-2, -2], wanted a list of whole numbers from 0 on, an extent for each axis"],
    [max, [NaN], {}, "shape: found [NaN], wanted a list of whole numbers from 0 on, an extent for each axis"],
    [max, [1.6, 2.5], {}, "shape: found [1.6, 2.5], wanted a list of whole numbers from 0 on, an extent for each axis"],
    [max, [2, 3], {}, "data: found 4 numbers, wanted 6 for the shape (2, 3)"],
    [{ kind: "maxNorm", maxValue: "3", axis: 0 }, shape, {}, 'constraint.maxValue: found "3", wanted a number or null'],
    [
      { kind: "maxNorm", maxValue: 3 },
      shape,
      {},
      "constraint.axis: found nothing, wanted an axis, a list of axes or null",
    ],
    [
      { kind: "maxNorm", maxValue: 3, axis: 0, crosed: "upper" },
      shape,
      {},
      "constraint.crosed: found an unknown option, wanted crossed",
    ],
    [{ kind: "nonNeg", formula: "max" }, shape, {}, 'constraint.formula: found "max", wanted "product" or "maximum"'],
  ])("applyConstraint says where and what: %o on %j with %o", (constraint, extents, options, message) => {
    expect(() => untyped(applyConstraint)(constraint, weight, extents, options)).toThrow(
      expect.objectContaining({ code: "usage", message }),
    );
  });

  const file = "fixtures/examples/cnn-keras1/model.h5";
  it.each([
    ["readModelSpec", () => untyped(readModelSpec)(new Uint8Array(8), { kernel: "theano" })],
    ["loadKerasFile", () => untyped(loadKerasFile)(file, { kernels: "Theano" })],
    ["verifyFile", () => untyped(verifyFile)(file, { backend: "wsm" })],
    ["verifyDirectory", () => untyped(verifyDirectory)("fixtures/examples", { reference: "a" })],
  ])("an option of %s", async (_, call) => {
    await expect(call()).rejects.toThrow(expect.objectContaining({ code: "usage" }));
  });
});
