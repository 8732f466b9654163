import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../errors.js";
import { type Hdf5Dataset, type Hdf5Group, openHdf5, textAttribute } from "./index.js";

const folder = new URL("../../../fixtures/hdf5/", import.meta.url);

function readFixture(name: string): Uint8Array {
  return readFileSync(new URL(`${name}.h5`, folder));
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof KerasProofError ? error.code : `no KerasProofError but ${String(error)}`;
}

describe("an open file", () => {
  it("reads the same from every kind of input", async () => {
    const bytes = new Uint8Array(readFixture("small"));
    const read = async (offset: number, length: number): Promise<Uint8Array> => bytes.subarray(offset, offset + length);
    const inputs = [bytes, bytes.buffer, new Blob([bytes]), { size: bytes.length, read }];
    for (const input of inputs) {
      const values = await (await openHdf5(input)).get("group/values");
      expect(values?.kind === "dataset" && (await values.read()).data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
    }
  });

  it("finds objects by path and gives undefined for what is missing", async () => {
    const file = await openHdf5(readFixture("small"));
    expect(await file.get("/")).toBe(file.root);
    expect((await file.get("//group/values/"))?.path).toBe("/group/values");
    expect(await file.get("group/nothing")).toBeUndefined();
    expect(await file.get("nothing/values")).toBeUndefined();
    expect(await file.get("group/values/deeper")).toBeUndefined();
    expect(await file.root.attr("__proto__")).toBeUndefined();
  });

  it("is its root group, too", async () => {
    const file = await openHdf5(readFixture("everyday"));
    expect([file.kind, file.path, file.address]).toEqual(["group", "/", file.root.address]);
    expect(await file.keys()).toEqual(await file.root.keys());
    expect(await file.attrs()).toEqual(await file.root.attrs());
    expect(await textAttribute(file, "title")).toBe("Tides");
  });

  it("lists links in the order of their names, as they are stored", async () => {
    const links = (await (await openHdf5(readFixture("names"))).get("links")) as Hdf5Group;
    const expected = Array.from({ length: 140 }, (_, i) => `l${String(i).padStart(3, "0")}`);
    expect(await links.keys()).toEqual(expected);
  });

  it("lists a group once, however often a path leads through it", async () => {
    const bytes = new Uint8Array(readFixture("names"));
    const file = await openHdf5(bytes);
    const links = (await file.get("links")) as Hdf5Group;
    expect(await links.keys()).toHaveLength(140);
    // Without its symbol table nodes the group could not be listed again.
    const memory = Buffer.from(bytes.buffer);
    for (let at = memory.indexOf("SNOD"); at >= 0; at = memory.indexOf("SNOD")) memory.fill(0, at, at + 4);
    expect(await links.get("no such link")).toBeUndefined();
    expect(await links.keys()).toHaveLength(140);
  });

  it("ends a text of variable length at its first zero byte", async () => {
    const bytes = new Uint8Array(readFixture("small"));
    bytes[Buffer.from(bytes).indexOf("bc\0") + 1] = 0;
    const group = await (await openHdf5(bytes)).get("group");
    expect((await group?.attr("names"))?.data).toEqual(["a", "b"]);
  });

  it("tells a null dataspace from an empty list", async () => {
    const file = await openHdf5(readFixture("shapes"));
    const nothing = (await file.get("null")) as Hdf5Dataset;
    expect([nothing.shape, nothing.isNull, (await nothing.read()).isNull]).toEqual([[0], true, true]);
    expect((await nothing.read({ start: [0], count: [0] })).isNull).toBe(true);
    const empty = (await file.get("empty")) as Hdf5Dataset;
    expect([empty.shape, empty.isNull, (await empty.read()).isNull]).toEqual([[0], false, undefined]);
    const attribute = await (await openHdf5(readFixture("new-attributes"))).get("values");
    expect(await attribute!.attr("null")).toMatchObject({ shape: [0], isNull: true });
  });

  it("describes where values lie", async () => {
    const file = await openHdf5(readFixture("small"));
    const values = await file.get("group/values");
    expect(values).toMatchObject({ kind: "dataset", dtype: "float32", shape: [2, 3], refusal: undefined });
    expect(values).toMatchObject({ storage: { layout: "contiguous", size: 24, filters: [] } });
    const chunked = await (await openHdf5(readFixture("chunked"))).get("gzip");
    expect(chunked).toMatchObject({
      storage: { layout: "chunked", size: undefined, filters: [{ name: "shuffle" }, { name: "deflate" }] },
    });
    const filled = await (await openHdf5(readFixture("fill"))).get("filled <f4");
    expect(filled).toMatchObject({ storage: { layout: "contiguous", address: undefined, size: 0 } });
  });

  it("hands out values in memory of their own", async () => {
    const bytes = new Uint8Array(readFixture("small"));
    const values = (await (await openHdf5(bytes)).get("group/values")) as Hdf5Dataset;
    const first = await values.read();
    (first.data as Float32Array).fill(7);
    expect((await values.read()).data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
  });

  it("names the object and the feature that it refuses, and its byte", async () => {
    const file = await openHdf5(readFixture("external-links"), { name: "model.h5" });
    const error: unknown = await file.get("group/external").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "unsafe", path: "model.h5!/group/external", offset: expect.any(Number) });
    expect((error as KerasProofError).message).toContain('found a link (external) to "other.h5!/data"');
  });

  it("lists all attributes that it cannot read in one error", async () => {
    const bytes = new Uint8Array(readFixture("attributes"));
    const memory = Buffer.from(bytes.buffer);
    // The version of their datatypes, which stand behind the names, each filled up to 8 bytes.
    for (const name of ["attribute 1\0", "attribute 2\0"]) memory[memory.indexOf(name) + 16] = 0xff;
    const many = await (await openHdf5(bytes)).get("many");
    const error: unknown = await many!.attrs().catch((reason: unknown) => reason);
    expect((error as KerasProofError).problems.map(({ path }) => path)).toEqual([
      "file.h5!/many@attribute 1",
      "file.h5!/many@attribute 2",
    ]);
    expect((await many!.attr("attribute 3"))?.data).toEqual(BigInt64Array.of(3n));
  });

  it("throws the one attribute that it cannot read as it is", async () => {
    const bytes = new Uint8Array(readFixture("attributes"));
    const memory = Buffer.from(bytes.buffer);
    memory[memory.indexOf("attribute 1\0") + 16] = 0xff;
    const many = await (await openHdf5(bytes)).get("many");
    await expect(many!.attrs()).rejects.toMatchObject({
      path: "file.h5!/many@attribute 1",
      offset: expect.any(Number),
    });
  });

  it("reads behind a user block of any length", async () => {
    const bytes = readFixture("small");
    const moved = new Uint8Array(2 ** 21 + bytes.length);
    moved.set(bytes, 2 ** 21);
    const values = await (await openHdf5(moved)).get("group/values");
    expect(values?.kind === "dataset" && (await values.read()).data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
  });

  it("refuses what is no HDF5 file", async () => {
    expect(await codeOf(openHdf5(new Uint8Array(0)))).toBe("unknown-format");
    expect(await codeOf(openHdf5(new TextEncoder().encode('{"class_name": "Sequential"}')))).toBe("unknown-format");
  });
});
