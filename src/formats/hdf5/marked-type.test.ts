import { expect, it } from "vitest";
import { openSource } from "../byte-source.js";
import type { Datatype } from "./datatype.js";
import type { FileAccess } from "./file-access.js";
import type { Hdf5Array } from "./hdf5-array.js";
import { Interruption } from "./interruption.js";
import { readMarkedType } from "./marked-type.js";
import { pagedBytes } from "./paged-bytes.js";

it("goes on reading a mark where it was interrupted", async () => {
  const pages = pagedBytes(openSource(new Uint8Array(1)), "file");
  const file = { pages } as Partial<FileAccess> as FileAccess;
  const opaque: Datatype = { kind: "opaque", bytes: 2, tag: "" };
  let opened = 0;
  let waits = 3;
  const openMark = (): (() => Hdf5Array) => {
    opened += 1;
    return () => {
      if (waits-- > 0) throw new Interruption(async () => {});
      return { dtype: "string", shape: [], data: ["bfloat16"] };
    };
  };
  const read = (): Datatype => readMarkedType(file, 8, opaque, openMark);
  expect(await pages.run(read)).toMatchObject({ kind: "number", dtype: "bfloat16" });
  expect(await pages.run(read)).toMatchObject({ kind: "number", dtype: "bfloat16" });
  expect(opened).toBe(1);
});
