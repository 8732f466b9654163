import { afterAll, describe, expect, test } from "vitest";
import { caseNames, readCase } from "../../fixtures/case-files.js";
import { closeDoubleRun } from "./double-run.js";
import { float64Limit } from "./judge.js";
import { openReference } from "./reference.js";
import type { CaseVerdict } from "./verdict.js";
import { verifyCase } from "./verify-case.js";

afterAll(closeDoubleRun);

describe.each(["cpu", "wasm"] as const)("on %s", (backend) => {
  test.each(caseNames())("%s is what Keras computed", async (name) => {
    const { options, ...files } = readCase(name);
    const verdict = await verifyCase({ ...files, ...options, backend });
    expect(summary(verdict)).toEqual({ status: "agrees", error: null, wrong: [], divergence: null });
    expect(verdict.layerCalls.judged).toBe(verdict.layerCalls.total);
    const reference = await openReference(files.reference, files.referenceName);
    const inDouble = new Set(reference.entries.filter((entry) => /^(?:layers|outputs)64\//.test(entry)));
    for (const tensor of verdict.tensors.filter((one) => one.question === "import")) {
      if (!inDouble.has(tensor.name.replace(/^(layers|outputs)\//, "$164/"))) continue;
      expect([tensor.name, tensor.basis]).toEqual([tensor.name, "float64"]);
      expect([tensor.name, (tensor.maxRel ?? Infinity) < float64Limit]).toEqual([tensor.name, true]);
    }
    for (const [group, question] of [
      ["train64", "import"],
      ["train", "backend"],
    ] as const) {
      // tfjs's wasm backend has no gradients of convolutions, which every trained model here but one has.
      if (question === "backend" && backend === "wasm") continue;
      const recorded = reference.entries.filter((entry) => entry.startsWith(`${group}/`) && entry.endsWith("/loss"));
      expect(verdict.training.filter((one) => one.question === question)).toHaveLength(recorded.length);
    }
    // A budget is no use where it would pass anything: noise that moved a mask, say, would make it so.
    for (const { name, question, resolution } of verdict.tensors.filter((one) => one.question === "backend")) {
      expect([name, question, (resolution ?? Infinity) < 0.01]).toEqual([name, question, true]);
    }
  });
});

function summary({ status, error, tensors, constraints, training, firstDivergence }: CaseVerdict): object {
  const wrong = [...tensors, ...constraints, ...training].filter((one) => one.agrees === false);
  return { status, error, wrong: wrong.slice(0, 3), divergence: firstDivergence };
}
