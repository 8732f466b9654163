import { describe, expect, it } from "vitest";
import { escapeMarkdown, formatCode, formatMarkdownTable } from "./markdown.js";

describe("escapeMarkdown", () => {
  it("leaves plain words alone and takes every sign its meaning", () => {
    expect(escapeMarkdown("288 groups of 3 numbers: 1.5 (axis 0)")).toBe("288 groups of 3 numbers: 1.5 (axis 0)");
    expect(escapeMarkdown("a_b *c* `d` <e> [f](g) | h ~i~ #1 @j & \\")).toBe(
      "a\\_b \\*c\\* \\`d\\` \\<e\\> \\[f\\](g) \\| h \\~i\\~ \\#1 \\@j \\& \\\\",
    );
  });

  it("makes no link of an address, and no line of a line break", () => {
    expect(escapeMarkdown("https://x.y www.x.y")).toBe("https\\://x.y www\\.x.y");
    expect(escapeMarkdown("a\n# b\u202Ec\u0000")).toBe("a\\\\u000a\\# b\\\\u202ec\\\\u0000");
  });
});

describe("formatCode", () => {
  it("puts more backticks around a text than it has", () => {
    expect(formatCode("max_norm(3, axis=[0, 1])")).toBe("`max_norm(3, axis=[0, 1])`");
    expect(formatCode("a`b``c")).toBe("```a`b``c```");
    expect(formatCode("`a`")).toBe("`` `a` ``");
    expect(formatCode("@user #1 <b>")).toBe("`@user #1 <b>`");
    expect(formatCode("")).toBe("");
  });

  it("has no bar that would end a cell", () => {
    expect(formatCode("_a_\\|b`<c>")).toBe("<code>&#95;a&#95;&#92;&#124;b&#96;&#60;c&#62;</code>");
  });
});

describe("formatMarkdownTable", () => {
  it("has a line for the heads, one for the sides, and one for each row", () => {
    expect(formatMarkdownTable([{ head: "norm" }, { head: "groups", numeric: true }], [["1 to 2", "7"]])).toEqual([
      "| norm | groups |",
      "|---|---:|",
      "| 1 to 2 | 7 |",
    ]);
  });
});
