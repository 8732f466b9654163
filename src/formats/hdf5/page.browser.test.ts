import { readdir, readFile } from "node:fs/promises";
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
  test.each([
    ["a bundler", bundled],
    ["no bundler", shipped],
  ])(
    "is sent at most 15,000 bytes for what Keras writes, and one script more for chunks, with %s",
    async (_, scriptsOf) => {
      const server = await servePage(scriptsOf);
      const root = process.getuid?.() === 0;
      const browser = await chromium.launch({ executablePath: executablePath!, args: root ? ["--no-sandbox"] : [] });
      try {
        const page = await browser.newPage();
        const sizes: Promise<{ readonly responseBodySize: number }>[] = [];
        page.on("requestfinished", (request) => {
          if (request.url().endsWith(".js")) sizes.push(request.sizes());
        });
        await page.goto(server.url);
        await page.waitForFunction("globalThis.entry !== undefined");
        const scripts = (): number => server.seen.filter(({ path }) => path.endsWith(".js")).length;
        const atFirst = scripts();
        expect(await page.evaluate(`(${readAll})("/plain.h5")`)).toBeGreaterThan(1000);
        expect(scripts()).toBe(atFirst);
        const sent = (await Promise.all(sizes)).reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
        console.log(`Chromium was sent ${sent} bytes of ${atFirst} scripts to read what Keras wrote`);
        expect(sent).toBeGreaterThan(10_000);
        expect(sent).toBeLessThanOrEqual(15_000);
        expect(await page.evaluate(`(${readAll})("/chunked.h5")`)).toBeGreaterThan(300);
        expect(scripts()).toBe(atFirst + 1);
        await Promise.all(sizes);
      } finally {
        await browser.close();
        await server.close();
      }
    },
  );
});

/** The scripts of a page by their names, and what its own script says. */
interface Scripts {
  readonly texts: ReadonlyMap<string, string>;
  readonly start: string;
}

/** What a bundler makes of the package's reader. */
async function bundled(root: string): Promise<Scripts> {
  const chunks = await bundlePage(join(root, "dist/formats/hdf5/index.js"), true);
  const first = chunks.find(({ isEntry }) => isEntry)!.fileName;
  return { texts: new Map(chunks.map(({ fileName, code }) => [fileName, code])), start: `import "./${first}";` };
}

/** What the package has for pages, as it is. */
async function shipped(root: string): Promise<Scripts> {
  const folder = join(root, "dist/browser");
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const start = 'import { openHdf5 } from "./hdf5.js"; globalThis.entry = { openHdf5 };';
  return { texts: new Map(names.map((name, i) => [name, texts[i]!])), start };
}

/** Serves the files, and a page with scripts, compressed. */
async function servePage(scriptsOf: (root: string) => Promise<Scripts>): Promise<HttpServer> {
  const unpacked = await unpackProject();
  const { texts, start } = await scriptsOf(unpacked.root);
  await unpacked.remove();
  const scripts = new Map(Array.from(texts, ([name, text]) => [`/${name}`, gzipSync(text, { level: 9 })]));
  const data = new Map(await Promise.all(Array.from(files, async ([at, path]) => [at, await readFile(path)] as const)));
  return serve(({ path }, response) => {
    const script = scripts.get(path);
    if (script === undefined) {
      response.setHeader("Content-Type", "text/html");
      response.end(data.get(path) ?? `<!doctype html><script type="module">${start}</script>`);
      return;
    }
    response.setHeader("Content-Type", "text/javascript");
    response.setHeader("Content-Encoding", "gzip");
    response.end(script);
  });
}
