import { KerasProofError } from "../../src/errors.js";
import { openSource } from "../../src/formats/byte-source.js";
import { openArchive } from "../../src/import/archive.js";
import { addArray } from "../arrays.js";
import { startReading } from "../reading.js";
import { readSeeds } from "../seeds.js";
import type { Target } from "../target.js";
import { mutateZip } from "../zip/mutate.js";

const name = "fuzz.keras";

/** Archives of Keras models: both JSON texts, and all datasets of the weights. */
export const keras: Target = {
  name: "keras",
  fileName: name,
  // An archive may lack a member, which lies nowhere.
  wantsOffsets: false,
  seeds: () => readSeeds("fixtures/cases", ".keras", 24 * 1024).slice(0, 6),
  mutate: mutateZip,
  read: async (input, onStep) => {
    const { attempt, digest, outcome } = startReading(onStep);
    const opened = await attempt("open", () =>
      openArchive(openSource(input, name), name, {}, undefined).catch(lacking),
    );
    digest.addText(JSON.stringify(opened?.architecture) ?? "");
    const weights = opened?.weights;
    if (!weights) return outcome();
    await attempt("walk", async () => {
      for await (const object of weights.walk()) {
        digest.addText(object.path);
        const array = object.kind === "dataset" ? await attempt("read", () => object.read()) : undefined;
        if (array !== undefined) addArray(digest, array, [], 0);
      }
    });
    return outcome();
  },
};

/** That a member is missing is no damage that a reader would have to find a place for. */
function lacking(error: unknown): undefined {
  if (error instanceof KerasProofError && error.code === "missing-entry") return undefined;
  throw error;
}
