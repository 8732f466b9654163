/** The numbers from 0 on, `count` of them. */
export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}
