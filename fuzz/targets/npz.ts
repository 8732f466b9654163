import { inflateRawSync } from "node:zlib";
import { writeDeflatedZip } from "../../fixtures/write-deflated-zip.js";
import { openNpz } from "../../src/formats/npz.js";
import { entriesOf, sizeOf } from "../../src/ndarray.js";
import { addArray } from "../arrays.js";
import { startReading } from "../reading.js";
import { readSeeds } from "../seeds.js";
import type { Target } from "../target.js";
import { mutateZip } from "../zip/mutate.js";
import { npy } from "./npy.js";

const name = "fuzz.npz";

/** An array that is damaged where it is deflated must be packed again. */
function packArray(bytes: Uint8Array, stored: boolean): Uint8Array {
  return writeDeflatedZip([{ name: "a.npy", bytes, stored }]);
}

/** The bytes of the member with which an archive begins; undefined where they cannot be told. */
function firstMember(archive: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(archive);
  if (bytes.length < 30 || !bytes.subarray(0, 4).equals(Buffer.from("PK\u0003\u0004"))) return undefined;
  const start = 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
  const content = bytes.subarray(start, start + bytes.readUInt32LE(18));
  if (bytes.readUInt16LE(8) !== 8) return new Uint8Array(content);
  try {
    return new Uint8Array(inflateRawSync(content, { maxOutputLength: 2 ** 16 }));
  } catch {
    return undefined;
  }
}

/** NPZ archives: all arrays, deflated ones among them, and the other members as texts. */
export const npz: Target = {
  name: "npz",
  fileName: name,
  wantsOffsets: true,
  seeds: () => [
    ...readSeeds("fixtures/containers", ".npz", 64 * 1024),
    ...readSeeds("fixtures/cases", ".npz", 3 * 1024).slice(0, 4),
    ...npy.seeds().map((bytes, i) => packArray(bytes, i % 4 === 0)),
  ],
  mutate: (bytes, other, random) => {
    const array = random(2) === 0 ? firstMember(bytes) : undefined;
    if (array === undefined) return mutateZip(bytes, other, random);
    return packArray(npy.mutate(array, firstMember(other) ?? other, random), random(4) === 0);
  },
  read: async (input, onStep) => {
    const { attempt, digest, broken, outcome } = startReading(onStep);
    const archive = await attempt("open", () => openNpz(input, { name }));
    if (archive === undefined) return outcome();
    for (const key of archive.names) {
      const array = await attempt("array", () => archive.read(key));
      if (array === undefined) continue;
      addArray(digest, array, [], 0);
      const entries = sizeOf(array.shape) * entriesOf(array.dtype);
      if (array.data.length !== entries) broken.push("an array has more or fewer elements than its shape");
    }
    for (const member of archive.members.filter((each) => !each.endsWith(".npy"))) {
      digest.addText((await attempt("text", () => archive.readText(member))) ?? "");
    }
    return outcome();
  },
};
