/** Tasks that run side by side, as many as a budget allows. */
export interface TaskWindow {
  /** Starts a task that takes `cost` of the budget; resolves when there is room for another one. */
  add(cost: number, task: () => Promise<void>): Promise<void>;
  /** Waits for all tasks. */
  finish(): Promise<void>;
}

/**
 * A window over tasks. One that would begin when the budget is spent waits until half of it is free again, so that
 * tasks begin in groups. The first error of a task is thrown by the next call.
 */
export function openTaskWindow(budget: number): TaskWindow {
  let spent = 0;
  let failure: { readonly reason: unknown } | undefined;
  let sleepers: (() => void)[] = [];
  const hasRoom = (most: number): boolean => spent <= most || failure !== undefined;
  const waitUntil = async (most: number): Promise<void> => {
    while (!hasRoom(most)) await new Promise<void>((wake) => sleepers.push(wake));
    if (failure !== undefined) throw failure.reason;
  };
  return {
    add: async (cost, task) => {
      spent += cost;
      const end = (reason?: { readonly reason: unknown }): void => {
        spent -= cost;
        failure ??= reason;
        const woken = sleepers;
        sleepers = [];
        for (const wake of woken) wake();
      };
      task().then(
        () => end(),
        (reason: unknown) => end({ reason }),
      );
      if (spent >= budget) await waitUntil(budget / 2);
    },
    finish: () => waitUntil(0),
  };
}
