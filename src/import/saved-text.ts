import type * as tf from "@tensorflow/tfjs-core";
import { KerasProofError } from "../errors.js";

/** The class name in a saved tfjs model of what is `className` in Keras. */
export function savedClassName(className: string): string {
  return `KerasProof>${className}`;
}

/**
 * A text as a member of a tfjs configuration. tfjs writes texts in snake case and reads them in camel case; only a
 * member `name` keeps its own (`serialization_utils.js` of tfjs-layers 4.22).
 */
export function verbatim(text: string): tf.serialization.ConfigDict {
  return { name: text };
}

/** The text of a member that `verbatim` made. Throws `bad-config` where there is none. */
export function readVerbatim(config: tf.serialization.ConfigDict, key: string, path: string): string {
  const member = Object.hasOwn(config, key) ? config[key] : null;
  const text = typeof member === "object" && member !== null && "name" in member ? member.name : null;
  if (typeof text === "string") return text;
  throw new KerasProofError("bad-config", `${path}.${key}`, "found no text in its member name, wanted one");
}
