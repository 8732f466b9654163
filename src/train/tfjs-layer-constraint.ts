import type * as tfl from "@tensorflow/tfjs-layers";
import { findClass } from "../constraints/classes.js";
import { parseConstraint } from "../constraints/parse.js";
import type { Constraint } from "../constraints/spec.js";
import type { TfjsConstraint } from "./tfjs-constraints.js";

/**
 * The constraint that a layer of tfjs keeps for a weight (`kernelConstraint` and the like) as plain data; null where it
 * has none. tfjs's own and those of `tfjsConstraints` are what they are in Keras 3; any other class is a custom
 * constraint of the name under which tfjs saves it. Throws `bad-constraint` for options that it cannot have, at `path`;
 * not for limits and axes that are no numbers, which enforcing refuses.
 */
export function tfjsLayerConstraint(weight: tfl.LayerVariable, path: string): Constraint | null {
  const constraint = weight.constraint as TfjsConstraint | null | undefined;
  if (constraint === null || constraint === undefined) return null;
  const name = constraint.getClassName();
  const config = constraint.getConfig();
  if (name === "CustomConstraint" && typeof config["name"] === "string") {
    return { kind: "custom", name: config["name"], config: config["config"] };
  }
  if (findClass(name) === undefined) return { kind: "custom", name, config };
  const options = Object.entries(config).map(([key, value]) => [kerasNames.get(key) ?? key, value] as const);
  return parseConstraint({ class_name: name, config: Object.fromEntries(options) }, { generation: "keras3", path });
}

/** Options by their names in tfjs. */
const kerasNames: ReadonlyMap<string, string> = new Map([
  ["maxValue", "max_value"],
  ["minValue", "min_value"],
]);
