import type { Generation } from "../constraints/spec.js";
import { KerasProofError } from "../errors.js";
import type { JsonValue } from "../formats/python-json.js";
import type { Ops, Tensor } from "./rule.js";

/** An activation as plain data: the name of its arithmetic and its parameters, free of generations. */
export interface ActivationSpec {
  readonly name: string;
  readonly parameters?: Readonly<Record<string, number>>;
}

/** Reads an activation as any generation serialises it; `null` is linear. */
export function parseActivation(raw: JsonValue, _generation: Generation, path: string): ActivationSpec {
  if (raw === null || raw === "linear") return { name: "linear" };
  if (raw === "relu") return { name: "relu" };
  throw new KerasProofError("unsupported-activation", path, `found ${JSON.stringify(raw)}`);
}

/** Applies an activation to a tensor of any shape. */
export function applyActivation(tf: Ops, activation: ActivationSpec, x: Tensor): Tensor {
  return activation.name === "relu" ? tf.relu(x) : x;
}
