/** The entry `kerasproof`: runs in a browser and in Node. */
export * from "./constraints/index.js";
export { type ErrorCode, KerasProofError, type Note, type Problem } from "./errors.js";
export type { ByteInput, ByteSource } from "./formats/byte-source.js";
export { defaultLimits, type Limits } from "./formats/limits.js";
export type { LayerRegistry } from "./import/registry.js";
export type {
  CallRequest,
  InnerLayer,
  LayerRule,
  Ops,
  RuleLookup,
  Shape,
  ShapeRequest,
  Tensor,
  WeightSlot,
} from "./import/rule.js";
export { readModelSpec } from "./import/load-spec.js";
export type { Progress, ReadOptions } from "./import/read-options.js";
export type {
  CallSpec,
  ConstraintBinding,
  GraphSpec,
  LayerSpec,
  ModelSpec,
  TensorRef,
  TrainingConfig,
  WeightSpec,
} from "./import/spec.js";
export { type ImportedModel, loadKerasModel } from "./load-keras-model.js";
export type { DType, NdArray, NumericData } from "./ndarray.js";
export type { CompileOptions } from "./train/compile.js";
export {
  tfjsConstraints,
  type TfjsConstraint,
  type TfjsConstraintOptions,
  type TfjsConstraints,
  type TfjsParts,
} from "./train/tfjs-constraints.js";
