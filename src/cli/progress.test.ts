import { describe, expect, test } from "vitest";
import { openProgress, type ProgressStream } from "./progress.js";

/** A terminal that keeps what is written to it. */
function openTerminal(isTTY: boolean): { stream: ProgressStream; written: string[] } {
  const written: string[] = [];
  return { written, stream: { isTTY, columns: 20, write: (text) => written.push(text) } };
}

describe("progress", () => {
  test("is one line, cut to the terminal, without what a name could do to it, and gone at the end", () => {
    const { stream, written } = openTerminal(true);
    const progress = openProgress(stream);
    progress.show("model\x1b[2J.h5: reading all of it");
    expect(written).toEqual(["\r\x1b[2Kmodel?[2J.h5: readi"]);
    progress.clear();
    expect(written.at(-1)).toBe("\r\x1b[2K");
    progress.clear();
    expect(written).toHaveLength(2);
  });

  test("is as wide as most terminals where the width is not known", () => {
    const { stream, written } = openTerminal(true);
    openProgress({ ...stream, columns: 0 }).show("x".repeat(200));
    expect(written).toEqual([`\r\x1b[2K${"x".repeat(79)}`]);
  });

  test("is rewritten only now and then", () => {
    const { stream, written } = openTerminal(true);
    const progress = openProgress(stream);
    for (let i = 0; i < 100; i++) progress.show(`step ${i}`);
    expect(written.length).toBeLessThan(10);
  });

  test("says nothing where nobody watches", () => {
    const { stream, written } = openTerminal(false);
    const progress = openProgress(stream);
    progress.show("reading");
    progress.clear();
    expect(written).toEqual([]);
  });
});
