import {
  array,
  boolean,
  constant,
  constantFrom,
  double,
  integer,
  oneof,
  record,
  shuffledSubarray,
  tuple,
  type Arbitrary,
} from "fast-check";
import { checkArgument, checkOptions, type OptionKind, type OptionKinds, wholeNumber } from "../check-options.js";
import type { Axis, Constraint } from "../constraints/index.js";
import { sizeOf } from "../ndarray.js";

interface SizeOptions {
  /** The largest number of numbers in a weight. Default 120. */
  readonly maxSize?: number;
}

/** Without room for the smallest shape there is, drawing one would never end. */
function sizeKinds(least: number): OptionKinds<SizeOptions> {
  const accepts = (value: unknown): boolean => typeof value === "number" && value >= least;
  return { maxSize: { wanted: `a number from ${least} on`, accepts } };
}

/**
 * Shapes of rank 1 to 5 with at most `maxSize` numbers; one in six has all extents the same, and now and then one axis
 * has extent 0. Throws `usage` for a `maxSize` below 1.
 */
export function shapes(options: SizeOptions = {}): Arbitrary<number[]> {
  checkOptions("shapes", options, sizeKinds(1));
  const { maxSize = 120 } = options;
  const extent = oneof({ weight: 30, arbitrary: integer({ min: 1, max: 7 }) }, { weight: 1, arbitrary: constant(0) });
  const any = array(extent, { minLength: 1, maxLength: 5 });
  const square = tuple(integer({ min: 2, max: 5 }), integer({ min: 2, max: 3 })).map(([size, rank]) =>
    Array.from({ length: rank }, () => size),
  );
  return oneof({ weight: 5, arbitrary: any }, { weight: 1, arbitrary: square }).filter(
    (shape) => sizeOf(shape) <= maxSize,
  );
}

/** The numbers of the smallest kernel that RadialConstraint takes, (2, 2, 1, 1). */
export const leastRadialSize = 4;

/**
 * Shapes (size, size, in, out) of kernels that RadialConstraint takes, of size 2 to 6, with at most `maxSize` numbers.
 * Throws `usage` for a `maxSize` below 4.
 */
export function radialShapes(options: SizeOptions = {}): Arbitrary<number[]> {
  checkOptions("radialShapes", options, sizeKinds(leastRadialSize));
  const { maxSize = 120 } = options;
  const few = integer({ min: 1, max: 3 });
  return tuple(integer({ min: 2, max: 6 }), few, few)
    .map(([size, channels, filters]) => [size, size, channels, filters])
    .filter((shape) => sizeOf(shape) <= maxSize);
}

/** Every form of axis for a weight of `rank`: from either end, a list in any order, none, all; of rank 0 the last two. Throws `usage` for what is no rank. */
export function axes(rank: number): Arbitrary<Axis> {
  checkArgument("axes.rank", rank, wholeNumber);
  if (rank === 0) return constantFrom<Axis>([], null);
  const one = integer({ min: -rank, max: rank - 1 });
  const all = Array.from({ length: rank }, (_, i) => i);
  const list = tuple(shuffledSubarray(all), array(boolean(), { minLength: rank, maxLength: rank })).map(
    ([chosen, fromEnd]) => chosen.map((axis) => (fromEnd[axis] ? axis - rank : axis)),
  );
  return oneof({ weight: 4, arbitrary: one }, { weight: 6, arbitrary: list }, { weight: 1, arbitrary: constant(null) });
}

export const someWidth: OptionKind = { wanted: "32 or 64", accepts: (value) => value === 32 || value === 64 };

