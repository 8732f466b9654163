import { KerasProofError } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject } from "../../formats/python-json.js";
import { describe } from "../config-reader.js";
import type { RawGraph } from "../raw-graph.js";
import type { Shape } from "../rule.js";
import { isArray, isObject } from "./config-json.js";
import type { DialectContext } from "./dialect.js";
import { readFunctional } from "./functional.js";
import { readSequential } from "./sequential.js";

const functionalNames: ReadonlySet<string> = new Set(["Functional", "Model", "Container", "Network"]);

/** The kind of model that an entry of a configuration is, `null` for a plain layer. */
export function modelKind(entry: JsonObject): "sequential" | "functional" | null {
  const { class_name: className, config } = entry;
  if (className === "Sequential") return isArray(config) || isObject(config) ? "sequential" : null;
  if (typeof className !== "string" || !functionalNames.has(className)) return null;
  return isObject(config) && "layers" in config ? "functional" : null;
}

/** What the reader of a nested model is told by the graph around it. */
export interface ModelPlace {
  readonly path: string;
  readonly name: string | null;
  /** The shape of the first tensor that it is called on, where the file says it. */
  readonly calledOn: Shape | null;
}

/**
 * Reads a Sequential or functional model, nested ones within it. Throws `unsupported-model` for any other class:
 * what a subclass of Model computes is code, which no file holds.
 */
export function readModelGraph(entry: JsonObject, place: ModelPlace, context: DialectContext): RawGraph {
  const kind = modelKind(entry);
  if (kind === "sequential") return readSequential(entry, place, context);
  if (kind === "functional") return readFunctional(entry, place, context);
  const found = describe(entry["class_name"]);
  throw new KerasProofError(
    "unsupported-model",
    extendJsonPath(place.path, "class_name"),
    `found a model of class ${found}, wanted a Sequential or functional one`,
  );
}
