import { mutateBytes } from "../mutate-bytes.js";
import type { Random } from "../random.js";
import { fixZipChecksums } from "./fix-checksums.js";

const words = [
  "PK\x01\x02",
  "PK\x03\x04",
  "PK\x05\x06",
  "PK\x06\x06",
  "PK\x06\x07",
  "PK\x07\x08",
  "../",
  "\x01\0\x08\0",
].map((word) => Uint8Array.from(word, (character) => character.charCodeAt(0)));

/** A damaged copy of an archive, with checksums that are mostly right. */
export function mutateZip(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const changed = mutateBytes(bytes, other, words, random);
  if (random(2) === 0) fixZipChecksums(changed);
  return changed;
}
