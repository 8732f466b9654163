import { hasAxis, type Constraint, type NormConstraint } from "../spec.js";

/**
 * A norm constraint as the kernels take it. Its numbers are in an array, because V8 makes an object of each number that is
 * passed on or read from objects of many shapes.
 */
export interface NormSettings {
  kind: NormConstraint["kind"];
  /** Which limit wins where the upper one lies below the lower one. */
  crossed: "lower" | "upper";
  /** At the places below. */
  readonly numbers: Float64Array;
}

/** The lower limit; 0 under MaxNorm. */
export const lowPlace = 0;
/** The upper limit; Infinity for none. */
export const highPlace = 1;
/** The rate of MinMaxNorm. */
const ratePlace = 2;
export const epsilonPlace = 3;

/** Settings to be written by `setNorm` and, at `epsilonPlace`, by the caller. */
export function createNormSettings(): NormSettings {
  return { kind: "unitNorm", crossed: "lower", numbers: Float64Array.of(0, Infinity, 1, 1e-7) };
}

/** The numbers of constraints that do not change. */
const lasting = new WeakMap<Constraint, Float64Array>();

/**
 * Freezes a constraint and reads its numbers here, so that they are never read again: where numbers and null meet in
 * objects of several kinds, V8 makes an object of each number that is read.
 */
export function freezeConstraint<C extends Constraint>(constraint: C): C {
  Object.freeze(constraint);
  if (hasAxis(constraint)) {
    const numbers = new Float64Array(3);
    readNumbers(constraint, numbers);
    lasting.set(constraint, numbers);
  }
  return constraint;
}

/** True for a norm constraint that `freezeConstraint` was given. */
export function isFrozenConstraint(constraint: Constraint): boolean {
  return lasting.has(constraint);
}

/** Writes everything but epsilon. */
export function setNorm(settings: NormSettings, constraint: NormConstraint): void {
  const { numbers } = settings;
  settings.kind = constraint.kind;
  if (constraint.kind === "unitNorm") return;
  settings.crossed = constraint.crossed ?? "lower";
  const known = lasting.get(constraint);
  if (known === undefined) {
    readNumbers(constraint, numbers);
    return;
  }
  numbers[lowPlace] = known[lowPlace]!;
  numbers[highPlace] = known[highPlace]!;
  numbers[ratePlace] = known[ratePlace]!;
}

function readNumbers(constraint: NormConstraint, into: Float64Array): void {
  if (constraint.kind === "unitNorm") return;
  if (constraint.kind === "maxNorm") {
    into[lowPlace] = 0;
    into[highPlace] = constraint.maxValue ?? Infinity;
    return;
  }
  into[lowPlace] = constraint.minValue;
  into[highPlace] = constraint.maxValue ?? Infinity;
  into[ratePlace] = constraint.rate;
}

/** Makes factors of the first `count` sums of squares, in place: what `factorOf` gives for their roots. */
export function finishSums(settings: NormSettings, sums: Float64Array, count: number): void {
  const { kind, crossed, numbers } = settings;
  const low = numbers[lowPlace]!;
  const high = numbers[highPlace]!;
  const rate = numbers[ratePlace]!;
  const epsilon = numbers[epsilonPlace]!;
  for (let i = 0; i < count; i++) {
    const norm = Math.sqrt(sums[i]!);
    if (kind === "unitNorm") {
      sums[i] = epsilon + norm;
      continue;
    }
    const inside = crossed === "lower" ? Math.max(Math.min(norm, high), low) : Math.min(Math.max(norm, low), high);
    const desired = kind === "maxNorm" ? inside : rate * inside + (1 - rate) * norm;
    sums[i] = desired / (epsilon + norm);
  }
}
