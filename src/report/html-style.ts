/** The look of a report: light or dark as the reader's system is, one column on a phone, black on white on paper. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ink: #1b1f24; --quiet: #535c66; --line: #d5dae0; --ground: #ffffff; --panel: #f4f6f8;
  --good: #17693a; --bad: #b3261e; --doubtful: #8a4b00; --link: #0b5cad;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e8eb; --quiet: #a3acb6; --line: #3a4149; --ground: #14171a; --panel: #1d2126;
    --good: #6fcf97; --bad: #ff8a80; --doubtful: #f5b05c; --link: #7db7f0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--ground); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0.5rem 0 0; line-height: 1.25; }
h2 { font-size: 1.25rem; margin: 1.5rem 0 0; line-height: 1.3; }
h3 { font-size: 1rem; margin: 1.5rem 0 0.25rem; }
p { margin: 0.5rem 0; }
a { color: var(--link); }
code, pre { font: 0.9em/1.45 ui-monospace, monospace; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.6rem 0.8rem;
  margin: 0.5rem 0; white-space: pre-wrap; user-select: all; }
ul { margin: 0.5rem 0; padding-left: 1.2rem; }
figure { margin: 1rem 0; }
.beside { display: flex; flex-wrap: wrap; gap: 0 2rem; align-items: flex-start; }
.beside figure { flex: 1 1 22rem; max-width: 36rem; }
.beside table { min-width: 12rem; }
figure svg { display: block; width: 100%; max-width: 36rem; height: auto; }
figcaption, caption, .quiet { color: var(--quiet); }
figcaption { font-size: 0.9rem; }
caption { text-align: left; padding-bottom: 0.3rem; font-size: 0.9rem; }
table { border-collapse: collapse; font-size: 0.95rem; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
tbody th { font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
.scroll { overflow-x: auto; margin-top: 1rem; }
.scroll table { min-width: 22rem; overflow-wrap: normal; }
.scroll th[scope="row"] { min-width: 7rem; overflow-wrap: anywhere; }
section h2 { margin-top: 0; }
section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1.25rem; }
h2 .weight { font-weight: 400; }
.said::first-letter { text-transform: uppercase; }
.summary { font-size: 1.15rem; font-weight: 600; }
.status { font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); } .doubtful { color: var(--doubtful); }
.wrong { border-left: 0.25rem solid var(--doubtful); padding: 0.1rem 0 0.1rem 0.75rem; }
@media print {
  main { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  figure, table, pre, h2, h3 { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
}
`;
