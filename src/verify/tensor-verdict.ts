import type { NdArray } from "../ndarray.js";
import type { LayerCall } from "./call-list.js";
import { numbersOf, sameShapes } from "./compare.js";
import { type Basis, errorRatio, type Judgement, judgeDerived, judgeExact, judgeFloat64 } from "./judge.js";
import type { Question, TensorVerdict } from "./verdict.js";

/** Which tensor is judged. `call` is `null` for an output of the whole model. */
export interface TensorName {
  readonly name: string;
  readonly call: LayerCall | null;
  readonly question: Question;
}

/** A computed tensor, what it should be, and how to judge it. */
export interface TensorPair {
  readonly actual: NdArray;
  readonly expected: NdArray;
  readonly basis: Basis;
  /** The noise of each number; for `float64` only where the first judgement failed. */
  readonly scales: Float64Array | null;
  /** Keras's own float32 tensor, for the error ratio. */
  readonly keras: NdArray | null;
}

/** Judges one tensor; one of another shape or one that is missing its noise does not agree. */
export function judgeTensor(which: TensorName, pair: TensorPair): TensorVerdict {
  const { actual, expected, basis, scales, keras } = pair;
  if (!sameShapes(actual, expected)) {
    const failure = `found the shape (${actual.shape.join(", ")}), wanted (${expected.shape.join(", ")})`;
    return failedTensor(which, basis, failure);
  }
  const judgement = judgementOf(numbersOf(actual), numbersOf(expected), expected, basis, scales);
  const { first: _first, ...numbers } = judgement;
  return {
    ...labelOf(which),
    ...numbers,
    errorRatio: errorRatio(numbersOf(actual), keras === null ? null : numbersOf(keras), numbersOf(expected)),
    failure: null,
  };
}

/** A tensor that could not be computed or compared. */
export function failedTensor(which: TensorName, basis: Basis, failure: string): TensorVerdict {
  return {
    ...labelOf(which),
    agrees: false,
    maxAbs: null,
    maxRel: null,
    maxUlp: null,
    errorRatio: null,
    budget: null,
    share: null,
    basis,
    resolution: null,
    worst: null,
    failure,
  };
}

function labelOf({
  name,
  call,
  question,
}: TensorName): Pick<TensorVerdict, "name" | "layer" | "className" | "call" | "question"> {
  return { name, layer: call?.layer ?? null, className: call?.className ?? null, call: call?.call ?? null, question };
}

function judgementOf(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { dtype, shape }: NdArray,
  basis: Basis,
  scales: Float64Array | null,
): Judgement {
  if (!dtype.includes("float")) return judgeExact(actual, expected, shape);
  if (basis === "float64") return judgeFloat64(actual, expected, shape, scales);
  return judgeDerived(actual, expected, shape, scales ?? new Float64Array(expected.length));
}
