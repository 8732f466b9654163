import { writtenLimitOf } from "./written-limits.js";
import { formatWrittenLimit } from "./odd-limits.js";
import { formatPythonNumber } from "./python-text.js";
import type { Axis, Constraint, Generation, LimitName, MaxNorm, MinMaxNorm, NormConstraint } from "./spec.js";

/** The constraint as one writes it in Python for that Keras, the axis always included. */
export function formatKerasCall(constraint: Constraint, generation: Generation): string {
  const old = generation === "keras1";
  if (constraint.kind === "nonNeg") return old ? "nonneg()" : "non_neg()";
  if (constraint.kind === "radialConstraint") return "radial_constraint()";
  if (constraint.kind === "custom") return constraint.name;
  const args = [`axis=${writtenAxisOf(constraint) ?? formatAxis(constraint.axis)}`];
  if (constraint.kind === "unitNorm") return call(old ? "unitnorm" : "unit_norm", args);
  if (constraint.kind === "maxNorm") {
    return call(old ? "maxnorm" : "max_norm", [formatLimit(constraint, "maxValue", constraint.maxValue), ...args]);
  }
  if (constraint.rate !== 1) args.unshift(`rate=${formatLimit(constraint, "rate", constraint.rate)}`);
  args.unshift(
    formatLimit(constraint, "minValue", constraint.minValue),
    formatLimit(constraint, "maxValue", constraint.maxValue),
  );
  return call(old ? "MinMaxNorm" : "min_max_norm", args);
}

/** An axis as Python writes it: `0`, `[0, 1, 2]` or `None`. */
export function formatAxis(axis: Axis): string {
  if (axis === null) return "None";
  return typeof axis === "number" ? String(axis) : `[${axis.join(", ")}]`;
}

/** Axes as one writes them: a single one as a number. */
export function plainAxis(axes: readonly number[]): Axis {
  return axes.length === 1 ? axes[0]! : axes;
}

/** What stands in Python for an axis that holds what is no finite number; null for others, and where it is not known. */
export function writtenAxisOf({ axis, writtenAxis }: NormConstraint): string | null {
  return axis === null || [axis].flat().every(Number.isFinite) ? null : (writtenAxis ?? null);
}

function call(name: string, args: readonly string[]): string {
  return `${name}(${args.join(", ")})`;
}

/** A limit as the file has it, where that is no number. */
function formatLimit(constraint: MaxNorm | MinMaxNorm, name: LimitName, value: number | null): string {
  const written = writtenLimitOf(constraint, name);
  if (written !== null) return formatWrittenLimit(written.value);
  return value === null ? "None" : formatPythonNumber(value);
}
