import { openScratchMemory, type ScratchMemory } from "./filters/scratch-memory.js";
import { type MemoryBudget, openMemoryBudget } from "./memory-budget.js";
import type { ReadPlanner } from "./read-planner.js";

/** What the chunks of a file are worked on with. */
export interface ChunkMemory {
  /** For the bytes of chunks, before and after filters. */
  readonly budget: MemoryBudget;
  /** Called once for each chunk. */
  readonly openMemory: () => ScratchMemory;
}

/** The bytes of the chunks that are worked on side by side. */
const chunkBytes = 2 ** 23;

const sharedMemory = new WeakMap<ReadPlanner, ChunkMemory>();

/** One for all datasets that are read through a planner, however many at once. */
export function shareChunkMemory(planner: ReadPlanner): ChunkMemory {
  const memory = sharedMemory.get(planner) ?? openChunkMemory();
  sharedMemory.set(planner, memory);
  return memory;
}

export function openChunkMemory(): ChunkMemory {
  return { budget: openMemoryBudget(chunkBytes), openMemory: openScratchMemory() };
}
