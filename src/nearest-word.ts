/**
 * The known word that is most like `word`: equal but for case, underscores and hyphens, or at most two letters away;
 * `undefined` where there is none.
 */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  return nearestWordFinder(known)(word);
}

/** `nearestWord` for many words, each of which costs little. */
export function nearestWordFinder(known: Iterable<string>): (word: string) => string | undefined {
  const candidates = Array.from(known, (candidate) => ({ candidate, plain: plainLetters(candidate) }));
  const rows: Rows = [[], []];
  return (word) => {
    /** Letters that may differ. */
    const mostAway = 2;
    if (word.length > 40) return undefined;
    const own = plainLetters(word);
    let best: string | undefined;
    let least = mostAway + 1;
    for (const { candidate, plain } of candidates) {
      const distance = editDistance(own, plain, least - 1, rows);
      if (distance < least) {
        best = candidate;
        least = distance;
      }
    }
    return best;
  };
}

function plainLetters(word: string): string {
  return word.toLowerCase().replaceAll("_", "").replaceAll("-", "");
}

/** Room for the distances of two rows, used again and again. */
type Rows = [row: number[], next: number[]];

/**
 * How many letters must be put in, taken out or replaced to turn one word into the other; some number above `most` where
 * it is more than that, which ends as soon as it shows.
 */
function editDistance(a: string, b: string, most: number, rows: Rows): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = rows[0];
  let next = rows[1];
  for (let j = 0; j <= b.length; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    next[0] = i;
    let nearest = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const distance = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1);
      nearest = Math.min(nearest, distance);
      next[j] = distance;
    }
    if (nearest > most) return nearest;
    const last = row;
    row = next;
    next = last;
  }
  return row[b.length]!;
}
