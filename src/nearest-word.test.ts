import { expect, test } from "vitest";
import { nearestWord } from "./nearest-word.js";

/** The distance by its definition. */
function distance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const replaced = distance(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1);
  return Math.min(replaced, distance(a.slice(1), b) + 1, distance(a, b.slice(1)) + 1);
}

/** All words of up to so many letters a and b. */
function words(length: number): string[] {
  if (length === 0) return [""];
  return ["", ...words(length - 1).flatMap((word) => [`a${word}`, `b${word}`])].filter(
    (word, i, all) => all.indexOf(word) === i,
  );
}

test("finds the first of the nearest words, at most two letters away", () => {
  const all = words(4);
  for (const word of all) {
    for (const other of all) {
      const away = distance(word, other);
      expect(nearestWord(word, [other]), `${word} ${other}`).toBe(away <= 2 ? other : undefined);
      const known = ["abba", other, "baab"];
      const least = Math.min(...known.map((one) => distance(word, one)));
      const nearest = known.find((one) => distance(word, one) === least);
      expect(nearestWord(word, known), `${word} ${known.join(" ")}`).toBe(least <= 2 ? nearest : undefined);
    }
  }
});

test("looks over case, underscores and hyphens", () => {
  expect(nearestWord("Kernel-Constraint", ["kernel", "kernel_constraint"])).toBe("kernel_constraint");
});

test("knows no word like a very long one", () => {
  expect(nearestWord("a".repeat(41), ["a".repeat(41)])).toBeUndefined();
});