/** Numbers that trip arithmetic: zeros, subnormals, squares that vanish or overflow, infinities, NaN. Throws `usage` for another width. */
export function hardNumbers(width: 32 | 64): Arbitrary<number> {
  checkArgument("hardNumbers.width", width, someWidth);
  const magnitudes = [
    0,
    2 ** -149,
    1e-45,
    1e-40,
    1e-30,
    1e-23,
    1e-20,
    1e-10,
    1e-7,
    1e-3,
    1,
    2,
    1e10,
    1.8e19,
    1.9e19,
    3e38,
  ];
  const wide = width === 64 ? [Number.MIN_VALUE, 1e-310, 1e-200, 1e-162, 1e-155, 1e150, 1.3e154, 1e200, 1.7e308] : [];
  return constantFrom(...magnitudes, ...wide, Infinity, Number.NaN).chain((m) => constantFrom(m, -m));
}

/**
 * Weights of `size` numbers: all ordinary, all hard, or ordinary with a few hard ones. Throws `usage` for another size or
 * width.
 */
export function weights(size: number, width: 32 | 64): Arbitrary<Float32Array | Float64Array> {
  checkArgument("weights.size", size, wholeNumber);
  checkArgument("weights.width", width, someWidth);
  const small = constantFrom(1e-8, 1e-6, 1e-3, 0.1, 1, 10);
  const ordinary = integer({ min: -1000, max: 1000 }).map((i) => i / 301);
  const scaled = small.chain((scale) =>
    array(ordinary, { minLength: size, maxLength: size }).map((a) => a.map((w) => w * scale)),
  );
  const hard = array(hardNumbers(width), { minLength: size, maxLength: size });
  const mixed = array(oneof({ weight: 12, arbitrary: ordinary }, { weight: 1, arbitrary: hardNumbers(width) }), {
    minLength: size,
    maxLength: size,
  });
  return oneof({ weight: 4, arbitrary: scaled }, { weight: 2, arbitrary: mixed }, { weight: 1, arbitrary: hard }).map(
    (values) => (width === 32 ? Float32Array.from(values) : Float64Array.from(values)),
  );
}

/**
 * Constraints for a weight of `rank`, of every kind but RadialConstraint; limits from 0 to 1e6, now and then negative,
 * infinite, none, or crossed. Throws `usage` for what is no rank.
 */
export function constraints(rank: number): Arbitrary<Constraint> {
  checkArgument("constraints.rank", rank, wholeNumber);
  const limit = oneof(
    { weight: 8, arbitrary: constantFrom(1e-3, 0.1, 0.5, 1, 2, 3, 10, 1e6) },
    { weight: 2, arbitrary: double({ min: 0, max: 5, noNaN: true }).filter((value) => value === 0 || value > 1e-6) },
    { weight: 1, arbitrary: constantFrom(-1, Infinity) },
  );
  const axis = axes(rank);
  const crossed = constantFrom("lower" as const, "upper" as const);
  const maxNorm = record(
    {
      kind: constant("maxNorm" as const),
      maxValue: oneof({ weight: 9, arbitrary: limit }, { weight: 1, arbitrary: constant(null) }),
      axis,
      crossed,
    },
    { requiredKeys: ["kind", "maxValue", "axis"] },
  );
  const unitNorm = record({ kind: constant("unitNorm" as const), axis });
  const minMaxNorm = record(
    {
      kind: constant("minMaxNorm" as const),
      minValue: constantFrom(0, 0.2, 1, 2),
      maxValue: oneof({ weight: 9, arbitrary: limit }, { weight: 1, arbitrary: constant(null) }),
      rate: constantFrom(1, 1, 0.5, 0, 0.9),
      axis,
      crossed,
    },
    { requiredKeys: ["kind", "minValue", "maxValue", "rate", "axis"] },
  );
  const nonNeg = constantFrom<Constraint>(
    { kind: "nonNeg" },
    { kind: "nonNeg" },
    { kind: "nonNeg", formula: "product" },
    { kind: "nonNeg", formula: "maximum" },
  );
  return oneof(
    { weight: 4, arbitrary: maxNorm },
    { weight: 3, arbitrary: minMaxNorm },
    { weight: 2, arbitrary: unitNorm },
    { weight: 1, arbitrary: nonNeg },
  );
}
