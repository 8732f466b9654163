import type { MemoryBudget } from "./memory-budget.js";

/** Tasks that run side by side, as many as a budget of memory allows. */
export interface TaskWindow {
  /** Starts a task as soon as there is memory for it. */
  add(bytes: number, task: () => Promise<void>): Promise<void>;
  /** Waits for all tasks. */
  finish(): Promise<void>;
}

/** A window over tasks. The first error of a task is thrown by the next call; other windows on the budget go on. */
export function openTaskWindow(budget: MemoryBudget): TaskWindow {
  let running = 0;
  let failure: { readonly reason: unknown } | undefined;
  let wakeFinish: (() => void) | undefined;
  const end = (bytes: number): void => {
    budget.giveBack(bytes);
    running -= 1;
    if (running === 0 || failure !== undefined) wakeFinish?.();
  };
  const checkFailure = (): void => {
    if (failure !== undefined) throw failure.reason;
  };
  return {
    add: async (bytes, task) => {
      checkFailure();
      await budget.take(bytes);
      if (failure !== undefined) budget.giveBack(bytes);
      checkFailure();
      running += 1;
      task().then(
        () => end(bytes),
        (reason: unknown) => {
          failure ??= { reason };
          end(bytes);
        },
      );
    },
    finish: async () => {
      if (running > 0 && failure === undefined) await new Promise<void>((wake) => (wakeFinish = wake));
      checkFailure();
    },
  };
}
