import { openScratchMemory, type ScratchMemory } from "./filters/scratch-memory.js";
import { type MemoryBudget, openMemoryBudget } from "./memory-budget.js";
import type { ReadPlanner } from "./read-planner.js";

/** What the chunks of a file are worked on with. */
export interface ChunkMemory {
  /** For the bytes of chunks, before and after filters. */
  readonly budget: MemoryBudget;
  /** Called once for each chunk; `isShared` where the budget has room for another. */
  readonly openMemory: (isShared: boolean) => ScratchMemory;
  /**
   * Says that values of so many bytes more (or fewer, where it is negative) are being read; the budget follows them.
   */
  readonly count: (bytes: number) => void;
}

const sharedMemory = new WeakMap<ReadPlanner, ChunkMemory>();

/** One for all datasets that are read through a planner, however many at once. */
export function shareChunkMemory(planner: ReadPlanner): ChunkMemory {
  const memory = sharedMemory.get(planner) ?? openChunkMemory();
  sharedMemory.set(planner, memory);
  return memory;
}

export function openChunkMemory(): ChunkMemory {
  /**
   * Chunks that are worked on side by side take a hundredth of the values that are read at once, within these bounds.
   */
  const fewestBytes = 2 ** 20;
  const mostBytes = 2 ** 23;
  const budget = openMemoryBudget(fewestBytes);
  let values = 0;
  const count = (bytes: number): void => {
    values += bytes;
    budget.resize(Math.min(mostBytes, Math.max(fewestBytes, values / 100)));
  };
  return { budget, openMemory: openScratchMemory(), count };
}
