import { KerasProofError } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject } from "../../formats/python-json.js";
import { describeJson } from "../describe-json.js";
import type { RawGraph } from "../raw-graph.js";
import { badConfig } from "./config-json.js";
import type { DialectContext, ModelPlace } from "./dialect.js";
import { readFunctional } from "./functional.js";
import { modelKind } from "./model-kind.js";
import { readSequential } from "./sequential.js";

/**
 * Reads a Sequential or functional model, nested ones within it. Throws `unsupported-model` for any other class:
 * what a subclass of Model computes is code, which no file holds.
 */
export function readModelGraph(entry: JsonObject, place: ModelPlace, context: DialectContext): RawGraph {
  const kind = modelKind(entry);
  if (kind === "sequential") return readSequential(entry, place, context);
  if (kind === "functional") return readFunctional(entry, place, context);
  const found = describeJson(entry["class_name"]);
  if (typeof entry["class_name"] !== "string") {
    throw badConfig(extendJsonPath(place.path, "class_name"), entry["class_name"], "the class of a Keras model");
  }
  throw new KerasProofError(
    "unsupported-model",
    extendJsonPath(place.path, "class_name"),
    `found a model of class ${found}, wanted a Sequential or functional one`,
  );
}
