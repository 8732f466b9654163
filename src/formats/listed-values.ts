import { KerasProofError } from "../errors.js";

/** Throws `limit` for more values than a list can hold: those that no typed array has, texts and big integers. */
export function checkListed(count: number, place: string): void {
  /** V8 ends the process where a list grows to about 2^27 entries; texts and the like take some 40 bytes each beside. */
  const mostListed = 2 ** 25;
  if (count <= mostListed) return;
  throw new KerasProofError("limit", place, `found ${count} values, wanted at most ${mostListed} of this type at once`);
}
