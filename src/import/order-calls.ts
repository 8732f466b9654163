import type { Problem } from "../errors.js";
import { callMap } from "./call-map.js";
import type { RawGraph, RawLayer } from "./raw-graph.js";
import type { CallRef, TensorRef } from "./spec.js";

/** A call on its way into the order. */
interface Node {
  readonly ref: CallRef;
  readonly path: string;
  readonly inputs: readonly TensorRef[];
  /** The calls that take its outputs, each once; `null` for none. */
  followers: Node[] | null;
  /** How many calls that it depends on are not in the order yet. */
  waiting: number;
}

/**
 * Every call of a graph, each after the calls it depends on, otherwise in the order of the layers. References to
 * layers or calls that are not there, and loops, are added to the problems. Linear in the number of edges.
 */
export function orderCalls(graph: RawGraph, problems: Problem[]): CallRef[] {
  const report = (path: string, message: string): void => {
    problems.push({ code: "bad-graph", path, message });
  };
  const nodes = graph.layers.flatMap(nodesOf);
  const known = callMap<Node>();
  for (const node of nodes) known.set(node.ref, node);
  for (const node of nodes) {
    const sources = new Set(node.inputs.map((ref) => known.get(ref) ?? `${ref.call} of ${ref.layer}`));
    for (const source of sources) {
      if (typeof source !== "string") addFollower(source, node);
      else report(node.path, `found an input from call ${source}, which this model does not have`);
    }
    node.waiting = sources.size;
  }
  for (const ref of [...graph.inputs, ...graph.outputs]) {
    if (known.get(ref) !== undefined) continue;
    report(graph.path, `found call ${ref.call} of ${ref.layer} as an input or output, which this model does not have`);
  }
  const ready = nodes.filter(({ waiting }) => waiting === 0);
  for (const { followers } of ready) {
    for (const follower of followers ?? []) {
      follower.waiting -= 1;
      if (follower.waiting === 0) ready.push(follower);
    }
  }
  if (ready.length < nodes.length && !problems.some((problem) => problem.code === "bad-graph")) {
    const stuck = nodes.filter(({ waiting }) => waiting > 0);
    const names = [...new Set(stuck.map(({ ref }) => ref.layer))].slice(0, 5);
    report(stuck[0]?.path ?? graph.path, `found a loop through ${names.join(", ")}`);
  }
  return ready.map(({ ref }) => ref);
}

function nodesOf({ name, path, calls }: RawLayer): Node[] {
  return calls.map((inputs, call) => ({ ref: { layer: name, call }, path, inputs, followers: null, waiting: 0 }));
}

function addFollower(node: Node, follower: Node): void {
  if (node.followers === null) node.followers = [follower];
  else node.followers.push(follower);
}
