/** Bytes that all the work on a file shares. */
export interface MemoryBudget {
  /**
   * Resolves when so many bytes are free, in the order of the calls; more than there are in all are free when nobody
   * has any. Whoever has them must not wait for others.
   */
  take(bytes: number): Promise<void>;
  giveBack(bytes: number): void;
  /** Sets how many there are in all; those that are taken stay so. */
  resize(total: number): void;
  /** Whether two that take so many can have them at once. */
  fitsTwice(bytes: number): boolean;
}

/**
 * A budget of so many bytes. Where some must wait, they wait until half of it is free, so that work begins in groups.
 */
export function openMemoryBudget(total: number): MemoryBudget {
  const waiting: { readonly bytes: number; readonly wake: () => void }[] = [];
  let most = total;
  let spent = 0;
  const fits = (bytes: number): boolean => spent === 0 || spent + bytes <= most;
  const wakeWaiting = (): void => {
    if (spent > most / 2) return;
    while (waiting.length > 0 && fits(waiting[0]!.bytes)) {
      const { bytes, wake } = waiting.shift()!;
      spent += bytes;
      wake();
    }
  };
  return {
    take: async (bytes) => {
      if (waiting.length > 0 || !fits(bytes)) return new Promise((wake) => waiting.push({ bytes, wake }));
      spent += bytes;
    },
    giveBack: (bytes) => {
      spent -= bytes;
      wakeWaiting();
    },
    fitsTwice: (bytes) => 2 * bytes <= most,
    resize: (bytes) => {
      most = bytes;
      wakeWaiting();
    },
  };
}
