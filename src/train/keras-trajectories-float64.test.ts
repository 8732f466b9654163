import { expect, it } from "vitest";
import { brokenConstraint, differentWeight } from "../../fixtures/compare-weights.js";
import { loadFloat64Tfjs } from "../../fixtures/float64-tfjs.js";
import { readTrajectories, trajectoryFixtures } from "../../fixtures/trajectory-references.js";
import { layerRegistry } from "../import/registry.js";

const trajectories = (await Promise.all(trajectoryFixtures.map((name) => readTrajectories(name)))).flat();
await loadFloat64Tfjs();
const { buildModel, tensorOf } = await import("../import/build.js");
const { compileModel } = await import("./compile.js");
const { runTrajectory } = await import("./trajectory.js");

it.each(trajectories)("takes ten steps in float64 as Keras does: $name", async ({ spec, steps, x, y, float64 }) => {
  const built = buildModel(spec, layerRegistry());
  compileModel(built, spec);
  let taken = 0;
  for await (const { step, weights } of runTrajectory(built, [tensorOf(x)], [tensorOf(y)], steps)) {
    expect(differentWeight(spec, weights, float64[step - 1], 1e-9), `after step ${step}`).toBeNull();
    expect(brokenConstraint(spec, weights), `after step ${step}`).toBeNull();
    taken = step;
  }
  expect(taken).toBe(10);
});
