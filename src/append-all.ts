/**
 * Puts items at the end of a list, however many: a call with a hundred thousand of them as arguments, as `push(...items)`
 * is one, ends in a `RangeError`.
 */
export function appendAll<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item);
}
