import { markup, type Markup, trustMarkup } from "./html-markup.js";
import { pageStyle } from "./html-style.js";
import { plotStyle } from "./svg-style.js";

/** What stands in the frame that all reports have. */
export interface HtmlPage {
  /** The title of the window; text. */
  readonly title: string;
  readonly body: Markup;
}

/** The one style sheet of every page. */
export const styleSheet: string = pageStyle + plotStyle;

/** SHA-256 of `styleSheet` in base64, by which the page's policy lets it in; a test holds it. */
export const styleHash = "ZZ9/ubpn3AuKPmMB186/qL6kdcU47rxSpLDC1HzNiKU=";

/**
 * A report as one HTML file. It loads nothing and runs nothing, and its own policy forbids both: no scripts, no images,
 * fonts or addresses, and no style sheet but this one.
 */
export function formatHtmlPage({ title, body }: HtmlPage): string {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" \
content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trustMarkup(styleSheet)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
  return page.markup;
}
