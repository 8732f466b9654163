/**
 * The colours of plots in light and dark, as rules for a page's or a picture's style sheet. A plot has no style of its
 * own: without these rules, where a policy forbids style sheets, it is drawn in the colour of the text.
 */
export const plotStyle = `
.plot { --ink: #1b1f24; --faint: #d5dae0; --ground: #ffffff; --norm: #4478b0; --over: #c2410c; --short: #7a3fb0; }
@media screen and (prefers-color-scheme: dark) {
  .plot { --ink: #e6e8eb; --faint: #3a4149; --ground: #14171a; --norm: #6ba3da; --over: #fb923c; --short: #c79bf2; }
}
.plot text { fill: var(--ink); stroke: none; }
.plot .halo { stroke: var(--ground); }
.plot .ground { fill: var(--ground); }
.plot .grid { stroke: var(--faint); stroke-opacity: 1; }
.plot .axis, .plot .lost { stroke: var(--ink); }
.plot .norm { fill: var(--norm); }
.plot .over { fill: var(--over); }
.plot .short { fill: var(--short); }
.plot .cell { fill: var(--faint); fill-opacity: 1; }
.plot .group { fill: var(--over); }
.plot .limit { stroke: var(--ink); }
.plot .norm-line, .plot .line-norm { stroke: var(--norm); }
.plot .line-over { stroke: var(--over); }
.plot .dot, .plot .line-plain { stroke: var(--ink); }
`;
