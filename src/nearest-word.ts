/**
 * The known word that is most like `word`: equal but for case, underscores and hyphens, or at most two letters away;
 * `undefined` where there is none.
 */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  /** Letters that may differ. */
  const mostAway = 2;
  if (word.length > 40) return undefined;
  const plain = plainLetters(word);
  let best: string | undefined;
  let least = mostAway + 1;
  for (const candidate of known) {
    const distance = editDistance(plain, plainLetters(candidate), least - 1);
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

/**
 * How many letters must be put in, taken out or replaced to turn one word into the other; some number above `most` where
 * it is more than that, which ends as soon as it shows: thousands of words may be looked for.
 */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let nearest = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const distance = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1);
      nearest = Math.min(nearest, distance);
      next.push(distance);
    }
    if (nearest > most) return nearest;
    row = next;
  }
  return row[b.length]!;
}
