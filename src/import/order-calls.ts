import type { Problem } from "../errors.js";
import type { RawGraph } from "./raw-graph.js";

/** One call of a layer of a graph. */
export interface CallRef {
  readonly layer: string;
  readonly call: number;
}

/**
 * Every call of a graph, each after the calls it depends on, otherwise in the order of the layers. References to
 * layers or calls that are not there, and loops, are added to the problems. Linear in the number of edges.
 */
export function orderCalls(graph: RawGraph, problems: Problem[]): CallRef[] {
  const calls = new Map<string, CallRef>();
  const waiting = new Map<string, number>();
  const followers = new Map<string, string[]>();
  const paths = new Map(graph.layers.map((layer) => [layer.name, layer.path]));
  for (const layer of graph.layers) {
    for (const call of layer.calls.keys()) calls.set(`${call} ${layer.name}`, { layer: layer.name, call });
  }
  const report = (path: string, message: string): void => {
    problems.push({ code: "bad-graph", path, message });
  };
  for (const layer of graph.layers) {
    for (const [call, inputs] of layer.calls.entries()) {
      const key = `${call} ${layer.name}`;
      const sources = new Set(inputs.map((ref) => `${ref.call} ${ref.layer}`));
      for (const source of sources) {
        if (calls.has(source)) append(followers, source, key);
        else
          report(layer.path, `found an input from call ${source.replace(" ", " of ")}, which this model does not have`);
      }
      waiting.set(key, sources.size);
    }
  }
  for (const ref of [...graph.inputs, ...graph.outputs]) {
    if (calls.has(`${ref.call} ${ref.layer}`)) continue;
    report(graph.name, `found call ${ref.call} of ${ref.layer} as an input or output, which this model does not have`);
  }
  const ready = [...waiting].filter(([, count]) => count === 0).map(([key]) => key);
  const order: CallRef[] = [];
  for (const key of ready) {
    order.push(calls.get(key) as CallRef);
    for (const follower of followers.get(key) ?? []) {
      const left = (waiting.get(follower) as number) - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  if (order.length < calls.size && !problems.some((problem) => problem.code === "bad-graph")) {
    const stuck = [...waiting].filter(([, count]) => count > 0).map(([key]) => key.slice(key.indexOf(" ") + 1));
    report(
      paths.get(stuck[0] as string) ?? graph.name,
      `found a loop through ${[...new Set(stuck)].slice(0, 5).join(", ")}`,
    );
  }
  return order;
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
