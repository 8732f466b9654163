import { describe, expect, it } from "vitest";
import { explainConstraint, maxNorm, nonNeg, type ExplainInput } from "../constraints/index.js";
import { surveyModel } from "../import/survey.js";
import { explainSurvey } from "./explain-model.js";
import { describeExplanation, formatExplanation, formatStanding } from "./explain-text.js";
import { countConstraints, type Explanation } from "./explanation.js";
import { plainStyle, type TextStyle } from "./text-style.js";

const values = new Float32Array(6).fill(2);

function explanation(inputs: readonly Partial<ExplainInput>[], more: Partial<Explanation> = {}): Explanation {
  const constraints = inputs.map((input) =>
    explainConstraint({
      layerName: "dense",
      layerClass: "Dense",
      weightName: "kernel",
      shape: [3, 2],
      generation: "keras3",
      constraint: maxNorm(),
      ...input,
    }),
  );
  const counts = countConstraints(constraints);
  return { name: "m.keras", summary: null, constraints, counts, notes: [], problems: [], ...more };
}

const inputs: Partial<ExplainInput>[] = [
  { values, constraint: nonNeg() },
  { values },
  { values, constraint: maxNorm({ axis: 1 }) },
  { constraint: maxNorm({ axis: 5 }) },
  { dead: "frozen" },
  {},
];

async function standing(model: object): Promise<string> {
  const survey = await surveyModel(new TextEncoder().encode(JSON.stringify(model)));
  return formatStanding(explainSurvey("m.json", survey));
}

describe("an explanation as text", () => {
  it("begins with how many constraints stand how", () => {
    expect(formatStanding(explanation(inputs))).toBe(
      "6 constraints: 1 holds, 2 do not hold yet, 1 makes training fail, 1 never runs, 1 is not judged; " +
        "1 is probably not what was meant",
    );
    expect(formatStanding(explanation([]))).toBe("no weight of this model has a constraint");
  });

  it("says of a model that cannot be imported whether it has constraints", async () => {
    const rescaling = { class_name: "Rescaling", config: { name: "a", batch_input_shape: [null, 3] } };
    const sequential = (config: object): object => ({
      class_name: "Sequential",
      config: { name: "m", layers: [{ ...rescaling, config: { ...rescaling.config, ...config } }] },
      keras_version: "2.15.0",
    });
    expect(await standing(sequential({}))).toBe("no layer of this model has a constraint");
    const broken = { class_name: "MaxNorm", config: { nonsense: 3 } };
    const untold = "no constraint of this model can be explained";
    expect(await standing(sequential({ kernel_constraint: broken }))).toBe(untold);
    expect(await standing({ class_name: "OwnModel", config: {}, keras_version: "2.15.0" })).toBe(untold);
  });

  it("has the model, the constraints with an empty line between them, the problems, and then the notes", () => {
    const found = { code: "bad-config" as const, path: "$.a", message: "found b" };
    const lines = formatExplanation(explanation([inputs[0]!, {}], { problems: [found], notes: [found] }), plainStyle);
    expect(lines).toEqual([
      "m.keras",
      "",
      "2 constraints: 1 holds, 1 is not judged",
      "",
      "dense (Dense): kernel (in 3, units 2), non_neg()",
      "  each number by itself: a negative one becomes 0",
      "  now 0 of 6 numbers negative",
      "",
      "dense (Dense): kernel (in 3, units 2), max_norm(2, axis=0)",
      "  the norm is over in, one for each unit: 2 groups of 3 numbers",
      "",
      "this model cannot be imported: 1 finding",
      "  $.a: found b",
      "",
      "note: $.a: found b",
    ]);
  });

  it("of a constraint without a model is about that alone", () => {
    expect(formatExplanation(explanation([{ layerName: "" }], { name: null }), plainStyle)).toEqual([
      "Dense: kernel (in 3, units 2), max_norm(2, axis=0)",
      "  the norm is over in, one for each unit: 2 groups of 3 numbers",
    ]);
  });

  it("marks what is probably wrong, and nothing else", () => {
    const marked: string[] = [];
    const style: TextStyle = { ...plainStyle, doubtful: (text) => (marked.push(text), text) };
    formatExplanation(explanation(inputs), style);
    expect(marked.map((line) => line.trim().split(":")[0])).toEqual([
      "probably not what was meant",
      "training fails in its first step",
      "never runs",
    ]);
  });

  it("says that importing changes nothing where something does not hold", () => {
    const said = expect.stringContaining("importing changes no weight") as string;
    expect(formatExplanation(explanation([{ values }]), plainStyle)).toContainEqual(said);
    expect(formatExplanation(explanation([{ values, constraint: nonNeg() }]), plainStyle)).not.toContainEqual(said);
  });
});

it("an explanation as JSON has a format, a version and every part", () => {
  const described = describeExplanation(explanation(inputs)) as Record<string, unknown>;
  expect(Object.keys(described)).toEqual([
    "format",
    "version",
    "model",
    "summary",
    "counts",
    "constraints",
    "notes",
    "problems",
  ]);
  expect(described).toMatchObject({ format: "kerasproof-explanation", version: 2, model: "m.keras" });
});
