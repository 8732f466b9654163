import { freeMemory } from "../../free-memory.js";

/** Gives a step of a task memory of so many bytes, with any contents. */
export type TakeMemory = (size: number) => Uint8Array<ArrayBuffer>;

/** Memory for the steps of one task. */
export interface ScratchMemory {
  readonly take: TakeMemory;
  /** Ends the task: what it took may be taken by others, or is freed. */
  readonly release: () => void;
}

/** Memory that nobody else ever has. */
export const newMemory: TakeMemory = (size) => new Uint8Array(size);

/** Memory for tasks side by side, each of which begins with a call, used again by those that follow. */
export function openScratchMemory(): () => ScratchMemory {
  /** The most buffers that are kept for others, and the most bytes in them. */
  const mostKept = 16;
  const mostKeptBytes = 2 ** 21;
  const kept: ArrayBuffer[] = [];
  let keptBytes = 0;
  return () => {
    const own: ArrayBuffer[] = [];
    return {
      take: (size) => {
        const at = kept.findIndex(({ byteLength }) => byteLength >= size && byteLength <= 2 * size);
        const buffer = at < 0 ? new ArrayBuffer(size) : kept.splice(at, 1)[0]!;
        if (at >= 0) keptBytes -= buffer.byteLength;
        own.push(buffer);
        return new Uint8Array(buffer, 0, size);
      },
      release: () => {
        for (const buffer of own.splice(0)) {
          if (kept.length === mostKept || keptBytes + buffer.byteLength > mostKeptBytes) {
            freeMemory(buffer);
          } else {
            keptBytes += buffer.byteLength;
            kept.push(buffer);
          }
        }
      },
    };
  };
}
