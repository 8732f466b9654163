import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { KerasProofError } from "../../errors.js";
import { type Hdf5File, type Hdf5Group, openHdf5 } from "./index.js";

const folder = new URL("../../../fixtures/hdf5/structure/", import.meta.url);
/** What h5py finds and lists in `links.h5`; `fixtures/hdf5/build_structure.py` documents the form. */
const expected = JSON.parse(readFileSync(new URL("links-paths.json", folder), "utf8")) as {
  readonly paths: Readonly<Record<string, number | null>>;
  readonly keys: Readonly<Record<string, readonly string[]>>;
};

function openLinks(limits = {}): Promise<Hdf5File> {
  return openHdf5(new Uint8Array(readFileSync(new URL("links.h5", folder))), { name: "links.h5", limits });
}

/** The address that a path leads to; null where it leads to nothing, or out of the file. */
async function addressAt(file: Hdf5File, path: string): Promise<number | null> {
  try {
    return (await file.get(path))?.address ?? null;
  } catch (error) {
    expect(error).toBeInstanceOf(KerasProofError);
    expect(error).toMatchObject({ code: "unsafe" });
    return null;
  }
}

it.each(Object.keys(expected.paths))('finds at "%s" what h5py finds there', async (path) => {
  expect(await addressAt(await openLinks(), path)).toBe(expected.paths[path]);
});

it.each(Object.keys(expected.keys))("lists %s in the order of h5py", async (path) => {
  const group = (await (await openLinks()).get(path)) as Hdf5Group;
  expect(await group.keys()).toEqual(expected.keys[path]);
});

it("follows links from the group that holds them and from the root", async () => {
  const file = await openLinks();
  const group = (await file.get("a/b")) as Hdf5Group;
  const data = await group.get("data");
  expect((await group.get("beside"))?.address).toBe(data?.address);
  expect((await group.get("/data"))?.path).toBe("/data");
  expect((await group.get("root/a/b/beside"))?.path).toBe("/a/b/root/a/b/beside");
  expect(await group.get("")).toBe(group);
  expect((await group.get("/"))?.path).toBe("/");
});

it("names the link that leads in a circle or out of the file", async () => {
  const file = await openLinks();
  const circle = "found more than 64 soft links on the way, wanted none that lead in a circle";
  await expect(file.get("loop 1")).rejects.toMatchObject({
    code: "unsafe",
    path: "links.h5!/loop 1",
    offset: 48,
    message: expect.stringContaining(circle),
  });
  const outside =
    'links.h5!/outside: found a link (external) to "other.h5!/", wanted an object of this file, at byte 48';
  await expect(file.get("through")).rejects.toMatchObject({ code: "unsafe", message: outside });
  await expect(file.get("user")).rejects.toMatchObject({ code: "unsafe", path: "links.h5!/user" });
});

it("tells links in a walk and goes on", async () => {
  const found: string[] = [];
  for await (const entry of (await openLinks()).walk()) {
    if (entry.kind === "link") found.push(`${entry.path} ${entry.type} ${entry.file ?? ""} ${entry.target}`);
    else if (entry.kind === "refused") found.push(`${entry.path} ${entry.error.code}`);
  }
  expect(found).toContain("/a/cycle hard  /a");
  expect(found).toContain("/outside external other.h5 /");
  expect(found).toContain("/user user-defined  type 200");
  expect(found).toContain("/a/b/up soft  ..");
  expect(found.filter((line) => line.startsWith("/a/cycle/"))).toEqual([]);
});

it("refuses a path of more names than the limit", async () => {
  const file = await openLinks({ depth: 3 });
  expect((await file.get("a/b/data"))?.kind).toBe("dataset");
  await expect(file.get("a/b/root/data")).rejects.toMatchObject({ code: "limit", path: "links.h5!/a/b/root/data" });
});
