/** Which branches of the readers were taken, and about how often each in one execution. */
export interface Coverage {
  /** Forgets the counts of the execution before. */
  reset(): void;
  /** Whether the execution took a branch, or took one about as often, as none before; remembers what it did. */
  learn(): boolean;
  /** Branches taken so far, of those that there are, by source file. */
  byFile(): { readonly file: string; readonly taken: number; readonly all: number }[];
}

/** What `run.mjs` puts into the readers: a counter for each branch, and the first branch of each source file. */
interface Instrumented {
  readonly fuzzCounters?: Uint8Array;
  readonly fuzzFiles?: readonly { readonly file: string; readonly first: number }[];
}

/** Once, twice, three times, up to 7, 15, 31, 127, more: counts within a class are alike. */
const countClass = Uint8Array.from({ length: 256 }, (_, count) => {
  const bounds = [0, 1, 2, 3, 7, 15, 31, 127];
  const index = bounds.findIndex((bound) => count <= bound);
  return index === 0 ? 0 : 1 << ((index === -1 ? bounds.length : index) - 1);
});

/** The coverage of the readers in this process; that of readers without counters learns nothing. */
export function openCoverage(): Coverage {
  const { fuzzCounters: counters = new Uint8Array(0), fuzzFiles: files = [] } = globalThis as Instrumented;
  const seen = new Uint8Array(counters.length);
  return {
    reset: () => counters.fill(0),
    learn: () => {
      let isNew = false;
      for (let branch = 0; branch < counters.length; branch++) {
        const bit = countClass[counters[branch]!]!;
        if ((seen[branch]! | bit) === seen[branch]) continue;
        seen[branch]! |= bit;
        isNew = true;
      }
      return isNew;
    },
    byFile: () =>
      files.map(({ file, first }, i) => {
        const branches = seen.subarray(first, files[i + 1]?.first ?? seen.length);
        return { file, taken: branches.filter((bits) => bits !== 0).length, all: branches.length };
      }),
  };
}
