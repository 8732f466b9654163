import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";

test("the reader adds at most 16,000 bytes to a page", async () => {
  const input = fileURLToPath(new URL("index.ts", import.meta.url));
  const bundle = await rolldown({ input, platform: "browser" });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  const bytes = Buffer.from(output[0].code);
  const compressed = gzipSync(bytes, { level: 9 }).length;
  console.log(`kerasproof/hdf5 in a bundle: ${bytes.length} bytes, gzipped ${compressed}`);
  expect(output).toHaveLength(1);
  expect(compressed).toBeLessThanOrEqual(16_000);
});
