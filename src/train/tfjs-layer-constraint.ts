import type * as tfl from "@tensorflow/tfjs-layers";
import { findClass } from "../constraints/classes.js";
import { parseConstraint } from "../constraints/parse.js";
import { type ConstraintMeaning, meaningOf } from "./constraint-meanings.js";
import type { TfjsConstraint } from "./tfjs-constraints.js";

/**
 * The constraint that a layer of tfjs keeps for a weight (`kernelConstraint` and the like) as plain data, and the Keras
 * that computes it; null where it has none. Those of `tfjsConstraints` are what they were made as, tfjs's own what they are
 * in Keras 3; any other class is a custom constraint of the name under which tfjs saves it. Throws `bad-constraint` for
 * options that it cannot have, at `path`; not for limits and axes that are no numbers, which enforcing refuses.
 */
export function tfjsLayerConstraint(weight: tfl.LayerVariable, path: string): ConstraintMeaning | null {
  const found = weight.constraint as TfjsConstraint | null | undefined;
  if (found === null || found === undefined) return null;
  const known = meaningOf(found);
  if (known !== undefined) return known;
  const generation = "keras3";
  const name = found.getClassName();
  const config = found.getConfig();
  if (findClass(name) === undefined) return { constraint: { kind: "custom", name, config }, generation };
  const options = Object.entries(config).map(([key, value]) => [kerasNames.get(key) ?? key, value] as const);
  const constraint = parseConstraint({ class_name: name, config: Object.fromEntries(options) }, { generation, path });
  return constraint === null ? null : { constraint, generation };
}

/** Options by their names in tfjs. */
const kerasNames: ReadonlyMap<string, string> = new Map([
  ["maxValue", "max_value"],
  ["minValue", "min_value"],
]);
