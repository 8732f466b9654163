import type { ChunkMemory } from "./chunk-memory.js";
import type { SelectedChunk } from "./chunk-selection.js";
import type { ChunkCopier } from "./chunk-values.js";
import type { FileAccess } from "./file-access.js";
import { openTaskWindow } from "./task-window.js";

/** Reads chunks in the order in which they are found: neighbours by one read, and a few reads side by side. */
export interface ChunkReader {
  /**
   * Takes a chunk, which may wait for neighbours. A promise where a read was started, after which there is memory for
   * the next one; to wait for each chunk would keep reads apart that are planned together.
   */
  add(chunk: SelectedChunk): Promise<void> | undefined;
  /** Waits until the chunks are read and worked on. */
  finish(): Promise<void>;
}

/**
 * A reader of chunks, of `chunkBytes` before filters. Each goes to `copy`; those that are read together, one after the
 * other. Its stored bytes are lent unless the memory is kept. Errors are thrown as `TaskWindow` has it.
 */
export function openChunkReader(
  file: FileAccess,
  signal: AbortSignal | undefined,
  { budget, isKept }: ChunkMemory,
  chunkBytes: number,
  copy: ChunkCopier,
): ChunkReader {
  /** The most bytes that are read together. */
  const groupBytes = 2 ** 18;
  /** About what a chunk takes as objects. */
  const objectBytes = 500;
  const window = openTaskWindow(budget);
  /** Chunks that lie one behind the other, up to `end`, and the bytes that are stored of them. */
  let open: SelectedChunk[] = [];
  let end: number | undefined;
  let length = 0;

  const readOpen = (): Promise<void> | undefined => {
    const chunks = open;
    const bytes = length;
    open = [];
    length = 0;
    if (chunks.length === 0) return undefined;
    return window.add(bytes + objectBytes * chunks.length + chunkBytes, () => readGroup(chunks, bytes));
  };

  const readGroup = async (chunks: readonly SelectedChunk[], bytes: number): Promise<void> => {
    const offset = file.base + chunks[0]!.address;
    if (isKept) return copy(chunks[0]!, (await file.planner.read(offset, bytes, signal)).bytes);
    await file.planner.lend(offset, bytes, signal, async (lent) => {
      let at = 0;
      for (const chunk of chunks) {
        const copied = copy(chunk, lent.subarray(at, at + chunk.size));
        if (copied !== undefined) await copied;
        at += chunk.size;
      }
    });
  };

  return {
    add: (chunk) => {
      const { address, size } = chunk;
      const fits = !isKept && address === end && length + objectBytes * open.length + size <= groupBytes;
      const started = fits ? undefined : readOpen();
      open.push(chunk);
      end = address + size;
      length += size;
      return started;
    },
    finish: async () => {
      await readOpen();
      await window.finish();
    },
  };
}
