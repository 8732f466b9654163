import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { ConstraintExplanation } from "../constraints/index.js";
import { caseNames, readCase } from "../../fixtures/case-files.js";
import { surveyModel } from "../import/survey.js";
import { openContainer } from "../import/container.js";
import { readStoredConstraints } from "../import/stored/stored-constraints.js";
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

describe.each(readdirSync(folder))("%s", (name) => {
  const {
    backend,
    files,
    constraints: facts,
  } = JSON.parse(readFileSync(`${folder}${name}/facts.json`, "utf8")) as Facts;
  const open = async (): Promise<ReturnType<typeof explainSurvey>> => {
    const weights = files.weights === undefined ? {} : { weights: readFileSync(`${folder}${name}/${files.weights}`) };
    return explainSurvey(name, await surveyModel(readFileSync(`${folder}${name}/${files.model}`), weights));
  };

  it("cannot be imported, and has every constraint explained as Keras has it", async () => {
    const { constraints, notes, problems } = await open();
    expect(problems).not.toEqual([]);
    expect(notes.filter(({ code }) => code === "constraint-without-weight")).toEqual([]);
    expect(constraints).toHaveLength(facts.length);
    const left = [...constraints];
    for (const fact of facts) {
      const key = keyOf(fact.layer, fact.limit);
      const at = left.findIndex((one) => keyOf(one.layerName, limitOf(one)) === key);
      expect(at, `${key} among ${left.map((one) => keyOf(one.layerName, limitOf(one))).join("; ")}`).not.toBe(-1);
      const [found] = left.splice(at, 1) as [ConstraintExplanation];
      expectSame(found, fact, backend);
    }
    expect(left).toEqual([]);
  });
});

describe("a model that can be imported", () => {
  it.each(caseNames())("is explained alike from its file alone: %s", async (name) => {
    const { model, options } = readCase(name);
    const survey = await surveyModel(model, options);
    const container = await openContainer(model, { name: "model", weightsName: "weights", ...options });
    const stored = await readStoredConstraints(container, options, () => undefined);
    expect(stored.problems).toEqual([]);
    const imported = explainSurvey(name, survey).constraints;
    const read = explainSurvey(name, { ...survey, stored: stored.constraints }).constraints;
    expect(read).toEqual(imported);
  });
});

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
