import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openHdf5 } from "./index.js";

function readFixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../../fixtures/hdf5/${name}.h5`, import.meta.url)));
}

/** A file whose root has an attribute that was made a message of a type that nobody knows. */
function withUnknownMessage(flags: number): Uint8Array {
  const bytes = readFixture("attributes");
  // Before the name stand the head of the attribute, of 8 bytes, and that of the message: type, size, flags.
  const at = Buffer.from(bytes.buffer).lastIndexOf("root\0") - 16;
  expect([bytes[at], bytes[at + 1]]).toEqual([0x0c, 0]);
  bytes[at] = 0x40;
  bytes[at + 4] = flags;
  return bytes;
}

it("passes over a message that it does not know", async () => {
  const { root } = await openHdf5(withUnknownMessage(0));
  expect(await root.attrNames()).toEqual([]);
  expect(await root.keys()).toEqual(["many", "model_weights"]);
});

it("refuses a message that it does not know and must know", async () => {
  const message = "found a header message of type 64, which a reader must know";
  await expect(openHdf5(withUnknownMessage(0x80))).rejects.toMatchObject({
    code: "unsupported-hdf5",
    offset: expect.any(Number),
    message: expect.stringContaining(message),
  });
});

it("refuses numbers of more than 8 bytes, which libhdf5 allows, and of widths that there are not", async () => {
  const bytes = readFixture("small");
  bytes[13] = 16;
  await expect(openHdf5(bytes)).rejects.toMatchObject({ code: "unsupported-hdf5", offset: 14 });
  bytes[13] = 3;
  await expect(openHdf5(bytes)).rejects.toMatchObject({ code: "corrupt", offset: 14 });
});

it("reads a file that goes on behind its end", async () => {
  const bytes = readFixture("small");
  const longer = new Uint8Array(bytes.length + 1000);
  longer.set(bytes);
  expect(await (await openHdf5(longer)).root.keys()).toEqual(["group", "text"]);
});

it("tells a group that it has met before as a link, and does not walk it again", async () => {
  const bytes = readFixture("small");
  // The first link of the root leads back to the root.
  new DataView(bytes.buffer).setBigUint64(Buffer.from(bytes.buffer).indexOf("SNOD") + 16, 96n, true);
  const entries: unknown[] = [];
  for await (const entry of (await openHdf5(bytes)).walk()) entries.push(entry);
  expect(entries).toEqual([
    { kind: "link", path: "/group", type: "hard", target: "/", file: undefined },
    expect.objectContaining({ kind: "dataset", path: "/text" }),
  ]);
});

it("refuses one impossible link alone", async () => {
  const bytes = readFixture("small");
  new DataView(bytes.buffer).setBigUint64(Buffer.from(bytes.buffer).indexOf("SNOD") + 16, 2n ** 64n - 2n, true);
  const file = await openHdf5(bytes);
  expect(await file.root.keys()).toEqual(["group", "text"]);
  await expect(file.get("group")).rejects.toMatchObject({ code: "truncated", path: "file.h5!/group" });
  expect((await file.get("text"))?.kind).toBe("dataset");
});

it("refuses a reference into another file", async () => {
  const file = await openHdf5(readFixture("small"));
  await expect(file.follow({ address: 96, file: "other.h5" })).rejects.toMatchObject({ code: "unsafe" });
  expect(await file.follow({ address: 96 })).toMatchObject({ kind: "group", path: "/@96" });
});
