import { freeMemory } from "../../free-memory.js";

/** Where the step of a task has its memory from. */
export interface StepMemory {
  /** Memory with any contents. */
  readonly take: (size: number) => Uint8Array<ArrayBuffer>;
  /** Takes charge of a buffer that the step alone knows, and of which nothing is needed after the task. */
  readonly adopt: (buffer: ArrayBuffer) => void;
}

/** Memory for the steps of one task. */
export interface ScratchMemory extends StepMemory {
  /** Ends the task: what it took and adopted may be taken by others, or is freed. */
  readonly release: () => void;
}

/** Memory that nobody else ever has. */
export const newMemory: StepMemory = { take: (size) => new Uint8Array(size), adopt: () => undefined };

/** The most buffers that are kept for others, and the most bytes in them. */
const mostKept = 16;
const mostKeptBytes = 2 ** 21;

/** Memory for tasks side by side, each of which begins with a call, used again by those that follow. */
export function openScratchMemory(): () => ScratchMemory {
  const kept: ArrayBuffer[] = [];
  let keptBytes = 0;
  return () => {
    const own = new Set<ArrayBuffer>();
    return {
      take: (size) => {
        const at = kept.findIndex(({ byteLength }) => byteLength >= size && byteLength <= 2 * size);
        const buffer = at < 0 ? new ArrayBuffer(size) : kept.splice(at, 1)[0]!;
        if (at >= 0) keptBytes -= buffer.byteLength;
        own.add(buffer);
        return new Uint8Array(buffer, 0, size);
      },
      adopt: (buffer) => void own.add(buffer),
      release: () => {
        for (const buffer of own) {
          if (kept.length === mostKept || keptBytes + buffer.byteLength > mostKeptBytes) {
            freeMemory(buffer);
          } else {
            keptBytes += buffer.byteLength;
            kept.push(buffer);
          }
        }
        own.clear();
      },
    };
  };
}
