import { array, assert, boolean, constantFrom, property } from "fast-check";
import { expect, it } from "vitest";
import { explainConstraint } from "../constraints/index.js";
import { layerWeights } from "../constraints/weights/layer-weights.js";
import type { Generation } from "../constraints/spec.js";
import { sizeOf } from "../ndarray.js";
import { formatExplanationMarkdown } from "../report/explain-markdown.js";
import { describeExplanation, formatExplanation } from "../report/explain-text.js";
import { countConstraints } from "../report/explanation.js";
import { formatExplanationHtml } from "../report/explanation-html.js";
import { formatJson } from "../report/json.js";
import { plainStyle } from "../report/text-style.js";
import { constraints, shapes, weights } from "../testing/arbitraries.js";

/** Every weight of that rank that a layer of Keras has, and one of a layer that nobody knows. */
function weightsOfRank(rank: number): { layerClass: string; weight: string }[] {
  const known = [...layerWeights].flatMap(([layerClass, all]) =>
    all.filter(({ axes }) => axes({ rank, config: {} }) !== null).map(({ weight }) => ({ layerClass, weight })),
  );
  return [...known, { layerClass: "Mine", weight: "kernel" }];
}

/** A constraint of any kind on any weight of any layer, with numbers that trip arithmetic. */
const explanations = shapes().chain((shape) =>
  constraints(shape.length).chain((constraint) =>
    weights(sizeOf(shape), 32).chain((values) =>
      constantFrom(...weightsOfRank(shape.length)).chain(({ layerClass, weight }) =>
        constantFrom<Generation>("keras1", "keras2", "keras3").map((generation) =>
          explainConstraint({ layerName: "l", layerClass, weightName: weight, shape, constraint, generation, values }),
        ),
      ),
    ),
  ),
);

it("every group of any weight is counted once", () => {
  assert(
    property(explanations, ({ shape: asked, groups, norms, negatives, alternatives }) => {
      const shape = asked as readonly number[];
      if (groups === null) {
        expect(negatives).not.toBeNull();
        return;
      }
      for (const one of [{ groups, norms }, ...alternatives]) {
        expect(one.groups.count! * one.groups.size!).toBe(sizeOf(shape));
        expect(one.groups.over.length + one.groups.each.length).toBe(shape.length);
        const { finiteCount = -1, finite, histogram, sorted, infinite, nan } = one.norms ?? {};
        expect(finiteCount + (infinite?.count ?? 0) + (nan?.count ?? 0)).toBe(one.groups.count);
        expect(sorted).toHaveLength(Math.min(finiteCount, 256));
        expect(sorted?.at(0)).toBe(finite?.smallest);
        expect(sorted?.at(-1)).toBe(finite?.largest);
        expect(histogram?.counts.reduce((sum, count) => sum + count, histogram.zeros) ?? 0).toBe(finiteCount);
      }
    }),
    { numRuns: 500 },
  );
});

it("any constraint on any weight can be told in every format", () => {
  assert(
    property(explanations, (one) => {
      const all = [one];
      const counts = countConstraints(all);
      const explanation = { name: "m", summary: null, constraints: all, counts, notes: [], problems: [] };
      const texts = [
        formatExplanation(explanation, plainStyle).join("\n"),
        formatExplanationMarkdown(explanation).join("\n"),
        formatExplanationHtml(explanation),
        formatJson(describeExplanation(explanation)),
      ];
      for (const text of texts) {
        expect(text).not.toMatch(/undefined|\[object|function/);
        expect(text.length).toBeLessThan(200_000);
      }
      expect(texts.slice(0, 3).join("\n")).not.toMatch(/\bnull\b/);
      expect(JSON.parse(texts[3]!)).toMatchObject({ constraints: [{ layerName: "l", status: one.status }] });
    }),
    { numRuns: 200 },
  );
});

/** An explanation without values of a weight of known shape, and the same where only some extents are known. */
const openExplanations = shapes().chain((shape) =>
  constraints(shape.length).chain((constraint) =>
    array(boolean(), { minLength: shape.length, maxLength: shape.length }).chain((hidden) =>
      constantFrom(...weightsOfRank(shape.length)).map(({ layerClass, weight }) => {
        const about = { layerName: "l", layerClass, weightName: weight, constraint, generation: "keras3" as const };
        const open = shape.map((extent, axis) => (hidden[axis] === true ? null : extent));
        return { whole: explainConstraint({ ...about, shape }), open: explainConstraint({ ...about, shape: open }) };
      }),
    ),
  ),
);

it("what hangs on an extent that is not known is told as ?, and all else as if it were known", () => {
  assert(
    property(openExplanations, ({ whole, open }) => {
      const shape = open.shape as readonly (number | null)[];
      const isOne = shape.some((extent, axis) => extent === null && whole.shape?.[axis] === 1);
      expect([open.keras, open.axisWords, open.limits]).toEqual([whole.keras, whole.axisWords, whole.limits]);
      if (whole.constraint.kind !== "radialConstraint") expect(open.badAxis).toBe(whole.badAxis);
      expect([open.groups?.axes, open.groups?.each]).toEqual([whole.groups?.axes, whole.groups?.each]);
      expect(open.groups?.count ?? whole.groups?.count).toBe(whole.groups?.count);
      expect(open.groups?.size ?? whole.groups?.size).toBe(whole.groups?.size);
      if (!isOne) expect([open.normOf, open.unit]).toEqual([whole.normOf, whole.unit]);
      if (!isOne)
        expect(open.alternatives.map(({ keras }) => keras)).toEqual(whole.alternatives.map(({ keras }) => keras));
      const hangsOnOne = open.normOf !== whole.normOf && whole.normOf === "unit";
      if (hangsOnOne) expect(open.remarks.map(({ code }) => code)).toContain("open-extent");
      const all = [open];
      const explanation = {
        name: "m",
        summary: null,
        constraints: all,
        counts: countConstraints(all),
        notes: [],
        problems: [],
      };
      const told = [formatExplanation(explanation, plainStyle), formatExplanationMarkdown(explanation)]
        .flat()
        .join("\n");
      expect(told + formatExplanationHtml(explanation)).not.toMatch(/undefined|\bnull\b/);
      if (shape.includes(null)) expect(told).toContain("?");
    }),
    { numRuns: 300 },
  );
});
