import { assert, property, sample } from "fast-check";
import { expect, it } from "vitest";
import { parseConstraint } from "../constraints/index.js";
import type { Note } from "../errors.js";
import { serializedConstraints } from "./serialized-constraints.js";

it("every form that is drawn reads as what it means, without a remark on its form", () => {
  const reads = property(serializedConstraints(), ({ raw, generation, constraint }) => {
    const notes: Note[] = [];
    const read = parseConstraint(raw, { generation, path: "here", onNote: (note) => notes.push(note) });
    expect(read).toEqual(constraint);
    expect(notes.filter(({ code }) => code !== "null-limit")).toEqual([]);
  });
  assert(reads, { numRuns: 3000 });
});

it("every form of every generation and every kind is drawn", () => {
  const drawn = sample(serializedConstraints(), { seed: 1, numRuns: 1000 });
  expect(new Set(drawn.map(({ form, generation }) => `${form} ${generation}`)).size).toBe(9);
  expect(new Set(drawn.map(({ constraint }) => constraint?.kind)).size).toBe(6);
});
