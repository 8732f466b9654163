/** The memory that the parts of a file take, of which each counts once, however often it is read. */
export interface Ledger {
  /** What all parts may take. */
  readonly most: number;
  /**
   * Notes what a part took so far; false, and nothing noted, where that is more than its share of what the others leave.
   * So with a share of a half none leaves nothing to the others, however many there are.
   */
  charge(part: string | number, bytes: number): boolean;
}

/** A part may take what the others leave, divided by `share`. */
export function openLedger(most: number, share: number): Ledger {
  const parts = new Map<string | number, number>();
  let total = 0;
  return {
    most,
    charge: (part, bytes) => {
      const known = parts.get(part) ?? 0;
      if (bytes <= known) return true;
      const others = total - known;
      if (bytes > (most - others) / share) return false;
      parts.set(part, bytes);
      total = others + bytes;
      return true;
    },
  };
}
