import type { Generation } from "../constraints/spec.js";
import { KerasProofError, throwProblems } from "../errors.js";
import { type JsonObject, type JsonValue, parsePythonJson } from "../formats/python-json.js";
import { describeJson } from "./describe-json.js";
import { formatPythonJson } from "./python-json-text.js";
import type { MappedAxes } from "./raw-graph.js";
import { type ResolveContext, resolveLayer } from "./resolve.js";
import type { Shape } from "./rule.js";
import type { LayerSpec } from "./spec.js";

const format = "kerasproof-layer";
const version = 1;

/** A layer as it is kept in a saved tfjs model. */
export interface SavedLayer {
  readonly spec: LayerSpec;
  /** The tfjs names of the models above it, each followed by `/`. */
  readonly scope: string;
}

/**
 * The text by which a layer is kept in a saved tfjs model: its configuration with Keras 3's option names, who wrote it,
 * and the shapes that it was first called with. It is read again by the layer's own rule, with every check. Whether the
 * layer is trainable is not in it, nor are its weights. Throws `usage` for a layer that comes from no file.
 */
export function formatSavedLayer({ spec, scope }: SavedLayer): string {
  const { name, className, source, calls } = spec;
  if (source === undefined) {
    throw new KerasProofError("usage", name, "found a layer that was not read from a file, which cannot be saved");
  }
  const mapped = [...source.mappedAxes].map(([option, { axes, layout }]) => [option, { axes, layout }] as const);
  return formatPythonJson({
    format,
    version,
    name,
    class_name: className,
    generation: source.generation,
    keras_version: source.kerasVersion,
    backend: source.backend,
    config: source.config,
    mapped_axes: Object.fromEntries(mapped),
    input_shapes: calls[0]?.inputShapes ?? [],
    scope,
  });
}

/**
 * Reads what `formatSavedLayer` wrote. Throws `bad-json`, and `bad-config` for what is no such text, at `path`;
 * everything that importing the layer throws, at its place within.
 */
export function readSavedLayer(
  text: string,
  path: string,
  context: Pick<ResolveContext, "registry" | "customConstraints">,
): SavedLayer {
  const saved = parsePythonJson(text, path);
  const at = (key: string): string => `${path}$.${key}`;
  if (!isObject(saved) || saved["format"] !== format || saved["version"] !== version) {
    throw new KerasProofError(
      "bad-config",
      path,
      `found ${describeJson(saved)}, wanted a ${format} of version ${version}`,
    );
  }
  const take = <T extends JsonValue>(key: string, wanted: string, valid: (value: JsonValue) => value is T): T => {
    const value = saved[key] ?? null;
    if (valid(value)) return value;
    throw new KerasProofError("bad-config", at(key), `found ${describeJson(value)}, wanted ${wanted}`);
  };
  const name = take("name", "the layer's name", isText);
  const raw = {
    name,
    className: take("class_name", "the name of a layer class", isText),
    config: take("config", "the layer's options", isObject),
    path: `${path}$`,
    trainable: true,
    dtype: "float32",
    calls: [],
    graph: null,
    mappedAxes: new Map(Object.entries(take("mapped_axes", "the axes of transposed kernels", isMapping))),
  };
  const inputShapes = take("input_shapes", "a list of shapes", isShapes);
  const resolving: ResolveContext = {
    ...context,
    generation: take("generation", "keras1, keras2 or keras3", isGeneration),
    writer: {
      kerasVersion: take("keras_version", "a version or null", isTextOrNull),
      backend: take("backend", "a backend or null", isTextOrNull),
    },
    problems: [],
    notes: [],
  };
  const spec = resolveLayer(raw, inputShapes, resolving);
  throwProblems(resolving.problems);
  return { spec, scope: take("scope", "the names of models", isText) };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: JsonValue): value is string {
  return typeof value === "string";
}

function isTextOrNull(value: JsonValue): value is string | null {
  return value === null || typeof value === "string";
}

function isGeneration(value: JsonValue): value is Generation {
  return value === "keras1" || value === "keras2" || value === "keras3";
}

function isExtent(value: JsonValue): value is number | null {
  return value === null || (Number.isSafeInteger(value) && (value as number) >= 0);
}

function isShapes(value: JsonValue): value is readonly Shape[] {
  return Array.isArray(value) && value.every((shape: JsonValue) => Array.isArray(shape) && shape.every(isExtent));
}

function isMapping(value: JsonValue): value is JsonObject & Readonly<Record<string, JsonObject & MappedAxes>> {
  return (
    isObject(value) &&
    Object.values(value).every(
      (one) => isObject(one) && typeof one["layout"] === "string" && isShapes([one["axes"] ?? null]),
    )
  );
}
