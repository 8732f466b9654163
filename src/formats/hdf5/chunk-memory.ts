import { openScratchMemory, type ScratchMemory } from "./filters/scratch-memory.js";
import { type MemoryBudget, openMemoryBudget } from "./memory-budget.js";
import { perFile } from "./per-file.js";
import type { ReadPlanner } from "./read-planner.js";
import type { StoredDataset } from "./stored-dataset.js";

/** What the chunks of a file are worked on with. */
export interface ChunkMemory {
  /** For the bytes of chunks, before and after filters. */
  readonly budget: MemoryBudget;
  /** Whether a chunk may keep the memory that its bytes come in, or become; otherwise others use it afterwards. */
  readonly isKept: boolean;
  /** Lends memory for the filters of one chunk, which takes so many bytes with them; undefined where it is kept. */
  readonly lend: (bytes: number) => ScratchMemory | undefined;
  /**
   * Says that values of so many bytes more (or fewer, where it is negative) are being read; the budget follows them.
   */
  readonly count: (bytes: number) => void;
}

const sharedMemory = perFile((_planner: ReadPlanner) => openChunkMemory(false));

/**
 * One for all datasets that are read through a planner, however many at once. A dataset with a filter that a registered
 * function undoes has its own: such a function may keep what it gets, and read from the same file before it returns.
 */
export function findChunkMemory({ file, filters }: StoredDataset): ChunkMemory {
  const isRegistered = filters.some(({ id }) => file.filters[id] !== undefined);
  return isRegistered ? openChunkMemory(true) : sharedMemory(file.planner);
}

function openChunkMemory(isKept: boolean): ChunkMemory {
  /**
   * Chunks that are worked on side by side take a hundredth of the values that are read at once, within these bounds.
   */
  const fewestBytes = 2 ** 20;
  const mostBytes = 2 ** 23;
  const budget = openMemoryBudget(fewestBytes);
  const openMemory = openScratchMemory();
  let values = 0;
  return {
    budget,
    isKept,
    lend: (bytes) => (isKept ? undefined : openMemory(budget.fitsTwice(bytes))),
    count: (bytes) => {
      values += bytes;
      budget.resize(Math.min(mostBytes, Math.max(fewestBytes, values / 100)));
    },
  };
}
