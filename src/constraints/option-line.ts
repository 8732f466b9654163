import { formatKerasCall } from "./keras-call.js";
import { hasAxis, type Axis, type Constraint, type Generation } from "./spec.js";

/** Keras 1 calls the options of kernels and biases `W_constraint` and `b_constraint`. */
export function optionName(option: string, generation: Generation): string {
  if (generation !== "keras1") return option;
  if (option === "kernel_constraint" || option === "embeddings_constraint") return "W_constraint";
  return option === "bias_constraint" ? "b_constraint" : option;
}

/** The same constraint with another axis; itself where it has none. */
export function withAxis(constraint: Constraint, axis: Axis): Constraint {
  return hasAxis(constraint) ? { ...constraint, axis } : constraint;
}

/** A layer's argument as one writes it: `kernel_constraint=max_norm(3, axis=[0, 1, 2])`. */
export function formatOptionLine(option: string, constraint: Constraint, generation: Generation): string {
  return `${optionName(option, generation)}=${formatKerasCall(constraint, generation)}`;
}
