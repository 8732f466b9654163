import "./allocation-meter.js";
import { expect, it } from "vitest";
import { fuzz } from "./fuzz.js";
import { targets } from "./targets/all.js";

/** Executions of each target; the time of one is of no concern here, where other tests run beside. */
const executions: Readonly<Record<string, number>> = {
  hdf5: 1500,
  zip: 1500,
  npy: 1500,
  npz: 1500,
  keras: 3000,
  safetensors: 1500,
  json: 2500,
  models: 1500,
};

it.each([...targets.values()])("reads damaged files of $name by the laws", async (target) => {
  const { violations, messages } = await fuzz(target, { executions: executions[target.name]!, seed: 20_26 });
  const broken = [...violations.values()].map(({ violation }) => violation).filter(({ law }) => law !== "time");
  expect(broken.map(({ law, message }) => `${law}: ${message}`)).toEqual([]);
  expect(messages).toBeGreaterThan(15);
});
