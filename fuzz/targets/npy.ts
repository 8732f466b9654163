import { readNpy } from "../../src/formats/npy.js";
import { entriesOf, sizeOf } from "../../src/ndarray.js";
import { addArray } from "../arrays.js";
import { mutateBytes } from "../mutate-bytes.js";
import { startReading } from "../reading.js";
import { readSeeds } from "../seeds.js";
import type { Target } from "../target.js";

const name = "fuzz.npy";

const words = [
  "'descr'",
  "'fortran_order'",
  "'shape'",
  "True",
  "False",
  "(",
  ")",
  ",",
  "9007199254740993",
  "0",
  "'<f4'",
  "'>c16'",
]
  .concat([
    "'|O'",
    "'<U4294967295'",
    "'|S0'",
    "'|V8'",
    "'<M8[ns]'",
    "[('a', '<f8')]",
    "\\x00",
    "65536",
    "'>u8'",
    "'|b1'",
  ])
  .map((word) => new TextEncoder().encode(word));

/** Single NumPy arrays. */
export const npy: Target = {
  name: "npy",
  fileName: name,
  wantsOffsets: true,
  seeds: () => readSeeds("fixtures/containers/npy", ".npy", 1024),
  mutate: (bytes, other, random) => {
    const changed = mutateBytes(bytes, other, words, random);
    if (random(2) === 0) fixHeaderLength(changed);
    return changed;
  },
  read: async (input, onStep) => {
    const { attempt, digest, broken, outcome } = startReading(onStep);
    const array = await attempt("read", () => readNpy(input, { name }));
    if (array === undefined) return outcome();
    addArray(digest, array, [], 0);
    const entries = sizeOf(array.shape) * entriesOf(array.dtype);
    if (array.data.length !== entries) broken.push("an array has more or fewer elements than its shape");
    return outcome();
  },
};

/** Lets the header end where its line does. */
function fixHeaderLength(bytes: Uint8Array): void {
  const end = bytes.indexOf(10, 8) + 1;
  const start = bytes[6] === 1 ? 10 : 12;
  if (end < start) return;
  bytes[8] = (end - start) & 0xff;
  bytes[9] = (end - start) >> 8;
}
