import { formatKerasCall } from "../constraints/keras-call.js";
import type { Constraint, Generation } from "../constraints/spec.js";
import type { Note } from "../errors.js";
import { type GraphSpec, walkLayers } from "../import/spec.js";
import { snakeCase } from "./keras-options.js";

/** Layers inside layers that are searched. */
const deepest = 4;
const kinds: ReadonlySet<unknown> = new Set<Constraint["kind"]>([
  "maxNorm",
  "minMaxNorm",
  "nonNeg",
  "radialConstraint",
  "unitNorm",
  "custom",
]);

/**
 * A note for each constraint of a layer whose weights are not known, because a layer before it is not supported and so
 * its input has no shape: it is explained no further, and must not be lost.
 */
export function noteUnreachedConstraints(graph: GraphSpec, generation: Generation): Note[] {
  const notes: Note[] = [];
  for (const { layer } of walkLayers(graph)) {
    if (layer.graph !== null || layer.calls.length > 0) continue;
    for (const [option, constraint] of constraintsIn(layer.options, 0)) {
      const found = `${option}=${formatKerasCall(constraint, generation)}`;
      const message = `found ${found} on a weight of unknown shape, because the input of ${layer.className} is not known`;
      notes.push({ code: "constraint-not-reached", path: layer.path, message });
    }
  }
  return notes;
}

function constraintsIn(options: object, depth: number): [option: string, constraint: Constraint][] {
  return Object.entries(options).flatMap(([key, value]: [string, unknown]): [string, Constraint][] => {
    if (typeof value !== "object" || value === null) return [];
    if ("kind" in value && kinds.has(value.kind)) return [[snakeCase(key), value as Constraint]];
    return depth < deepest ? constraintsIn(value, depth + 1) : [];
  });
}
