import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../errors.js";
import { Cursor } from "../cursor.js";
import { readFilterPipeline } from "./filter-pipeline.js";
import { openHdf5 } from "./index.js";

function read(hex: string): unknown {
  try {
    return readFilterPipeline(new Cursor(new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex")), "x"));
  } catch (error) {
    if (error instanceof KerasProofError) return error.code;
    throw error;
  }
}

async function filtersOf(name: string, path: string): Promise<unknown> {
  const bytes = readFileSync(new URL(`../../../fixtures/hdf5/${name}.h5`, import.meta.url));
  const object = await (await openHdf5(bytes)).get(path);
  return object?.kind === "dataset" ? object.storage.filters : undefined;
}

describe("readFilterPipeline", () => {
  it("lists the filters that libhdf5 stored, with names that people know", async () => {
    expect(await filtersOf("filters/filters", "all/lzf")).toEqual([
      { id: 2, name: "shuffle", optional: true, parameters: [2] },
      { id: 32000, name: "lzf", optional: true, parameters: [4, 261, 180] },
      { id: 3, name: "fletcher32", optional: false, parameters: [] },
    ]);
    expect(await filtersOf("filters/filters", "unknown/applied")).toEqual([
      { id: 300, name: "filter 300", optional: true, parameters: [0x5a, 3] },
    ]);
    // Version 1, of files that old versions can read.
    expect(await filtersOf("chunked", "gzip")).toEqual([
      { id: 2, name: "shuffle", optional: true, parameters: [4] },
      { id: 1, name: "deflate", optional: true, parameters: [4] },
    ]);
  });

  it("fills up names and parameters in version 1 alone", () => {
    const named = { id: 400, name: "abc", optional: false, parameters: [7] };
    const next = { id: 1, name: "deflate", optional: true, parameters: [] };
    const version1 = "01 02 000000000000 9001 0400 0000 0100 6162630000000000 07000000 00000000 0100 0000 0100 0000";
    expect(read(version1)).toEqual([named, next]);
    expect(read("02 02 9001 0400 0000 0100 61626300 07000000 0100 0100 0000")).toEqual([named, next]);
  });

  it("shows names that are no UTF-8 all the same", () => {
    expect(read("02 01 9001 0200 0000 0000 ff41")).toMatchObject([{ name: "\ufffdA" }]);
  });

  it("refuses more filters than a chunk's mask has bits, and versions to come", () => {
    expect(read(`02 21 ${"0100 0000 0000".repeat(33)}`)).toBe("corrupt");
    expect(read("03 00")).toBe("unsupported-hdf5");
    expect(read("02 01 0100 0000 ffff")).toBe("truncated");
  });
});
