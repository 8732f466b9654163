import { openSource } from "../../src/formats/byte-source.js";
import { parsePythonJson } from "../../src/formats/python-json.js";
import { mutateBytes } from "../mutate-bytes.js";
import { startReading } from "../reading.js";
import { readJsonTexts } from "../seeds.js";
import type { Target } from "../target.js";

const name = "fuzz.json";

const words = ['"', "\\u", "\\ud800", "{", "}", "[", "]", ":", ",", "NaN", "-Infinity", "1e999", "-0", "__proto__"]
  .concat(["[[[[[[[[", "9007199254740993", "1.5e-324", "\ufeff", "true", "null"])
  .map((word) => new TextEncoder().encode(word));

/** Texts of Python's `json` module. */
export const json: Target = {
  name: "json",
  fileName: name,
  wantsOffsets: true,
  seeds: readJsonTexts,
  mutate: (bytes, other, random) => mutateBytes(bytes, other, words, random),
  read: async (input, onStep) => {
    const { attempt, digest, outcome } = startReading(onStep);
    const source = openSource(input, name);
    const bytes = await source.read(0, source.size);
    const value = await attempt("parse", () => parsePythonJson(bytes, name));
    digest.addText(JSON.stringify(value) ?? "");
    return outcome();
  },
};
