import { appendAll } from "../../append-all.js";
import type { KerasProofError } from "../../errors.js";
import type { JsonObject } from "../../formats/python-json.js";
import type { RawGraph, RawLayer } from "../raw-graph.js";
import type { Shape } from "../rule.js";
import type { TensorRef } from "../spec.js";
import { isObject } from "./config-json.js";
import type { DialectContext } from "./dialect.js";
import type { LayerEntry } from "./layer-entry.js";

const noOptions = Object.freeze(Object.create(null)) as JsonObject;

/** A layer of a graph from its entry and the tensors of its calls. */
export function graphLayer(
  entry: LayerEntry,
  name: string,
  path: string,
  calls: readonly (readonly TensorRef[])[],
): RawLayer {
  return {
    name,
    className: entry.className,
    config: entry.config,
    path,
    trainable: entry.trainable,
    dtype: entry.dtype,
    calls,
    graph: null,
    ...(entry.mappedAxes === null ? {} : { mappedAxes: entry.mappedAxes }),
  };
}

/** A nested model as a layer of the graph around it. */
export function modelLayer(
  graph: RawGraph,
  entry: JsonObject,
  path: string,
  calls: readonly (readonly TensorRef[])[],
): RawLayer {
  const config = entry["config"];
  return {
    name: graph.name,
    className: graph.sequential ? "Sequential" : "Functional",
    config: noOptions,
    path,
    trainable: !isObject(config) || config["trainable"] !== false,
    dtype: "float32",
    calls,
    graph,
  };
}

/** An InputLayer that a Sequential has without saying so. */
export function impliedInput(name: string, shape: Shape, dtype: string, path: string): RawLayer {
  const config = Object.assign(Object.create(null) as Record<string, never>, { batch_shape: shape, dtype });
  return {
    name,
    className: "InputLayer",
    config,
    path,
    trainable: true,
    dtype,
    calls: [[]],
    graph: null,
  };
}

/**
 * Adds what was thrown to the problems that are collected. After thousands it is thrown on: what stands in a list of
 * layers may be anything, hundreds of thousands of times.
 */
export function collect(error: unknown, context: DialectContext): void {
  const mostCollected = 5_000;
  const problems = (error as Partial<KerasProofError>).problems;
  if (problems === undefined || context.problems.length >= mostCollected) throw error;
  appendAll(context.problems, problems);
}
