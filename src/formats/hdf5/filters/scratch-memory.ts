import { freeMemory } from "../../free-memory.js";

/** Where the step of a task has its memory from. */
export interface StepMemory {
  /** Memory with any contents. */
  readonly take: (size: number) => Uint8Array<ArrayBuffer>;
  /** Takes charge of a buffer that the step alone knows, and of which nothing is needed after the task. */
  readonly adopt: (buffer: ArrayBuffer) => void;
  /** Whether no other task has memory now, so that none gains from the time in which this one waits. */
  readonly isAlone: boolean;
}

/** Memory for the steps of one task. */
export interface ScratchMemory extends StepMemory {
  /** Ends the task: what it took and adopted may be taken by others, or is freed. */
  readonly release: () => void;
}

/** Memory that nobody else ever has. */
export const newMemory: StepMemory = {
  take: (size) => new Uint8Array(size),
  adopt: () => undefined,
  isAlone: false,
};

/** The memory of a task in which `target` is taken by who wants just so much. */
export function takingFirst(target: Uint8Array<ArrayBuffer>, memory: StepMemory): StepMemory {
  return { ...memory, take: (size) => (size === target.length ? target : memory.take(size)) };
}

/** Memory for tasks side by side, each of which begins with a call, used again by those that follow. */
export function openScratchMemory(): (isAlone: boolean) => ScratchMemory {
  /** The most buffers that are kept for others, and the most bytes in them. */
  const mostKept = 16;
  const mostKeptBytes = 2 ** 21;
  const kept: ArrayBuffer[] = [];
  let keptBytes = 0;
  return (isAlone) => {
    const own = new Set<ArrayBuffer>();
    let took = false;
    return {
      isAlone,
      take: (size) => {
        const at = kept.findIndex(({ byteLength }) => byteLength >= size && byteLength <= 2 * size);
        const buffer = at < 0 ? new ArrayBuffer(size) : kept.splice(at, 1)[0]!;
        if (at >= 0) keptBytes -= buffer.byteLength;
        own.add(buffer);
        took = true;
        return new Uint8Array(buffer, 0, size);
      },
      adopt: (buffer) => void own.add(buffer),
      release: () => {
        for (const buffer of own) {
          if (!took || kept.length === mostKept || keptBytes + buffer.byteLength > mostKeptBytes) {
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
