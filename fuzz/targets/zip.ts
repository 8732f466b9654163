import { openSource } from "../../src/formats/byte-source.js";
import { openZip } from "../../src/formats/zip/archive.js";
import { startReading } from "../reading.js";
import { readSeeds } from "../seeds.js";
import type { Target } from "../target.js";
import { mutateZip } from "../zip/mutate.js";

const name = "fuzz.zip";
const mostSourceBytes = 2 ** 20;

/** ZIP archives: the directory, and all members whole, in blocks and as sources. */
export const zip: Target = {
  name: "zip",
  fileName: name,
  wantsOffsets: true,
  seeds: () => [
    ...["zip", "hostile"].flatMap((folder) => readSeeds(`fixtures/containers/${folder}`, ".zip", 4096)),
    ...readSeeds("fixtures/cases", ".npz", 3 * 1024).slice(0, 4),
  ],
  mutate: mutateZip,
  read: async (input, onStep) => {
    const { attempt, digest, broken, outcome } = startReading(onStep);
    const archive = await attempt("open", () => openZip(input, { name }));
    if (archive === undefined) return outcome();
    for (const member of archive.names) {
      digest.addText(`${member} ${archive.size(member)}`);
      const content = await attempt("read", () => archive.read(member));
      if (content !== undefined) digest.addBytes(content);
      const blocks = await attempt("blocks", async () => {
        let size = 0;
        for await (const block of archive.blocks(member)) size += block.length;
        return size;
      });
      if (blocks !== content?.length) broken.push("a member has another size in blocks than as a whole");
      const source = await attempt("source", () => archive.source(member));
      if (source === undefined) continue;
      const bytes = await attempt("read source", () =>
        openSource(source).read(0, Math.min(source.size, mostSourceBytes)),
      );
      if (bytes !== undefined) digest.addBytes(bytes);
      const sizes = new Set([archive.size(member), content?.length ?? archive.size(member), source.size]);
      if (sizes.size > 1) broken.push("a member has another size than it was said to have");
    }
    return outcome();
  },
};
