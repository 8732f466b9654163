/** The entry `kerasproof/train`: training in tfjs as Keras trains. Loads tfjs. */
export { enforceConstraints, type EnforceOptions, type WeightConstraint } from "./enforce.js";
export { modelConstraints } from "./model-constraints.js";
export { registerKerasLayers, type RegisterOptions } from "./register-keras-layers.js";
export { KerasSgd } from "./sgd.js";
export type { SgdSpec } from "./sgd-spec.js";
