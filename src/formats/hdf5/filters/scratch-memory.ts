/** Memory for the steps of one task, with any contents. */
export interface ScratchMemory {
  readonly take: (size: number) => Uint8Array<ArrayBuffer>;
  /** Ends the task: what it took may be taken by others. */
  readonly release: () => void;
}

/** The most pieces that are kept. */
const mostKept = 16;

/** Memory for tasks side by side, each of which begins with a call, used again by those that follow. */
export function openScratchMemory(): () => ScratchMemory {
  const kept: Uint8Array<ArrayBuffer>[] = [];
  return () => {
    const taken: Uint8Array<ArrayBuffer>[] = [];
    return {
      take: (size) => {
        const at = kept.findIndex(({ length }) => length === size);
        const bytes = at < 0 ? new Uint8Array(size) : kept.splice(at, 1)[0]!;
        taken.push(bytes);
        return bytes;
      },
      release: () => {
        kept.push(...taken.splice(0));
        kept.splice(0, kept.length - mostKept);
      },
    };
  };
}

/** Memory that nobody else ever has. */
export function takeNew(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(size);
}
