import { longStream } from "./deflate-stream.js";

/** Joins inflated blocks in memory, of which what was filled is returned. Throws `corrupt` for more than it holds. */
export async function joinBlocks(
  blocks: AsyncIterable<Uint8Array>,
  memory: Uint8Array<ArrayBuffer>,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  let filled = 0;
  for await (const block of blocks) {
    if (block.length > memory.length - filled) throw longStream(memory.length, path);
    memory.set(block, filled);
    filled += block.length;
  }
  return memory.subarray(0, filled);
}
