/** The first index from `low` to before `high` for which a test holds that holds for all behind it; `high` for none. */
export function firstIndex(low: number, high: number, test: (index: number) => boolean): number {
  let [first, end] = [low, high];
  while (first < end) {
    const middle = (first + end) >>> 1;
    if (test(middle)) end = middle;
    else first = middle + 1;
  }
  return first;
}
