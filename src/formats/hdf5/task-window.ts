import type { MemoryBudget } from "./memory-budget.js";

/** Tasks that run side by side, as many as a budget of memory allows. */
export interface TaskWindow {
  /** Starts a task as soon as there is memory for it. */
  add(bytes: number, task: () => Promise<void>): Promise<void>;
  /** Waits for all tasks. */
  finish(): Promise<void>;
}

/**
 * A window over tasks. Where some fail, no more are started, and the next call throws when none runs: the error of the
 * first one that was added, whichever failed first. Other windows on the budget go on.
 */
export function openTaskWindow(budget: MemoryBudget): TaskWindow {
  let added = 0;
  let running = 0;
  /** What failed tasks were rejected with, at their place among all. */
  const failures: unknown[] = [];
  /** Who waits for the tasks that run. */
  const waiting: (() => void)[] = [];
  const finish = async (): Promise<void> => {
    if (running > 0) await new Promise<void>((wake) => waiting.push(wake));
    if (failures.length > 0) throw Object.values(failures)[0];
  };
  const end = (bytes: number): void => {
    budget.giveBack(bytes);
    running -= 1;
    if (running === 0) for (const wake of waiting.splice(0)) wake();
  };
  return {
    add: async (bytes, task) => {
      if (failures.length > 0) return finish();
      await budget.take(bytes);
      if (failures.length > 0) {
        budget.giveBack(bytes);
        return finish();
      }
      const order = added++;
      running += 1;
      task().then(
        () => end(bytes),
        (reason: unknown) => {
          failures[order] = reason;
          end(bytes);
        },
      );
    },
    finish,
  };
}
