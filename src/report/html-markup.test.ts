import { describe, expect, it } from "vitest";
import { joinMarkup, markup, trustMarkup } from "./html-markup.js";

describe("markup", () => {
  it("escapes what ends a tag, an attribute or a text", () => {
    expect(markup`<a title="${`"'<>&`}">${"</a>"}</a>`.markup).toBe(
      '<a title="&quot;&#39;&lt;&gt;&amp;">&lt;/a&gt;</a>',
    );
  });

  it("shows control, format and bidirectional characters and lone surrogates as escapes", () => {
    expect(markup`${"a\u0000\u202e\u2028\ud800b\n"}`.markup).toBe("a\\u0000\\u202e\\u2028\\ud800b\\u000a");
  });

  it("leaves letters of every script as they are", () => {
    expect(markup`${"日本 עברית é"}`.markup).toBe("日本 עברית é");
  });

  it("cuts a text of a hostile file", () => {
    expect(markup`${"x".repeat(1e6)}`.markup).toBe(`${"x".repeat(20_000)}…`);
  });

  it("takes numbers, markup, lists of markup, and null for nothing", () => {
    const item = markup`<i>${1}</i>`;
    expect(markup`${2}${item}${[item, item]}${null}!`.markup).toBe("2<i>1</i><i>1</i><i>1</i>!");
    expect(joinMarkup([item, trustMarkup("<b>")], "\n").markup).toBe("<i>1</i>\n<b>");
  });
});
