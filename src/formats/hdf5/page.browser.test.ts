import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { describe, expect, test } from "vitest";
import { findChromium } from "../../../fixtures/find-chromium.js";
import { type HttpServer, serve } from "../../../fixtures/http-server.js";
import { unpackProject } from "../../../fixtures/packed.js";
import { bundlePage } from "../../../fixtures/page-bundle.js";
import { fixturePath } from "../../../fixtures/run-cli.js";

const executablePath = findChromium();
const files = new Map([
  ["/plain.h5", fixturePath("examples/cnn-keras2-last/model.h5")],
  ["/chunked.h5", fixturePath("hdf5/chunked.h5")],
]);

/** What runs in the page: reads everything of a file. */
const readAll = `async (path) => {
  const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
  const file = await entry.openHdf5(bytes);
  let values = 0;
  for await (const object of file.walk()) {
    await object.attrs();
    if (object.kind === "dataset") values += (await object.read()).data.length;
  }
  return values;
}`;

describe.skipIf(executablePath === undefined)("a page that reads with the package, in Chromium", () => {
  test("is sent at most 15,000 bytes for what Keras writes, and one script more for chunks", async () => {
    const server = await servePage();
    const root = process.getuid?.() === 0;
    const browser = await chromium.launch({ executablePath: executablePath!, args: root ? ["--no-sandbox"] : [] });
    try {
      const page = await browser.newPage();
      let sent = 0;
      page.on("requestfinished", async (request) => {
        if (request.url().endsWith(".js")) sent += (await request.sizes()).responseBodySize;
      });
      await page.goto(server.url);
      await page.waitForFunction("globalThis.entry !== undefined");
      const scripts = (): number => server.seen.filter(({ path }) => path.endsWith(".js")).length;
      const atFirst = scripts();
      expect(await page.evaluate(`(${readAll})("/plain.h5")`)).toBeGreaterThan(1000);
      expect(scripts()).toBe(atFirst);
      console.log(`Chromium was sent ${sent} bytes of ${atFirst} scripts to read what Keras wrote`);
      expect(sent).toBeGreaterThan(10_000);
      expect(sent).toBeLessThanOrEqual(15_000);
      expect(await page.evaluate(`(${readAll})("/chunked.h5")`)).toBeGreaterThan(300);
      expect(scripts()).toBe(atFirst + 1);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});

/** Serves the files, and a page with the package's reader as a bundler makes it, compressed. */
async function servePage(): Promise<HttpServer> {
  const unpacked = await unpackProject();
  const chunks = await bundlePage(join(unpacked.root, "dist/formats/hdf5/index.js"), true);
  await unpacked.remove();
  const scripts = new Map(chunks.map(({ fileName, code }) => [`/${fileName}`, gzipSync(code, { level: 9 })]));
  const data = new Map(await Promise.all(Array.from(files, async ([at, path]) => [at, await readFile(path)] as const)));
  const start = chunks.find(({ isEntry }) => isEntry)!.fileName;
  return serve(({ path }, response) => {
    const script = scripts.get(path);
    if (script === undefined) {
      response.setHeader("Content-Type", "text/html");
      response.end(data.get(path) ?? `<!doctype html><script type="module" src="/${start}"></script>`);
      return;
    }
    response.setHeader("Content-Type", "text/javascript");
    response.setHeader("Content-Encoding", "gzip");
    response.end(script);
  });
}
