import { describe, expect, it } from "vitest";
import { explainedConstraints, hostileExplanation } from "../../fixtures/explained-constraints.js";
import { fixturePath } from "../../fixtures/run-cli.js";
import { type ConstraintExplanation, explainConstraint, maxNorm } from "../constraints/index.js";
import { surveyModel } from "../import/survey.js";
import { openModelFiles } from "../model-files.js";
import { explainSurvey } from "./explain-model.js";
import { countConstraints } from "./explanation.js";
import { formatExplanationHtml } from "./explanation-html.js";
import { formatConstraintSection } from "./html-constraint.js";

async function pageOf(name: string): Promise<string> {
  const files = await openModelFiles(fixturePath(`examples/${name}`));
  try {
    return formatExplanationHtml(explainSurvey(name, await surveyModel(files.model)));
  } finally {
    await files.close();
  }
}

/** The text of a page from one tag to the next, without tags and entities. */
function textOf(html: string): string {
  return html
    .replaceAll(/<style>.*?<\/style>/gs, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");
}

describe("the page of a real model", async () => {
  const page = await pageOf("cnn-keras3/model.keras");

  it("begins with what stands, and links to a section for each constraint", () => {
    expect(textOf(page)).toContain("4 constraints: 2 hold, 2 do not hold yet; 2 are probably not what was meant");
    const links = Array.from(page.matchAll(/href="#([^"]*)"/g), (match) => match[1]);
    expect(links).toEqual(["constraint-1", "constraint-2", "constraint-3", "constraint-4"]);
    expect(Array.from(page.matchAll(/<h2 id="([^"]*)"/g), (match) => match[1])).toEqual(links);
  });

  it("has the line to write, the norms, the places and the other axes of a convolution", () => {
    const section = page.slice(page.indexOf('<h2 id="constraint-1"'), page.indexOf('<h2 id="constraint-2"'));
    expect(section).toContain("<pre><code>kernel_constraint=max_norm(3, axis=[0, 1, 2])</code></pre>");
    const text = textOf(section);
    expect(text).toContain("for one norm for each filter write");
    expect(text).toContain("the norm is over rows only: 288 groups of 3 numbers");
    expect(text).toContain("37 groups above 3; the first 10");
    expect(text).toContain("column 0, in 0, out 4 [:, 0, 0, 4] 4.322 1.441");
    expect(text).toContain(
      "each filter kernel_constraint=max_norm(3, axis=[0, 1, 2]) rows, columns, in 32 of 27 0.3353 0.4339 13.12 12",
    );
    expect(section.match(/<svg/g)).toHaveLength(3);
  });

  it("describes each plot to those who cannot see it", () => {
    expect(page).toContain(
      '<desc id="constraint-1-norms-text">288 groups with norms from 0.03038 to 5.35, the median is 0.1643; 37 above 3.</desc>',
    );
  });

  it("has the notes, and what keeps a model from being imported, before the constraints", () => {
    const note = { code: "truth-value", path: "$.axis", message: "true is read as 1" } as const;
    const problem = { code: "bad-config", path: "$.units", message: "found none" } as const;
    const none = { name: "m", summary: null, constraints: [], counts: countConstraints([]) };
    const html = formatExplanationHtml({ ...none, notes: [note], problems: [problem] });
    expect(textOf(html)).toContain(
      "What keeps the model from being imported $.units : found none Notes $.axis : true is read as 1",
    );
    expect(textOf(formatExplanationHtml({ ...none, notes: [], problems: [] }))).not.toContain("Notes");
  });

  it("leaves alternatives out where the axis is that of a unit", () => {
    const section = page.slice(page.indexOf('<h2 id="constraint-3"'), page.indexOf('<h2 id="constraint-4"'));
    expect(section.match(/<svg/g)).toHaveLength(1);
    expect(section).not.toContain("Which axes");
    expect(textOf(section)).toContain("In Keras kernel_constraint=max_norm(3, axis=0)");
  });
});

it("says so where a model has no constraint", async () => {
  expect(textOf(await pageOf("../cases/pooling-keras3/model.keras"))).toContain(
    "no weight of this model has a constraint",
  );
});

it("tells a constraint without a file by its shape alone", () => {
  const constraint = explainConstraint({
    layerName: "Conv2D",
    layerClass: "Conv2D",
    weightName: "kernel",
    shape: [3, 3, 3, 32],
    constraint: maxNorm({ maxValue: 3 }),
    generation: "keras3",
  });
  const page = formatExplanationHtml({
    name: null,
    summary: null,
    constraints: [constraint],
    counts: countConstraints([constraint]),
    notes: [],
    problems: [],
  });
  expect(textOf(page)).toContain("A weight constraint");
  expect(textOf(page)).toContain("as written kernel_constraint=max_norm(3, axis=0) rows 288 of 3");
  expect(textOf(page)).toContain("288 groups of 3 each filter");
  expect(page).not.toContain("Norms now");
});

describe("the section of a constraint", () => {
  const constraints = explainedConstraints();
  const sectionOf = (wanted: (one: ConstraintExplanation) => boolean): string => {
    const found = constraints.find(wanted)!;
    return textOf(formatConstraintSection(found, "one").markup);
  };

  it("lists the groups that a step would change or spoil, and those that none can", () => {
    const text = sectionOf(({ constraint }) => constraint.kind === "minMaxNorm");
    expect(text).toContain("38 groups above 2; the first 10 group index norm times the limit");
    expect(text).toContain("17 groups below 1; the first 10 group index norm times the limit");
    expect(text).toContain(
      "9 groups of zeros, which no constraint changes group index column 0, in 0, out 6 [:, 0, 0, 6]",
    );
    expect(text).toContain("1 group with infinity, in which a step leaves NaN group index column 0, in 0, out 4");
    expect(text).toContain("1 group with NaN, of which a step makes nothing but NaN group index column 0, in 0, out 3");
    expect(text).toContain("1 infinite");
    // The plot and the tables say it.
    expect(text).not.toContain("norms now:");
  });

  it("says why a constraint never runs, or what it breaks, and then what to write", () => {
    expect(sectionOf(({ dead }) => dead !== null)).toContain("never runs: the bias is not used");
    const broken = sectionOf(({ badAxis }) => badAxis !== null);
    expect(broken).toContain("makes training fail");
    expect(broken).toContain("for one norm for each filter write kernel_constraint=max_norm(3, axis=[0, 1, 2])");
    expect(broken).not.toContain("as written");
  });

  it("lists negative numbers under NonNeg", () => {
    expect(sectionOf(({ constraint }) => constraint.kind === "nonNeg")).toContain(
      "91 negative numbers; the first 10 place index value in 0, unit 1 [0, 1] -1.998",
    );
  });

  it("writes lines for the layout of Keras 1 where the file has that", () => {
    const text = sectionOf(({ generation }) => generation === "keras1");
    expect(text).toContain("for one norm for each filter write W_constraint=maxnorm(2, axis=[1, 2, 3])");
    expect(text).toContain("as written W_constraint=maxnorm(2, axis=0) out 27 of 8");
  });

  it("tells the shapes that one option of MultiHeadAttention holds for", () => {
    const text = sectionOf(({ layerClass }) => layerClass === "MultiHeadAttention");
    expect(text).toContain("attention_output/kernel (heads, value size, out) output number [0, 1]");
    expect(text).toContain("(features, heads, key size) number of a head 0 ");
  });

  it("has ? for what is not known of a shape, and dots for it where it draws the groups", () => {
    const text = sectionOf(({ layerClass }) => layerClass === "Conv1DTranspose");
    expect(text).toContain("Conv1DTranspose kernel (steps 5, out 16, in ?) with max_norm(3, axis=0)");
    expect(text).toContain("? groups of 5 each filter");
    expect(text).toContain("each filter kernel_constraint=max_norm(3, axis=[0, 2]) steps, in 16 of ?");
    expect(text.match(/…/g)).toHaveLength(3);
    expect(sectionOf(({ shape }) => shape === null)).toContain("Mine scale (?) with max_norm(2, axis=0)");
  });

  it("has no plot where there is no norm", () => {
    for (const kind of ["radialConstraint", "nonNeg", "custom"]) {
      const found = constraints.find(({ constraint }) => constraint.kind === kind)!;
      expect(formatConstraintSection(found, "one").markup).not.toContain("<svg");
    }
  });
});

describe("the page of a hostile file", () => {
  const page = formatExplanationHtml(hostileExplanation());

  it("has no tag, attribute or entity that the file wrote", () => {
    expect(page).not.toMatch(/<(?:script|img)/i);
    expect(page).not.toMatch(/<[^>]*\son\w+=/i);
    expect(page).not.toContain("\u202e");
    expect(page).not.toMatch(/\p{Cs}/u);
    expect(page).toContain("&quot;&#39;&gt;&lt;script&gt;");
  });

  it("cuts names, and stays small", () => {
    expect(page.length).toBeLessThan(250_000);
  });
});
