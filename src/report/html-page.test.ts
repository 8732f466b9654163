import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { markup } from "./html-markup.js";
import { formatHtmlPage, styleHash, styleSheet } from "./html-page.js";

const page = formatHtmlPage({ title: "a < b", body: markup`<h1>a</h1>` });

it("lets its own style sheet through its policy, and nothing else", () => {
  expect(styleHash).toBe(createHash("sha256").update(styleSheet).digest("base64"));
  expect(page).toContain(`<style>${styleSheet}</style>`);
  expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'`);
});

it("has a language, an encoding, a title, a viewport, both colour schemes and one main part", () => {
  for (const part of ['<html lang="en">', '<meta charset="utf-8">', "<title>a &lt; b</title>", "width=device-width"])
    expect(page).toContain(part);
  expect(page).toContain('<meta name="color-scheme" content="light dark">');
  expect(page.match(/<main>/g)).toHaveLength(1);
});
