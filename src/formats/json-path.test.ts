import { describe, expect, it } from "vitest";

import { extendJsonPath, jsonPath } from "./json-path.js";

describe("jsonPath", () => {
  it("joins identifiers by dots and indices in brackets", () => {
    expect(jsonPath("m.keras!/config.json", "config", "layers", 3, "config", "rate")).toBe(
      "m.keras!/config.json$.config.layers[3].config.rate",
    );
    expect(jsonPath("config.json")).toBe("config.json$");
  });

  it("goes on from a path", () => {
    expect(extendJsonPath(jsonPath("c.json", "config"), "layers", 0)).toBe("c.json$.config.layers[0]");
  });

  it("quotes keys that are no identifiers, on one line", () => {
    expect(jsonPath("c", "a b", "", "3", 'say "x"', "a\nb\u001b")).toBe(
      'c$["a b"][""]["3"]["say \\"x\\""]["a\\u000ab\\u001b"]',
    );
  });

  it("shortens a long key", () => {
    expect(jsonPath("c", "k".repeat(5000))).toBe(`c$["${"k".repeat(200)}…"]`);
  });
});
