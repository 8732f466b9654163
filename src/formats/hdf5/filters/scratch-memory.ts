import { freeMemory } from "../../free-memory.js";

/** Where the step of a task has its memory from. */
export interface StepMemory {
  /** Memory of so many bytes, with any contents. */
  readonly take: (size: number) => Uint8Array<ArrayBuffer>;
  /** Whether there is room for other tasks, which go on while this one waits for another thread. */
  readonly isShared: boolean;
}

/** Memory for the steps of one task. */
export interface ScratchMemory extends StepMemory {
  /** Ends the task: what it took may be taken by others, or is freed. */
  readonly release: () => void;
}

/** Memory that nobody else ever has. */
export const newMemory: StepMemory = { take: (size) => new Uint8Array(size), isShared: false };

/** Memory for tasks side by side, each of which begins with a call, used again by those that follow. */
export function openScratchMemory(): (isShared: boolean) => ScratchMemory {
  /** The most buffers that are kept for others, and the most bytes in them. */
  const mostKept = 16;
  const mostKeptBytes = 2 ** 21;
  const kept: ArrayBuffer[] = [];
  let keptBytes = 0;
  return (isShared) => {
    const own: ArrayBuffer[] = [];
    return {
      isShared,
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
