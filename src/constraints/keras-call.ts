import type { Axis, Constraint, Generation } from "./spec.js";

/** The constraint as one writes it in Python for that Keras, the axis always included. */
export function formatKerasCall(constraint: Constraint, generation: Generation): string {
  const old = generation === "keras1";
  if (constraint.kind === "nonNeg") return old ? "nonneg()" : "non_neg()";
  if (constraint.kind === "radialConstraint") return "radial_constraint()";
  if (constraint.kind === "custom") return constraint.name;
  const args = [`axis=${formatAxis(constraint.axis)}`];
  if (constraint.kind === "unitNorm") return call(old ? "unitnorm" : "unit_norm", args);
  if (constraint.kind === "maxNorm") {
    return call(old ? "maxnorm" : "max_norm", [formatNumber(constraint.maxValue), ...args]);
  }
  if (constraint.rate !== 1) args.unshift(`rate=${formatNumber(constraint.rate)}`);
  args.unshift(formatNumber(constraint.minValue), formatNumber(constraint.maxValue));
  return call(old ? "MinMaxNorm" : "min_max_norm", args);
}

/** An axis as Python writes it: `0`, `[0, 1, 2]` or `None`. */
export function formatAxis(axis: Axis): string {
  if (axis === null) return "None";
  return typeof axis === "number" ? String(axis) : `[${axis.join(", ")}]`;
}

function call(name: string, args: readonly string[]): string {
  return `${name}(${args.join(", ")})`;
}

function formatNumber(value: number | null): string {
  if (value === null) return "None";
  return Number.isFinite(value) ? String(value) : `float("${value}")`;
}
