import { openNpz } from "../../src/formats/npz.js";
import { entriesOf, sizeOf } from "../../src/ndarray.js";
import { addArray } from "../arrays.js";
import { startReading } from "../reading.js";
import { readSeeds } from "../seeds.js";
import type { Target } from "../target.js";
import { mutateZip } from "../zip/mutate.js";

const name = "fuzz.npz";

/** NPZ archives: all arrays, deflated ones among them, and the other members as texts. */
export const npz: Target = {
  name: "npz",
  fileName: name,
  wantsOffsets: true,
  seeds: () => [
    ...readSeeds("fixtures/containers", ".npz", 64 * 1024),
    ...readSeeds("fixtures/cases", ".npz", 3 * 1024).slice(0, 4),
  ],
  mutate: mutateZip,
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
