import type { InputShapes } from "../../constraints/weights/weight-facts.js";
import { extendJsonPath } from "../../formats/json-path.js";
import { KerasProofError } from "../../errors.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import { draftOf, isArray, isObject } from "../dialects/config-json.js";
import type { Dialect } from "../dialects/dialect.js";
import { normalizeEntry } from "../dialects/keras1.js";
import { mergeBranches } from "../dialects/merge.js";
import { modelKind } from "../dialects/model-kind.js";
import type { MappedAxes } from "../raw-graph.js";
import { snakeCase } from "../weights/snake-case.js";
import { readBuiltShapes, readDeclaredShapes } from "./built-shapes.js";

/** A layer, cell or model of a configuration with those inside it, whether or not anything is known of its class. */
export interface LayerNode {
  /** As the configuration has it; its class where it has none. */
  readonly name: string;
  /** The class by the name of Keras 3; one of the user's own by its registered name. */
  readonly className: string;
  /** The class as Keras names what it stores: in snake case, without package and module. */
  readonly storeName: string;
  /** By Keras 3's option names. */
  readonly config: JsonObject;
  /** The place of the entry in the file. */
  readonly path: string;
  readonly trainable: boolean;
  /** What kind of model it is; null for a layer. */
  readonly model: "sequential" | "functional" | null;
  /** As in `RawLayer`. */
  readonly mappedAxes: ReadonlyMap<string, MappedAxes>;
  /** The shapes of the inputs that it was built with, and that it was declared with, as its entry tells. */
  readonly built: InputShapes;
  readonly declared: InputShapes;
  readonly inner: readonly InnerNode[];
}

/** A layer inside another. */
interface InnerNode {
  /** The option that holds it; `layers` for those of a model. */
  readonly key: string;
  /** True where the option is a list. */
  readonly inList: boolean;
  readonly node: LayerNode;
}

const noMapping: ReadonlyMap<string, MappedAxes> = new Map();

/**
 * The tree of layers that a model's configuration describes, found by its form alone: an object with `class_name` and
 * `config`, in any option or list. What a dialect cannot translate keeps the names it was written with. What has no name
 * gets the one that importing gives it. The tree is as deep as the JSON at most, whose reader has a limit.
 */
export function readLayerTree(entry: JsonObject, path: string, dialect: Dialect): LayerNode {
  const counts = new Map<string, number>();
  const nextName = (prefix: string): string => {
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    return `${prefix}_${count}`;
  };
  const storeNames = new Map<string, string>();
  const storeNameOf = (className: string): string => {
    const name = storeNames.get(className) ?? snakeCase(lastName(className));
    storeNames.set(className, name);
    return name;
  };
  return readNode(entry, path, { dialect, nextName, storeNameOf });
}

interface TreeContext {
  readonly dialect: Dialect;
  readonly nextName: (prefix: string) => string;
  readonly storeNameOf: (className: string) => string;
}

function readNode(entry: JsonObject, path: string, context: TreeContext): LayerNode {
  const model = modelKind(entry);
  const { className, config, mappedAxes = noMapping } = translated(entry, path, context.dialect, model !== null);
  const named = entry["name"] ?? config["name"];
  const name = typeof named === "string" ? named : context.nextName(prefixOf(className, model));
  return {
    name,
    className,
    storeName: context.storeNameOf(typeof entry["class_name"] === "string" ? entry["class_name"] : className),
    config,
    path,
    trainable: config["trainable"] !== false,
    model,
    mappedAxes,
    built: readBuiltShapes(entry),
    declared: readDeclaredShapes(config),
    inner: readInner(entry["config"], extendJsonPath(path, "config"), context),
  };
}

function prefixOf(className: string, model: LayerNode["model"]): string {
  return model === "functional" ? "model" : className.toLowerCase();
}

/** The layers among the options of a layer; a list alone is that of a Sequential's layers. */
function readInner(config: JsonValue | undefined, path: string, context: TreeContext): InnerNode[] {
  const inner: InnerNode[] = [];
  const add = (key: string, inList: boolean, value: JsonValue, at: string): void => {
    if (isArray(value)) {
      for (const [index, item] of value.entries()) add(key, true, item, extendJsonPath(at, index));
      return;
    }
    const entry = isObject(value) ? normalizeEntry(value) : null;
    if (entry === null || !isLayer(entry)) return;
    // In front of a Sequential of Keras 1, whose branches are layers of the model around them.
    const branches = key === "layers" ? mergeBranches(entry) : null;
    if (branches !== null) add(key, true, branches, extendJsonPath(at, "config", "layers"));
    inner.push({ key, inList, node: readNode(branches === null ? entry : withoutBranches(entry), at, context) });
  };
  if (isArray(config)) add("layers", true, config, path);
  else if (isObject(config)) {
    for (const [key, value] of Object.entries(config)) add(key, false, value, extendJsonPath(path, key));
  }
  return inner;
}

function withoutBranches(entry: JsonObject): JsonObject {
  const { layers: _branches, ...config } = entry["config"] as JsonObject;
  return draftOf({ ...entry, config: draftOf(config) });
}

const noOptions = Object.freeze(Object.create(null)) as JsonObject;

function translated(
  entry: JsonObject,
  path: string,
  dialect: Dialect,
  isModel: boolean,
): ReturnType<Dialect["translate"]> {
  const config = isObject(entry["config"]) ? entry["config"] : noOptions;
  const className = dialect.classOf(entry, path);
  if (isModel) return { className, config };
  try {
    return dialect.translate({ className, config }, path);
  } catch (error) {
    if (error instanceof KerasProofError) return { className, config };
    throw error;
  }
}

/** A constraint or an initializer has the same form; layers alone have a name or layers among their options. */
function isLayer(entry: JsonObject): boolean {
  const { class_name: className, config } = entry;
  if (typeof className !== "string") return false;
  if (isArray(config)) return config.length > 0;
  return isObject(config) && ("name" in config || "layers" in config || "layer" in config || "cells" in config);
}

/** Classes that Keras exports by another name than their own (keras/src/layers/attention/grouped_query_attention.py). */
const ownNames: ReadonlyMap<string, string> = new Map([["GroupQueryAttention", "GroupedQueryAttention"]]);

/** `Block` of `Mine>Block` and of `mine.layers.Block`. */
function lastName(className: string): string {
  const last = className.slice(Math.max(className.lastIndexOf(">"), className.lastIndexOf(".")) + 1);
  return ownNames.get(last) ?? last;
}
