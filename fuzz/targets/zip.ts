import { openSource } from "../../src/formats/byte-source.js";
import { openNpz } from "../../src/formats/npz.js";
import { openZip } from "../../src/formats/zip/archive.js";
import { addArray } from "../arrays.js";
import { mutateBytes } from "../mutate-bytes.js";
import { startReading } from "../reading.js";
import { readSeeds } from "../seeds.js";
import type { Target } from "../target.js";
import { fixZipChecksums } from "../zip/fix-checksums.js";

const name = "fuzz.zip";
const mostSourceBytes = 2 ** 20;

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

/** ZIP archives: the directory, all members whole and as sources, and all arrays of those that are NPZ. */
export const zip: Target = {
  name: "zip",
  fileName: name,
  wantsOffsets: true,
  seeds: () => [
    ...["zip", "hostile"].flatMap((folder) => readSeeds(`fixtures/containers/${folder}`, ".zip", 4096)),
    ...readSeeds("fixtures/cases", ".npz", 3 * 1024).slice(0, 4),
  ],
  mutate: (bytes, other, random) => {
    const changed = mutateBytes(bytes, other, words, random);
    if (random(2) === 0) fixZipChecksums(changed);
    return changed;
  },
  read: async (input, onStep) => {
    const { attempt, digest, broken, outcome } = startReading(onStep);
    const archive = await attempt("open", () => openZip(input, { name }));
    if (archive === undefined) return outcome();
    for (const member of archive.names) {
      digest.addText(`${member} ${archive.size(member)}`);
      const content = await attempt("read", () => archive.read(member));
      if (content !== undefined) digest.addBytes(content);
      const source = await attempt("source", () => archive.source(member));
      if (source === undefined) continue;
      const bytes = await attempt("read source", () =>
        openSource(source).read(0, Math.min(source.size, mostSourceBytes)),
      );
      if (bytes !== undefined) digest.addBytes(bytes);
      const sizes = new Set([archive.size(member), content?.length ?? archive.size(member), source.size]);
      if (sizes.size > 1) broken.push("a member has another size than it was said to have");
    }
    if (!archive.names.some((member) => member.endsWith(".npy"))) return outcome();
    const arrays = await attempt("open npz", () => openNpz(input, { name }));
    for (const key of arrays?.names ?? []) {
      const array = await attempt("array", () => arrays!.read(key));
      if (array !== undefined) addArray(digest, array, [], 0);
    }
    return outcome();
  },
};
