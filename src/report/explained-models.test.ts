import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { ConstraintExplanation } from "../constraints/index.js";
import { architectureOf } from "../../fixtures/architecture-of.js";
import { caseNames, readCase } from "../../fixtures/case-files.js";
import { agreesWith } from "../constraints/weights/weight-shape.js";
import { surveyModel } from "../import/survey.js";
import { openContainer } from "../import/container.js";
import { nothingInferred, readStoredConstraints } from "../import/stored/stored-constraints.js";
import { explainSurvey } from "./explain-model.js";

/** What real Keras said of one constraint of a model (fixtures/build/explained.py). */
interface Fact {
  readonly layer: string;
  readonly limit: number;
  readonly shape: readonly number[];
  readonly trains: boolean;
  readonly norms: readonly number[];
  readonly largest: readonly (number | null)[];
}

interface Facts {
  readonly about: string;
  readonly backend: string;
  readonly files: { readonly model: string; readonly weights?: string };
  readonly constraints: readonly Fact[];
}

const folder = fileURLToPath(new URL("../../fixtures/explained/", import.meta.url));

function keyOf(layer: string, limit: number): string {
  return `${layer} ${limit.toFixed(6)}`;
}

function limitOf({ constraint }: ConstraintExplanation): number {
  return constraint.kind === "maxNorm" ? (constraint.maxValue ?? Number.NaN) : Number.NaN;
}

function readFacts(name: string): Facts {
  return JSON.parse(readFileSync(`${folder}${name}/facts.json`, "utf8")) as Facts;
}

/** Each fact and what was found of the same constraint, all of which have one. */
function pairs(
  facts: readonly Fact[],
  constraints: readonly ConstraintExplanation[],
): (readonly [Fact, ConstraintExplanation])[] {
  const left = [...constraints];
  const found = facts.map((fact) => {
    const key = keyOf(fact.layer, fact.limit);
    const at = left.findIndex((one) => keyOf(one.layerName, limitOf(one)) === key);
    expect(at, `${key} among ${left.map((one) => keyOf(one.layerName, limitOf(one))).join("; ")}`).not.toBe(-1);
    return [fact, left.splice(at, 1)[0] as ConstraintExplanation] as const;
  });
  expect(left).toEqual([]);
  return found;
}

describe.each(readdirSync(folder))("%s", (name) => {
  const { backend, files, constraints: facts } = readFacts(name);
  const open = async (): Promise<ReturnType<typeof explainSurvey>> => {
    const weights = files.weights === undefined ? {} : { weights: readFileSync(`${folder}${name}/${files.weights}`) };
    return explainSurvey(name, await surveyModel(readFileSync(`${folder}${name}/${files.model}`), weights));
  };

  it("cannot be imported, and has every constraint explained as Keras has it", async () => {
    const { constraints, notes, problems } = await open();
    expect(problems).not.toEqual([]);
    expect(notes.filter(({ code }) => code === "constraint-without-weight")).toEqual([]);
    expect(notes.filter(({ code }) => code === "misspelt-option")).toEqual([]);
    const renamed = notes.filter(({ code }) => code === "weights-of-other-names");
    expect(renamed).toHaveLength(name.startsWith("renamed") ? 1 : 0);
    expect(constraints).toHaveLength(facts.length);
    for (const [fact, found] of pairs(facts, constraints)) expectSame(found, fact, backend);
  });
});

/** Extents that neither options nor the inputs that the file tells of decide, by fixture; the others are all known. */
const openExtents: Readonly<Record<string, number>> = {
  "layers-h5-tfkeras24": 5,
  "mixed-h5-keras3": 2,
  "mixed-h5-tfkeras": 2,
  "nested-h5-keras22-theano": 9,
  "nested-h5-keras23": 9,
  "nested-h5-keras3": 7,
  "nested-h5-tfkeras": 9,
  "nested-h5-tfkeras24": 9,
  "nested-keras1": 7,
  "own-h5-keras3": 2,
  "own-h5-tfkeras": 2,
  "own-keras-keras3": 1,
  "own-keras-tfkeras": 1,
  "renamed-keras1": 7,
  "renamed-keras23": 9,
  "renamed-tfkeras24": 9,
  "wrapped-h5-keras23": 1,
  "wrapped-h5-keras3": 1,
  "wrapped-h5-tfkeras24": 1,
};

