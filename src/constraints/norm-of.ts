import { longAxes } from "./alternatives.js";
import type { WeightAxes } from "./weights/weight-axes.js";
import type { OpenShape } from "./weights/weight-shape.js";

/**
 * Whose norm a constraint measures, where an extent that is not known counts as more than 1: that of each unit (Keras's documented purpose), of the whole weight at once (which
 * only an axis that says so asks for), of each number alone, of other groups, or of groups in a weight without a known
 * meaning of its axes, or without units, such as a bias.
 */
export type NormOf = "unit" | "whole" | "number" | "other" | "unknown";

/** Compares the axes with those of a unit; an axis of extent 1 makes no difference. */
export function normOfGroups(axes: readonly number[], shape: OpenShape, known: WeightAxes | null): NormOf {
  if (!known?.perUnit) return "unknown";
  const summed = longAxes(axes, shape);
  if (String(summed) === String(longAxes(known.perUnit, shape))) return "unit";
  if (axes.length > 1 && summed.length === shape.filter((extent) => extent !== 1).length) return "whole";
  return summed.length === 0 ? "number" : "other";
}
