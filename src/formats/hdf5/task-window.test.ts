import { describe, expect, it } from "vitest";
import { openMemoryBudget } from "./memory-budget.js";
import { openTaskWindow } from "./task-window.js";

/** Tasks that tell when they are started, and end when they are told to. */
function openTasks(names: readonly string[]): {
  readonly started: string[];
  readonly run: readonly (() => Promise<void>)[];
  readonly end: (name: string, error?: Error) => void;
} {
  const started: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const run = names.map((name) => () => {
    started.push(name);
    return new Promise<void>((resolve, reject) => {
      ends.set(name, (error) => (error === undefined ? resolve() : reject(error)));
    });
  });
  return { started, run, end: (name, error) => ends.get(name)!(error) };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("task windows on one budget", () => {
  it("start what waited when the budget grows", async () => {
    const budget = openMemoryBudget(4);
    const { started, run, end } = openTasks(["a", "b", "c"]);
    const window = openTaskWindow(budget);
    const added = run.map((task) => window.add(4, task));
    await settle();
    expect(started).toEqual(["a"]);
    expect(budget.fitsTwice(4)).toBe(false);
    budget.resize(8);
    await settle();
    expect(started).toEqual(["a", "b"]);
    expect(budget.fitsTwice(4)).toBe(true);
    for (const name of ["a", "b"]) end(name);
    await Promise.all(added);
    end("c");
    await window.finish();
  });

  it("have no more between them than the budget, and go on in groups when half of it is free", async () => {
    const budget = openMemoryBudget(10);
    const { started, run, end } = openTasks(["a", "b", "c", "d", "e"]);
    const windows = [openTaskWindow(budget), openTaskWindow(budget)];
    const added = run.map((task, i) => windows[i % 2]!.add(4, task));
    await settle();
    expect(started).toEqual(["a", "b"]);
    end("b");
    await settle();
    expect(started).toEqual(["a", "b", "c"]);
    end("a");
    await settle();
    expect(started).toEqual(["a", "b", "c", "d"]);
    end("c");
    end("d");
    await Promise.all(added);
    expect(started).toEqual(["a", "b", "c", "d", "e"]);
    end("e");
    await Promise.all(windows.map((window) => window.finish()));
  });

  it("wait until half of it is free", async () => {
    const budget = openMemoryBudget(10);
    const { started, run, end } = openTasks(["large", "small", "waiting"]);
    const window = openTaskWindow(budget);
    const added = [7, 3, 3].map((bytes, i) => window.add(bytes, run[i]!));
    await settle();
    end("small");
    await settle();
    expect(started).toEqual(["large", "small"]);
    end("large");
    await Promise.all(added);
    expect(started).toEqual(["large", "small", "waiting"]);
    end("waiting");
    await window.finish();
  });

  it("run what is larger than the budget alone, in its turn", async () => {
    const { started, run, end } = openTasks(["small", "large", "after"]);
    const window = openTaskWindow(openMemoryBudget(10));
    const added = [1, 50, 1].map((bytes, i) => window.add(bytes, run[i]!));
    await settle();
    expect(started).toEqual(["small"]);
    end("small");
    await settle();
    expect(started).toEqual(["small", "large"]);
    end("large");
    await Promise.all(added);
    expect(started).toEqual(["small", "large", "after"]);
    end("after");
    await window.finish();
  });

  it("throw the first error of their own tasks, start none after it, and leave the others theirs", async () => {
    const budget = openMemoryBudget(10);
    const { started, run, end } = openTasks(["failing", "waiting", "other"]);
    const window = openTaskWindow(budget);
    const neighbour = openTaskWindow(budget);
    await window.add(10, run[0]!);
    const late = window.add(10, run[1]!);
    const unharmed = neighbour.add(10, run[2]!);
    const error = new Error("broken");
    end("failing", error);
    await expect(late).rejects.toBe(error);
    await expect(window.finish()).rejects.toBe(error);
    await expect(window.add(1, run[1]!)).rejects.toBe(error);
    await unharmed;
    end("other");
    await neighbour.finish();
    expect(started).toEqual(["failing", "other"]);
  });

  it("wait for those that were added before one that fails, and throw the first one's error", async () => {
    const { run, end } = openTasks(["slow", "failing", "fine"]);
    const window = openTaskWindow(openMemoryBudget(10));
    for (const task of run) await window.add(1, task);
    end("failing", new Error("second"));
    end("fine");
    await settle();
    let thrown: unknown;
    const late = window.add(1, run[2]!).catch((error: unknown) => (thrown = error));
    const finished = window.finish();
    await settle();
    expect(thrown).toBeUndefined();
    const first = new Error("first");
    end("slow", first);
    await expect(finished).rejects.toBe(first);
    await late;
    expect(thrown).toBe(first);
  });
});
