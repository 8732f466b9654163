/**
 * The known word that is most like `word`: equal but for case, underscores and hyphens, or at most two letters away;
 * `undefined` where there is none.
 */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  if (word.length > 40) return undefined;
  let best: string | undefined;
  let least = 3;
  for (const candidate of known) {
    const distance = editDistance(plainLetters(word), plainLetters(candidate));
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

function plainLetters(word: string): string {
  return word.toLowerCase().replaceAll(/[_-]/g, "");
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