describe.each(readdirSync(folder))("the architecture of %s alone", (name) => {
  const { files, constraints: facts } = readFacts(name);

  it("has every constraint explained, with each extent that it tells as Keras built it", async () => {
    const architecture = await architectureOf(readFileSync(`${folder}${name}/${files.model}`));
    const { constraints, notes } = explainSurvey(name, await surveyModel(architecture));
    expect(notes.filter(({ code }) => code === "constraint-without-weight")).toEqual([]);
    expect(constraints).toHaveLength(facts.length);
    let open = 0;
    for (const [fact, found] of pairs(facts, constraints)) {
      const of = `${fact.layer} ${found.weightName}`;
      const shape = found.written?.shape ?? found.shape;
      expect(found.norms, of).toBeNull();
      open += shape === null ? fact.shape.length : shape.filter((extent) => extent === null).length;
      if (shape === null) continue;
      expect(agreesWith(shape, fact.shape), `${of}: ${shape.join()}, in Keras ${fact.shape.join()}`).toBe(true);
      expect(found.dead === null, of).toBe(fact.trains);
      if (found.groups?.count !== null) expect(found.groups?.count, of).toBe(fact.norms.length);
    }
    expect(open).toBe(openExtents[name] ?? 0);
  });
});

describe("a model that can be imported", () => {
  it.each(caseNames())("is explained alike from its file alone: %s", async (name) => {
    const { model, options } = readCase(name);
    const survey = await surveyModel(model, options);
    const container = await openContainer(model, { name: "model", weightsName: "weights", ...options });
    const stored = await readStoredConstraints(container, options, nothingInferred);
    expect(stored.problems).toEqual([]);
    const imported = explainSurvey(name, survey).constraints;
    const read = explainSurvey(name, { ...survey, stored: stored.constraints }).constraints;
    expect(read).toEqual(imported);
  });
});

describe("the architecture of a model that can be imported", () => {
  it.each(caseNames())("is explained as with its weights, but for what they are: %s", async (name) => {
    const { model, options } = readCase(name);
    const whole = explainSurvey(name, await surveyModel(model, options)).constraints;
    const alone = explainSurvey(name, await surveyModel(await architectureOf(model))).constraints;
    expect(alone.map(withoutFormula)).toEqual(whole.map(withoutValues).map(withoutFormula));
  });

  it("tells no extent by its options alone that is another", async () => {
    const count = { constraints: 0, extents: 0, open: 0 };
    for (const name of caseNames()) {
      const { model, options } = readCase(name);
      const whole = explainSurvey(name, await surveyModel(model, options)).constraints;
      const container = await openContainer(await architectureOf(model), { name: "model", weightsName: "weights" });
      const { constraints } = await readStoredConstraints(container, {}, nothingInferred);
      expect(constraints, name).toHaveLength(whole.length);
      for (const [i, { layer, weight, shape }] of constraints.entries()) {
        const known = whole[i] as ConstraintExplanation;
        expect([layer, weight], name).toEqual([known.layerName, known.weightName]);
        expect(agreesWith(shape ?? known.shape ?? [], known.shape ?? []), `${name} ${layer} ${weight}`).toBe(true);
        count.constraints++;
        count.extents += known.shape?.length ?? 0;
        count.open += shape === null ? (known.shape?.length ?? 0) : shape.filter((one) => one === null).length;
      }
    }
    expect(count).toEqual({ constraints: 192, extents: 454, open: 82 });
  });
});

/** What an explanation says without the values of the weight. */
function withoutValues(explanation: ConstraintExplanation): ConstraintExplanation {
  const { status, alternatives } = explanation;
  return {
    ...explanation,
    status: status === "violated" || status === "holds" ? "unknown" : status,
    norms: null,
    negatives: null,
    alternatives: alternatives.map((one) => ({ ...one, norms: null, changed: null })),
  };
}

/** Which formula of Keras 3's a NonNeg has, only the version in a `.keras` archive tells. */
function withoutFormula(explanation: ConstraintExplanation): ConstraintExplanation {
  return explanation.constraint.kind === "nonNeg" ? { ...explanation, constraint: { kind: "nonNeg" } } : explanation;
}

/** Norms in float64, which two orders of summing give to 1e-12. */
function expectSame(found: ConstraintExplanation, fact: Fact, backend: string): void {
  const of = `${fact.layer} ${found.weightName}`;
  expect(found.written?.shape ?? found.shape, of).toEqual(fact.shape);
  expect(found.dead === null, of).toBe(fact.trains);
  expect(found.groups?.count, of).toBe(fact.norms.length);
  const norms = found.norms?.sorted ?? [];
  expect(found.norms?.finite?.largest, of).toBeCloseTo(fact.norms.at(-1) as number, 12);
  if (fact.norms.length <= 256) {
    expect(norms, of).toHaveLength(fact.norms.length);
    for (const [i, norm] of norms.entries())
      expect(Math.abs(norm / (fact.norms[i] as number) - 1), of).toBeLessThan(1e-12);
  }
  const worst = found.norms?.above?.worst;
  const asInFile = found.written === null && backend !== "theano";
  if (worst !== null && worst !== undefined && asInFile) expect(worst.index, of).toEqual(fact.largest);
}
