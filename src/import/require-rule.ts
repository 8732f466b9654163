import { KerasProofError } from "../errors.js";
import type { LayerRegistry } from "./registry.js";
import type { LayerRule } from "./rule.js";

/** The rule of a class. Throws `unsupported-layer` where the registry has none. */
export function requireRule(registry: LayerRegistry, className: string): LayerRule {
  const rule = registry.get(className);
  if (rule === undefined) throw new KerasProofError("unsupported-layer", className, "found no rule for this layer");
  return rule;
}
