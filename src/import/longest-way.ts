import { KerasProofError } from "../errors.js";
import { callMap } from "./call-map.js";
import type { GraphSpec } from "./spec.js";

/**
 * Calls one after another beyond which no model is built. tfjs-layers 4.22 follows them from the outputs to the inputs by a
 * function that calls itself (`buildMapOfGraph`, container.js), for which the stack of Node has room for some 4500; Keras's
 * own models have less than 1000.
 */
const longest = 4000;

/** Throws `limit` where more than 4000 calls of layers follow each other, before anything is built of them. */
export function checkLongestWay(graph: GraphSpec): void {
  const ways = callMap<number>();
  const layers = new Map(graph.layers.map((layer) => [layer.name, layer]));
  for (const ref of graph.order) {
    const inputs = layers.get(ref.layer)?.calls[ref.call]?.inputs ?? [];
    const way = inputs.reduce((most, input) => Math.max(most, ways.get(input) ?? 0), 0) + 1;
    if (way > longest) throw tooLong(graph);
    ways.set(ref, way);
  }
}

/**
 * What tfjs makes of the ends of a graph; throws `limit` where the stack ends on the way from the one to the other, and
 * any other error as it is.
 */
export function withinStack<Result>(graph: GraphSpec, build: () => Result): Result {
  try {
    return build();
  } catch (error) {
    throw isStackOverflow(error) ? tooLong(graph, error) : error;
  }
}

/** The first text is that of V8 and JavaScriptCore, the second that of SpiderMonkey. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && /^(Maximum call stack size exceeded|too much recursion)/.test(error.message);
}

function tooLong(graph: GraphSpec, cause?: unknown): KerasProofError {
  const path = graph.layers.at(-1)?.path ?? graph.name;
  const message = `found ${graph.order.length} calls of layers, wanted fewer one after another, which tfjs can follow`;
  return new KerasProofError("limit", path, message, { cause });
}
