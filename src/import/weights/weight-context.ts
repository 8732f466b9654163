import { appendAll } from "../../append-all.js";
import { KerasProofError, type Note, type Problem } from "../../errors.js";
import type { Hdf5Dataset } from "../../formats/hdf5/index.js";
import type { RawLayer } from "../raw-graph.js";
import type { GraphSpec, WeightSpec } from "../spec.js";
import type { WeightRoom } from "./read-values.js";

/** What the readers of weights share. */
export interface WeightContext {
  /** The layers as the dialect read them, by their path. */
  readonly raw: ReadonlyMap<string, RawLayer>;
  readonly problems: Problem[];
  readonly notes: Note[];
  readonly room: WeightRoom;
  /** Called after each weight; throws where the caller has given up. */
  readonly step: (done: number, total: number) => void;
}

/** The datasets of a weight file by path from the root, and what of it cannot be had. */
export interface WeightFiles {
  readonly name: string;
  readonly datasets: ReadonlyMap<string, Hdf5Dataset>;
  readonly refused: ReadonlyMap<string, KerasProofError>;
  /** The dataset at a path, also behind links to groups; throws where one leads out of the file. */
  readonly find: (path: string) => Promise<Hdf5Dataset | undefined>;
}

/** Values that a file has for weights, in the file's own layout until `finish` has run. */
export type WeightValues = Map<WeightSpec, NonNullable<WeightSpec["values"]>>;

/** The graph with its weights' values. */
export function withValues(graph: GraphSpec, values: WeightValues): GraphSpec {
  if (values.size === 0) return graph;
  return {
    ...graph,
    layers: graph.layers.map((layer) => ({
      ...layer,
      graph: layer.graph === null ? null : withValues(layer.graph, values),
      weights: layer.weights.map((weight) => ({ ...weight, values: values.get(weight) ?? null })),
    })),
  };
}

/** Runs one step; what it throws of ours is added to the problems. */
export async function collecting(problems: Problem[], step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof KerasProofError) || error.code === "aborted") throw error;
    appendAll(problems, error.problems);
  }
}

/** Names the first few of many; `none` for an empty list. */
export function someOf(names: readonly string[]): string {
  const rest = names.length > 4 ? ` and ${names.length - 4} more` : "";
  return names.length === 0 ? "none" : names.slice(0, 4).join(", ") + rest;
}
