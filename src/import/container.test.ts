import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { crc32 } from "../formats/zip/crc32.js";
import { openContainer } from "./container.js";
import { readModelSpec } from "./load-spec.js";

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));
}

const utf8 = new TextEncoder();

/** A ZIP archive of stored members. */
function zipOf(members: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, data] of Object.entries(members)) {
    const encoded = utf8.encode(name);
    const common = new DataView(new ArrayBuffer(26));
    common.setUint16(0, 20, true);
    common.setUint32(10, crc32(data), true);
    common.setUint32(14, data.length, true);
    common.setUint32(18, data.length, true);
    common.setUint16(22, encoded.length, true);
    const shared = new Uint8Array(common.buffer);
    const local = Uint8Array.from([0x50, 0x4b, 3, 4, ...shared, ...encoded, ...data]);
    const tail = new DataView(new ArrayBuffer(14));
    tail.setUint32(10, offset, true);
    directory.push(Uint8Array.from([0x50, 0x4b, 1, 2, 20, 0, ...shared, ...new Uint8Array(tail.buffer), ...encoded]));
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = new DataView(new ArrayBuffer(18));
  end.setUint16(4, directory.length, true);
  end.setUint16(6, directory.length, true);
  end.setUint32(8, size, true);
  end.setUint32(12, offset, true);
  const bytes = [...parts, ...directory, Uint8Array.from([0x50, 0x4b, 5, 6, ...new Uint8Array(end.buffer)])];
  return Uint8Array.from(bytes.flatMap((part) => [...part]));
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
