import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ByteSource, openSource } from "../formats/byte-source.js";
import { writeStoredZip } from "../formats/zip/write-zip.js";
import { openContainer } from "./container.js";
import { readModelSpec } from "./load-spec.js";

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));
}

const utf8 = new TextEncoder();

/** A ZIP archive of stored members. */
function zipOf(members: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const list = Object.entries(members).map(([name, bytes]) => ({ name, bytes }));
  return writeStoredZip(list, "m");
}

const open = (bytes: Uint8Array) => openContainer(bytes, { name: "m", weightsName: "w" });

describe("model files are told by their bytes", () => {
  test("an archive", async () => {
    const { format, architecture, weights } = await open(fixture("examples/words-keras3/model.keras"));
    expect(format).toBe("Keras archive");
    expect(architecture?.path).toBe("m!/config.json$");
    expect(architecture?.kerasVersion).toMatch(/^3\./);
    expect(weights).not.toBeNull();
  });

  test("a whole model as HDF5", async () => {
    const { format, architecture } = await open(fixture("examples/words-keras2/model.h5"));
    expect(format).toBe("HDF5");
    expect(architecture?.kerasVersion).toMatch(/^2\./);
    expect(architecture?.backend).toBe("tensorflow");
  });

  test("an architecture as JSON, alone and with weights", async () => {
    const json = fixture("weights/model.json");
    expect((await open(json)).weights).toBeNull();
    const weights = fixture("weights/keras3.weights.h5");
    const both = await openContainer(json, { name: "m", weightsName: "w", weights });
    expect(both.format).toBe("JSON and HDF5 weights");
    expect(both.weights).not.toBeNull();
  });
});

describe("what is no model is refused", () => {
  const config = fixture("weights/model.json");

  test("weights as pickles", async () => {
    const archive = zipOf({ "config.json": config, "model.weights.npz": new Uint8Array(4) });
    await expect(open(archive)).rejects.toMatchObject({ code: "pickle", path: "m!/model.weights.npz" });
  });

  test("an archive without a configuration", async () => {
    await expect(open(zipOf({ "readme.txt": config }))).rejects.toMatchObject({ code: "missing-entry", path: "m" });
  });

  test("an HDF5 file of something else", async () => {
    await expect(open(fixture("hdf5/numbers.h5"))).rejects.toMatchObject({ code: "unsupported-format" });
  });

  test("an array", async () => {
    const npy = utf8.encode("\u0093NUMPY");
    await expect(open(npy.slice(1))).rejects.toMatchObject({ code: "unknown-format" });
  });

  test("weights alone, with what to do", async () => {
    await expect(readModelSpec(fixture("weights/keras3.weights.h5"), { name: "w.h5" })).rejects.toMatchObject({
      code: "missing-entry",
      path: "w.h5",
      message: expect.stringContaining("give its architecture"),
    });
  });

  test("weights from a file that has none", async () => {
    const reading = openContainer(config, { name: "m", weightsName: "w", weights: config });
    await expect(reading).rejects.toMatchObject({ code: "missing-weights", path: "w" });
  });
});

test("an architecture alone is a model without weights", async () => {
  const spec = await readModelSpec(fixture("weights/model.json"));
  expect(spec.hasWeights).toBe(false);
  expect(spec.graph.layers[1]?.weights[0]).toMatchObject({ name: "kernel", shape: [3, 2], values: null });
});

test.each(["examples/words-keras3/model.keras", "examples/words-keras2/model.h5", "json"])(
  "a signal stops the reading of %s at any of its reads",
  async (name) => {
    const bytes = name === "json" ? utf8.encode('{"class_name": "Sequential"}') : fixture(name);
    const whole = openSource(bytes);
    /** The number of reads; the signal comes before the one of this number. */
    const readUntil = async (last: number): Promise<number> => {
      const stop = new AbortController();
      let reads = 0;
      const source: ByteSource = {
        size: whole.size,
        read: (...call) => {
          reads += 1;
          if (reads === last) stop.abort();
          return whole.read(...call);
        },
      };
      await openContainer(source, { name: "m", weightsName: "w", signal: stop.signal });
      return reads;
    };
    const reads = await readUntil(Infinity);
    expect(reads).toBeGreaterThan(1);
    for (let last = 1; last <= reads; last++) {
      await expect(readUntil(last)).rejects.toMatchObject({ code: "aborted" });
    }
  },
);
