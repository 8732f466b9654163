import { constraintClasses } from "./classes.js";

/** The known spelling nearest to `name`: equal but for case and underscores, or at most two letters away. */
export function nearestSpelling(name: string): string | undefined {
  if (name.length > 40) return undefined;
  let best: string | undefined;
  let least = 3;
  for (const { spellings } of constraintClasses) {
    for (const known of spellings.keys()) {
      const distance = editDistance(plainLetters(name), plainLetters(known));
      if (distance < least) {
        best = known;
        least = distance;
      }
    }
  }
  return best;
}

function plainLetters(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

/** How many letters must be put in, taken out or replaced to turn one word into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
