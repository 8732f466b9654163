import type { ErrorCode } from "../errors.js";
import type { TrainingConfig, ModelSpec } from "../import/spec.js";
import type { NdArray } from "../ndarray.js";
import type { CallsRequest, NoiseRequest, RunResult } from "./realm.js";

/** One fixed batch and how long to train on it. */
export interface TrainingRequest {
  readonly inputs: readonly NdArray[];
  readonly targets: readonly NdArray[];
  readonly steps: number;
  /** Stands in for what the file says, where the file says nothing. */
  readonly training: TrainingConfig | null;
  /** The backend that took the steps, where the file says nothing. */
  readonly backend: string | null;
  /** Keras's epsilon at that time. */
  readonly epsilon: number;
}

/** The state after a step: the loss before it, and the weights by `layer path/slot`. */
export interface TrainedStep {
  readonly loss: number;
  readonly weights: ReadonlyMap<string, Float32Array | Float64Array>;
}

/** What is asked of the double run's worker. */
export type Request =
  | { readonly kind: "open"; readonly spec: ModelSpec }
  | { readonly kind: "calls"; readonly request: CallsRequest }
  | { readonly kind: "model"; readonly inputs: readonly NdArray[]; readonly noise: NoiseRequest | null }
  | { readonly kind: "train"; readonly request: TrainingRequest };

/** What the worker answers, by the kind of the request. */
export interface Answers {
  readonly open: null;
  readonly calls: ReadonlyMap<string, RunResult>;
  readonly model: RunResult;
  readonly train: readonly TrainedStep[];
}

/** An error as it crosses from the worker. */
export interface PostedError {
  /** `null` for one that is not a `KerasProofError`. */
  readonly code: ErrorCode | null;
  readonly path: string;
  readonly message: string;
}

export interface Posted {
  readonly id: number;
  readonly request: Request;
}

export interface Reply {
  readonly id: number;
  readonly answer: Answers[keyof Answers] | undefined;
  readonly error: PostedError | null;
}
