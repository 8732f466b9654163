import type { Note, Problem } from "../../src/errors.js";
import { surveyModel } from "../../src/import/survey.js";
import { describeInspection, formatInspection } from "../../src/report/inspect-text.js";
import { jsonPieces } from "../../src/report/json.js";
import { plainStyle } from "../../src/report/text-style.js";
import { mutateBytes } from "../mutate-bytes.js";
import { startReading } from "../reading.js";
import { readSeeds } from "../seeds.js";
import type { Target } from "../target.js";

const name = "fuzz.json";

const words = ["null", "[]", "{}", "-1", "0.5", "1e300", "true", '"x"', '"Dense"', '[["x",0,0]]', '"class_name"']
  .concat([
    '"config":',
    '"axis":',
    '"layer":',
    '"layers":',
    '"inbound_nodes":',
    '"keras_version":"1.2.2"',
    '"trainable"',
  ])
  .map((word) => new TextEncoder().encode(word));

/** Findings whose places are looked at, which makes a text of each. */
const looked = 1000;

/** Architectures of Keras models as JSON, as `kerasproof inspect` reads and tells them. */
export const models: Target = {
  name: "models",
  fileName: name,
  // A configuration has places, `$.config.layers[3]`, but of its text only the parser knows the bytes.
  wantsOffsets: false,
  seeds: () =>
    [
      readSeeds("fixtures/cases", "model.json", 24 * 1024),
      readSeeds("fixtures/explained", "model.json", 24 * 1024),
    ].flat(),
  mutate: (bytes, other, random) => mutateBytes(bytes, other, words, random),
  read: async (input, onStep) => {
    const { attempt, digest, broken, outcome } = startReading(onStep);
    const check = ({ path, message }: Note | Problem): void => {
      digest.addText(path);
      if (!path.startsWith(name)) broken.push(`a finding at ${path}: ${message}`);
    };
    const survey = await attempt("survey", () => surveyModel(input, { name }));
    if (survey !== undefined) {
      for (const findings of [survey.problems, survey.notes]) findings.slice(0, looked).forEach(check);
      await attempt("tell", () => formatInspection(name, survey, plainStyle).forEach((line) => digest.addText(line)));
      await attempt("tell as JSON", () => {
        for (const piece of jsonPieces(describeInspection(name, survey))) digest.addText(piece);
      });
    }
    return outcome();
  },
};
