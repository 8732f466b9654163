import { expect, it } from "vitest";
import { openSource } from "../byte-source.js";
import { findChunkMemory } from "./chunk-memory.js";
import type { FilterFunctions } from "./filters/filter-function.js";
import { planReads } from "./read-planner.js";
import type { StoredDataset } from "./stored-dataset.js";

const openPlanner = (): ReturnType<typeof planReads> => planReads(openSource(new Uint8Array(1)), "x");

/** As much of a dataset as its memory depends on: that of a file, with one filter. */
function datasetOf(planner: ReturnType<typeof planReads>, filters: FilterFunctions = {}): StoredDataset {
  const filter = { id: 1, name: "deflate", optional: false, parameters: [] };
  return { file: { planner, filters }, filters: [filter] } as unknown as StoredDataset;
}

it("gives all datasets of a file the same memory for chunks, and those of another file another", () => {
  const planner = openPlanner();
  const memory = findChunkMemory(datasetOf(planner));
  expect(findChunkMemory(datasetOf(planner))).toBe(memory);
  expect(findChunkMemory(datasetOf(openPlanner()))).not.toBe(memory);
  expect(memory.isKept).toBe(false);
});

it("gives each dataset with a registered filter memory of its own, which may be kept", () => {
  const registered = datasetOf(openPlanner(), { 1: (bytes) => bytes });
  const memory = findChunkMemory(registered);
  expect(findChunkMemory(registered)).not.toBe(memory);
  expect(memory.isKept).toBe(true);
});
