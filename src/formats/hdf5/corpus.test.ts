import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { KerasProofError } from "../../errors.js";
import { openHdf5 } from "./index.js";

/** Real files by other people, beside the project. */
const corpus = fileURLToPath(new URL("../../../../shared/corpus/", import.meta.url));
const exists = existsSync(corpus);

async function readAll(path: string): Promise<"read" | "refused"> {
  let refusals = 0;
  const count = (error: unknown): void => {
    if (!(error instanceof KerasProofError)) throw error;
    refusals += 1;
  };
  try {
    const file = await openHdf5(readFileSync(path), { name: path });
    await file.root.attrs().catch(count);
    for await (const object of file.walk()) {
      if (object.kind === "refused") count(object.error);
      else await object.attrs().catch(count);
      if (object.kind === "dataset") await object.read().catch(count);
    }
  } catch (error) {
    count(error);
  }
  return refusals === 0 ? "read" : "refused";
}

it.skipIf(!exists)("reads each file of the corpus or refuses it with a typed error", async () => {
  const paths = readdirSync(corpus, { recursive: true, encoding: "utf8" }).filter((path) =>
    /\.(?:h5|hdf5)$/.test(path),
  );
  const outcomes = { read: 0, refused: 0 };
  for (const path of paths) outcomes[await readAll(corpus + path)] += 1;
  expect(outcomes.read).toBeGreaterThan(outcomes.refused);
});
