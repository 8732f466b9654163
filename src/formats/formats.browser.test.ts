import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Browser, findBrowsers } from "../../fixtures/find-browsers.js";
import { serve } from "../../fixtures/http-server.js";
import { bundlePage } from "../../fixtures/page-bundle.js";
import { digestReading, isReadable } from "../../fixtures/reading-digest.js";

const fixtures = fileURLToPath(new URL("../../fixtures", import.meta.url));
/** Longer files have more of the same. */
const longest = 100_000;
const names = readdirSync(fixtures, { recursive: true, encoding: "utf8" }).filter(
  (name) => isReadable(name) && statSync(join(fixtures, name)).size <= longest,
);

/** Reads the files, a few side by side, and tells what came out of some at a time. */
const readAll = `
  try {
    const names = await (await fetch("/names")).json();
    const found = [];
    const tell = () => fetch("/digests?" + encodeURIComponent(JSON.stringify(found.splice(0))));
    const readSome = async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        found.push([name, await entry(name, await (await fetch("/files/" + name)).blob())]);
        if (found.length === 50) await tell();
      }
    };
    await Promise.all(Array.from({ length: 6 }, readSome));
    await tell();
    await fetch("/end");
  } catch (error) {
    await fetch("/end?" + encodeURIComponent(error.stack));
  }`;

/** Ends a browser with all processes that it has started. */
function kill({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** What a browser makes of the files, by their names. */
async function digestsOf({ command, options }: Browser): Promise<ReadonlyMap<string, number>> {
  const chunks = await bundlePage(join(fixtures, "reading-digest.ts"), true, "{ digestReading as entry }");
  const first = chunks.find(({ isEntry }) => isEntry)!.fileName;
  const page = `<!doctype html><script type="module">import "./${first}"; ${readAll}</script>`;
  const answers = new Map([
    ["/", { type: "text/html", body: page }],
    ["/names", { type: "application/json", body: JSON.stringify(names) }],
    ...chunks.map(({ fileName, code }) => [`/${fileName}`, { type: "text/javascript", body: code }] as const),
  ]);
  const files = "/files/";
  const digests = new Map<string, number>();
  let end: (error: string) => void;
  const ended = new Promise<string>((resolve) => (end = resolve));
  const server = await serve(({ path }, response) => {
    const [at = "", query = ""] = path.split("?").map(decodeURIComponent);
    if (at === "/digests") {
      for (const [name, digest] of JSON.parse(query) as [string, number][]) digests.set(name, digest);
    }
    if (at === "/end") end(query);
    const { type, body } = answers.get(at) ?? { type: "application/octet-stream", body: "" };
    response.setHeader("Content-Type", type);
    response.end(at.startsWith(files) ? readFileSync(join(fixtures, at.slice(files.length))) : body);
  });
  const folder = mkdtempSync(join(tmpdir(), "browser-"));
  const browser = spawn(command!, [...options(folder), `${server.url}/`], { stdio: "ignore", detached: true });
  try {
    const closed = new Promise<string>((resolve) => {
      browser.once("error", (error) => resolve(String(error)));
      browser.once("exit", (code) => resolve(`the browser ended with ${code}`));
    });
    expect(await Promise.race([ended, closed])).toBe("");
    return digests;
  } finally {
    kill(browser);
    await server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** What Node makes of them. */
async function digestsInNode(): Promise<ReadonlyMap<string, number>> {
  const digests = new Map<string, number>();
  for (const name of names) {
    digests.set(name, await digestReading(name, new Uint8Array(readFileSync(join(fixtures, name)))));
  }
  return digests;
}

describe("the readers of all formats", () => {
  let inNode: ReadonlyMap<string, number> | undefined;

  for (const browser of findBrowsers()) {
    test.skipIf(browser.command === undefined)(
      `give for each fixture in ${browser.name} what they give in Node, or refuse it in the same words`,
      async () => {
        inNode ??= await digestsInNode();
        expect(new Set(inNode.values()).size).toBeGreaterThan(400);
        expect(await digestsOf(browser)).toEqual(inNode);
      },
      120_000,
    );
  }
});
