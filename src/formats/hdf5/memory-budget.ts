/** Bytes that all the work on a file shares. */
export interface MemoryBudget {
  /**
   * Resolves when so many bytes are free, in the order of the calls; more than there are in all are free when nobody
   * has any. Whoever has them must not wait for others.
   */
  take(bytes: number): Promise<void>;
  giveBack(bytes: number): void;
}

/** A budget of so many bytes. Where some must wait, they wait until half of it is free, so that work begins in groups. */
export function openMemoryBudget(total: number): MemoryBudget {
  const waiting: { readonly bytes: number; readonly wake: () => void }[] = [];
  let spent = 0;
  const fits = (bytes: number): boolean => spent === 0 || spent + bytes <= total;
  return {
    take: async (bytes) => {
      if (waiting.length > 0 || !fits(bytes)) return new Promise((wake) => waiting.push({ bytes, wake }));
      spent += bytes;
    },
    giveBack: (bytes) => {
      spent -= bytes;
      if (spent > total / 2) return;
      while (waiting.length > 0 && fits(waiting[0]!.bytes)) {
        const { bytes: wanted, wake } = waiting.shift()!;
        spent += wanted;
        wake();
      }
    },
  };
}
