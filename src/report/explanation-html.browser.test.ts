import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostileExplanation } from "../../fixtures/explained-constraints.js";
import { findChromium } from "../../fixtures/find-chromium.js";
import { formatExplanationHtml } from "./explanation-html.js";

const executablePath = findChromium();

describe.skipIf(executablePath === undefined)("the page of a hostile file, in Chromium", () => {
  let folder = "";
  let address = "";
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kerasproof-page-"));
    await writeFile(join(folder, "page.html"), formatExplanationHtml(hostileExplanation()));
    address = pathToFileURL(join(folder, "page.html")).href;
    const root = process.getuid?.() === 0;
    browser = await chromium.launch({ executablePath: executablePath!, args: root ? ["--no-sandbox"] : [] });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  /** Opens the page; `said` gets every message of the browser, `requests` every address that was asked for. */
  async function open(
    width: number,
    colorScheme: "light" | "dark",
  ): Promise<Page & { said: string[]; requests: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const said: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(address);
    return Object.assign(page, { said, requests });
  }

  it("loads nothing else, runs nothing and says nothing", async () => {
    const page = await open(1000, "light");
    expect(page.requests).toEqual([address]);
    expect(page.said).toEqual([]);
    expect(await page.evaluate("globalThis.broken")).toBeUndefined();
    expect(await page.locator("script, img, link, iframe, object").count()).toBe(0);
    expect(await page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth")).toBe("960px");
  });

  it("is as wide as the window, on a phone too", async () => {
    for (const width of [1000, 390, 320]) {
      const page = await open(width, "light");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    }
  });

  it("has every id once, and every plot and every table named", async () => {
    const page = await open(1000, "light");
    const ids = (await page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")) as string[];
    expect(new Set(ids).size).toBe(ids.length);
    expect(await page.locator("svg").count()).toBeGreaterThan(5);
    expect(
      await page.evaluate(
        `[...document.querySelectorAll("svg")].filter((one) => one.getAttribute("role") !== "img" ||
          one.getAttribute("aria-labelledby").split(" ").some((id) => !document.getElementById(id)?.textContent)).length`,
      ),
    ).toBe(0);
    expect(await page.locator("table:not(:has(caption)), th:not([scope])").count()).toBe(0);
    expect(await page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((one) => one.tagName)[0]")).toBe("H1");
  });

  it("shows every text with a contrast of 4.5 and more, light and dark", async () => {
    for (const scheme of ["light", "dark"] as const) {
      const page = await open(1000, scheme);
      const [texts, least] = (await page.evaluate(leastContrast)) as [number, number];
      expect(texts).toBeGreaterThan(200);
      expect(least).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("is printed in dark ink on white, whatever the screen shows", async () => {
    const page = await open(1000, "dark");
    const ground = "getComputedStyle(document.body).backgroundColor";
    expect(await page.evaluate(ground)).toBe("rgb(20, 23, 26)");
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate(ground)).toBe("rgb(255, 255, 255)");
    expect(await page.evaluate("getComputedStyle(document.querySelector('svg text')).fill")).toBe("rgb(27, 31, 36)");
  });
});

/** How many texts there are, and the least contrast of one (WCAG 2.2, 1.4.3) with what lies behind it. */
const leastContrast = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, i) => sum + one * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    const color = parse(getComputedStyle(element).backgroundColor);
    return color.length === 4 && color[3] === 0 ? behind(element.parentElement) : color;
  };
  const contrasts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === "" || element.matches("title, desc")) continue;
    const style = getComputedStyle(element);
    const [ink, ground] = [parse(element.matches("svg text") ? style.fill : style.color), behind(element)]
      .map(luminance);
    contrasts.push((Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05));
  }
  return [contrasts.length, Math.min(...contrasts)];
})()`;
