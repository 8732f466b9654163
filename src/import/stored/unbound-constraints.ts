import { appendAll } from "../../append-all.js";
import { formatKerasCall } from "../../constraints/keras-call.js";
import type { Generation } from "../../constraints/spec.js";
import { layerWeights } from "../../constraints/weights/layer-weights.js";
import type { Note } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import { nearestWordFinder } from "../../nearest-word.js";
import type { ImportedConstraint } from "../rule.js";
import type { LayerNode } from "./layer-tree.js";
import type { PlannedWeight } from "./plan-weights.js";
import { isConstrained } from "./store-arrays.js";

/** A constraint that an option of a layer holds. */
export interface ReadConstraint {
  readonly constraint: ImportedConstraint;
  readonly option: string;
  /** Its place in the file. */
  readonly path: string;
}

/** The constraints of a layer by option. */
export type ReadConstraints = ReadonlyMap<string, ReadConstraint>;

/**
 * Notes on the constraints of all layers below `root` that no planned weight has: of options that are misspelt, of
 * weights that the layer does not have, and of weights that cannot be told.
 */
export function unboundNotes(
  root: LayerNode,
  plan: readonly PlannedWeight[],
  read: (node: LayerNode) => ReadConstraints,
  generation: Generation,
): Note[] {
  const bound = new Map<LayerNode, Set<string>>();
  for (const { node, weight } of plan.filter(isConstrained)) {
    const options = bound.get(node) ?? new Set();
    bound.set(node, options.add(weight.option as string));
  }
  const notes: Note[] = [];
  const visit = (node: LayerNode): void => {
    for (const one of node.inner) visit(one.node);
    const misspelt = misspeltOptions(node);
    appendAll(
      notes,
      misspelt.map(([option, nearest]) => misspeltNote(node, option, nearest)),
    );
    const names = new Set(misspelt.map(([option]) => option));
    for (const found of read(node).values()) {
      const { option, constraint } = found;
      if (bound.get(node)?.has(option) === true || names.has(option) || constraint.dead !== undefined) continue;
      notes.push(unboundNote(node, found, generation));
    }
  };
  visit(root);
  return notes;
}

/** Options that a layer of Keras does not have, with those that are most like them and are not given. */
function misspeltOptions({ className, config }: LayerNode): (readonly [option: string, nearest: string])[] {
  const known = new Set(layerWeights.get(className)?.flatMap(({ option }) => (option === null ? [] : [option])));
  if (known.size === 0) return [];
  const unknown = Object.keys(config).filter((option) => config[option] !== null && !known.has(option));
  if (unknown.length === 0) return [];
  const findNearest = nearestWordFinder([...known].filter((option) => (config[option] ?? null) === null));
  return unknown.flatMap((option) => {
    const nearest = findNearest(option);
    return nearest === undefined ? [] : [[option, nearest] as const];
  });
}

function misspeltNote({ className, path }: LayerNode, option: string, nearest: string): Note {
  const message = `found the option ${option}, which ${className} does not know: perhaps ${nearest} is meant`;
  return { code: "misspelt-option", path: extendJsonPath(path, "config", option), message };
}

function unboundNote(
  { className }: LayerNode,
  { constraint, option, path }: ReadConstraint,
  generation: Generation,
): Note {
  const weights = layerWeights.get(className);
  if (weights === undefined) {
    const call = `${option}=${formatKerasCall(constraint, generation)}`;
    const message = `found ${call}, and not which weight of ${className} it is for`;
    return { code: "constraint-without-weight", path, message };
  }
  const without = weights.some((one) => one.option === option) ? "with these options" : "at all";
  const message = `the layer has no such weight ${without}, so that Keras never runs it`;
  return { code: "dead-constraint", path, message };
}
