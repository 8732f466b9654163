import { openSafetensors } from "../../src/formats/safetensors.js";
import type { SafetensorsTensor } from "../../src/formats/safetensors-tensor.js";
import { addArray, differenceOfPart } from "../arrays.js";
import { mutateBytes, writeNumber } from "../mutate-bytes.js";
import { type Reading, startReading } from "../reading.js";
import { readSeeds } from "../seeds.js";
import type { Target } from "../target.js";

const name = "fuzz.safetensors";

const words = [
  '"dtype"',
  '"shape"',
  '"data_offsets"',
  '"__metadata__"',
  '"F32"',
  '"BF16"',
  '"F4"',
  '"C64"',
  '"BOOL"',
  "[",
  "]",
]
  .concat(["{", "}", ",", ":", "0", "-1", "9007199254740993", "1e3", " ", "__proto__", '"\\u0000"', "null"])
  .map((word) => new TextEncoder().encode(word));

/** safetensors files: the header, all tensors whole, in part and as bytes. */
export const safetensors: Target = {
  name: "safetensors",
  fileName: name,
  wantsOffsets: true,
  seeds: () => readSeeds("fixtures/containers/safetensors", ".safetensors", 4096),
  mutate: (bytes, other, random) => {
    const changed = mutateBytes(bytes, other, words, random);
    if (random(2) === 0) fixHeaderLength(changed);
    return changed;
  },
  read: async (input, onStep) => {
    const reading = startReading(onStep);
    const file = await reading.attempt("open", () => openSafetensors(input, { name }));
    reading.digest.addText(JSON.stringify([...(file?.metadata ?? [])]));
    for (const tensor of file?.names ?? []) {
      reading.digest.addText(tensor);
      await readTensor(reading, file!.get(tensor)!);
    }
    return reading.outcome();
  },
};

async function readTensor({ attempt, digest, broken }: Reading, tensor: SafetensorsTensor): Promise<void> {
  const stored = await attempt("bytes", () => tensor.readBytes());
  if (stored !== undefined) digest.addBytes(stored);
  const whole = await attempt("read", () => tensor.read());
  if (whole === undefined) return;
  addArray(digest, whole, [], 0);
  const [rows, ...others] = whole.shape;
  if (rows === undefined || whole.shape.includes(0)) return;
  const start = Math.floor(rows / 3);
  const count = Math.ceil((rows - start) / 2);
  const part = await attempt("read part", () => tensor.read({ start, count }));
  const first = [start, ...others.map(() => 0)];
  const step = whole.shape.map(() => 1);
  if (part === undefined || differenceOfPart(whole, part, first, [count, ...others], step)) {
    broken.push("a part is refused, or has other values than the whole");
  }
}

/** Lets the header end with its last bracket. */
function fixHeaderLength(bytes: Uint8Array): void {
  const end = bytes.lastIndexOf("}".charCodeAt(0));
  if (end >= 8) writeNumber(bytes, 0, 8, BigInt(end - 7));
}
