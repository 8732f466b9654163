import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type OutputChunk, rolldown } from "rolldown";
import { expect, test } from "vitest";

/** What a page has that uses the reader: its own entry exports nothing. */
const page = {
  name: "page",
  resolveId: (id: string): string | undefined => (id === "page" ? "\0page" : undefined),
  load: (id: string): string | undefined => {
    if (id !== "\0page") return undefined;
    const entry = JSON.stringify(fileURLToPath(new URL("index.ts", import.meta.url)));
    return `import * as hdf5 from ${entry}; globalThis.hdf5 = hdf5;`;
  },
};

async function bundle(codeSplitting: boolean): Promise<OutputChunk[]> {
  const input = await rolldown({ input: "page", platform: "browser", plugins: [page] });
  const { output } = await input.generate({ format: "esm", minify: true, codeSplitting });
  return output.filter((each) => each.type === "chunk");
}

function compressedBytes(chunk: OutputChunk): number {
  return gzipSync(chunk.code, { level: 9 }).length;
}

test("a page loads at most 15,000 bytes of the reader before it opens a file, and 37,500 in all", async () => {
  const chunks = new Map((await bundle(true)).map((chunk) => [chunk.fileName, chunk]));
  const first = new Set([...chunks.values()].filter(({ isEntry }) => isEntry));
  for (const { imports } of first) for (const name of imports) first.add(chunks.get(name)!);
  for (const chunk of chunks.values()) {
    console.log(
      `${chunk.fileName}: ${compressedBytes(chunk)} bytes gzipped, ${first.has(chunk) ? "at first" : "on demand"}`,
    );
  }
  const atFirst = [...first].reduce((sum, chunk) => sum + compressedBytes(chunk), 0);
  const [whole, ...others] = await bundle(false);
  const inAll = compressedBytes(whole!);
  console.log(`kerasproof/hdf5 in a page: ${atFirst} bytes gzipped at first; ${inAll} where a bundle is one file`);
  expect(others).toEqual([]);
  expect(atFirst).toBeLessThanOrEqual(15_000);
  expect(inAll).toBeLessThanOrEqual(37_500);
});
