import type { Generation } from "../../constraints/spec.js";
import type { Note, Problem } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import type { RawModel } from "../raw-graph.js";
import type { TrainingConfig } from "../spec.js";
import { wantObject } from "./config-json.js";
import type { Dialect, DialectContext } from "./dialect.js";
import { chooseGeneration } from "./generation.js";
import { keras1Dialect } from "./keras1.js";
import { readOrdering } from "./keras1-ordering.js";
import { keras2Dialect } from "./keras2.js";
import { keras3Dialect } from "./keras3.js";
import { readModelGraph } from "./model-graph.js";
import { readTrainingConfig } from "./training-config.js";

/** A model's configuration and what the file around it says. */
export interface Architecture {
  readonly config: JsonValue;
  /** The place of `config`: `model.keras!/config.json$`. */
  readonly path: string;
  readonly kerasVersion: string | null;
  readonly backend: string | null;
  readonly training: TrainingConfig | null;
}

/** What a reading needs besides the file. */
export interface ArchitectureContext {
  /** The class names of the caller's own rules. */
  readonly custom: ReadonlySet<string>;
  readonly problems: Problem[];
  readonly notes: Note[];
}

/**
 * Reads a model's configuration in whatever generation wrote it. Problems of single layers are collected; what is
 * wrong with the model as a whole is thrown.
 */
export function readArchitecture(file: Architecture, context: ArchitectureContext): RawModel {
  const { model, dialect, kerasVersion, backend } = readDialect(file, context);
  const counts = new Map<string, number>();
  const dialectContext: DialectContext = {
    dialect,
    problems: context.problems,
    notes: context.notes,
    nextName: (prefix) => {
      const count = (counts.get(prefix) ?? 0) + 1;
      counts.set(prefix, count);
      return `${prefix}_${count}`;
    },
    readModel: readModelGraph,
  };
  const graph = readModelGraph(model, { path: file.path, name: null, calledOn: null }, dialectContext);
  const compiled = readTrainingConfig(model["compile_config"], extendJsonPath(file.path, "compile_config"));
  const { generation } = dialect;
  return { generation, kerasVersion, backend, graph, training: file.training ?? compiled };
}

/** The words in which a model is written, and by whom. */
interface ReadDialect {
  readonly model: JsonObject;
  readonly dialect: Dialect;
  readonly kerasVersion: string | null;
  readonly backend: string | null;
}

/** Tells the generation of a model of whatever class; throws `bad-config` for what is no object. */
export function readDialect(file: Architecture, context: Pick<ArchitectureContext, "custom" | "notes">): ReadDialect {
  const model = wantObject(file.config, file.path, "a model: an object with class_name and config");
  const kerasVersion = textOf(model["keras_version"]) ?? file.kerasVersion;
  const { generation, assumedFrom } = chooseGeneration(model, kerasVersion);
  if (assumedFrom !== null) {
    const message = `the file names no version of Keras; took it as Keras ${generation.slice(-1)} by ${assumedFrom}`;
    context.notes.push({ code: "assumed-generation", path: file.path, message });
  }
  const backend = textOf(model["backend"]) ?? file.backend;
  return { model, dialect: dialectOf(generation, model, file.path, context), kerasVersion, backend };
}

function dialectOf(
  generation: Generation,
  model: JsonObject,
  path: string,
  context: Pick<ArchitectureContext, "custom" | "notes">,
): Dialect {
  if (generation === "keras3") return keras3Dialect(context.custom);
  if (generation === "keras2") return keras2Dialect(context.custom);
  const { dataFormat, silent, agreed } = readOrdering(model);
  if (silent.length > 0) {
    const names = silent.slice(0, 3).join(", ") + (silent.length > 3 ? " …" : "");
    const like = agreed ? "as in all layers that say theirs" : "as the other layers do not agree on one";
    const message = `Keras 1 does not write down the dim_ordering of ${names}; took ${dataFormat}, ${like}`;
    context.notes.push({ code: "assumed-data-format", path, message });
  }
  return keras1Dialect(context.custom, dataFormat);
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}
