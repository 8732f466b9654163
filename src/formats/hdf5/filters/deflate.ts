import { inflate, pooledBytes } from "../../inflate.js";
import type { FilteredBytes } from "./built-in-filter.js";
import { newMemory, type StepMemory } from "./scratch-memory.js";

/** Filter 1: a zlib stream (libhdf5's `H5Zdeflate.c`). Its parameter, the level, matters to writers alone. */
export async function undoDeflate(
  { bytes, maxSize, place }: FilteredBytes,
  memory: StepMemory = newMemory,
): Promise<Uint8Array<ArrayBuffer>> {
  const inflated = await inflate(bytes, maxSize, "deflate", place, memory.isAlone);
  if (inflated.buffer.byteLength > pooledBytes) memory.adopt(inflated.buffer);
  return inflated;
}
