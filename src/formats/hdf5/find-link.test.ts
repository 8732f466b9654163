import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { KerasProofError } from "../../errors.js";
import { type Hdf5File, type Hdf5Group, openHdf5 } from "./index.js";

const folder = new URL("../../../fixtures/hdf5/", import.meta.url);

function readFixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(name, folder)));
}

/** What is found at a path: the address of an object, or why there is none. */
async function find(file: Hdf5File, path: string): Promise<number | string | undefined> {
  try {
    return (await file.get(path))?.address;
  } catch (error) {
    expect(error).toBeInstanceOf(KerasProofError);
    return (error as KerasProofError).message;
  }
}

/** The groups of a file with more links than a header holds, and their names. */
async function largeGroups(file: Hdf5File): Promise<(readonly [path: string, names: readonly string[]])[]> {
  const groups: Hdf5Group[] = [file.root];
  for await (const object of file.walk()) if (object.kind === "group") groups.push(object);
  const listed = await Promise.all(groups.map(async (group) => [group.path, await group.keys()] as const));
  return listed.filter(([, names]) => names.length > 8);
}

/** Whether the links of a group can be listed, or the group is not even found. */
async function isListed(file: Hdf5File, path: string): Promise<boolean> {
  try {
    const group = (await file.get(path)) as Hdf5Group;
    return await group.keys().then(
      () => true,
      () => false,
    );
  } catch {
    return true;
  }
}

/** After so many searches a group is listed. */
const mostSearches = 64;

it("finds without a list what it finds in the list, in all files", async () => {
  let searched = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".h5")) continue;
    const bytes = readFixture(name);
    const listed = await openHdf5(bytes);
    for (const [group, names] of await largeGroups(listed)) {
      const wanted = [...names, "", "no such name", "\uffff", "0", `${names[0]!}\0`, "\ud800", "\udcc3\udca4"];
      let fresh = listed;
      for (const [i, each] of wanted.entries()) {
        if (i % mostSearches === 0) fresh = await openHdf5(bytes);
        const path = `${group}/${each}`;
        expect(await find(fresh, path), `${name} ${path}`).toEqual(await find(listed, path));
        searched += 1;
      }
    }
  }
  expect(searched).toBeGreaterThan(2500);
});

it.each([
  ["names.h5", "/links", "SNOD", 140, 140],
  ["structure/superblock-1.h5", "/many", "SNOD", 40, 40],
  // Beside the three records that stand above the leaves, others of the same hash might be in two leaves each.
  ["structure/dense-tracked.h5", "/group", "BTLF", 83, 80 + 3 * 2],
])("reads one node of %s for each name in %s, of those named %s", async (name, group, signature, count, readNodes) => {
  const bytes = readFixture(name);
  const names = await ((await (await openHdf5(bytes)).get(group)) as Hdf5Group).keys();
  expect(names).toHaveLength(count);
  const nodes: number[] = [];
  const memory = Buffer.from(bytes.buffer);
  for (let at = memory.indexOf(signature); at >= 0; at = memory.indexOf(signature, at + 1)) nodes.push(at);
  let lost = 0;
  let concerned = 0;
  for (const node of nodes) {
    const damaged = bytes.slice();
    damaged[node] = 0x58;
    let file = await openHdf5(damaged);
    if (await isListed(file, group)) continue;
    concerned += 1;
    for (const [i, each] of names.entries()) {
      if (i % mostSearches === 0) file = await openHdf5(damaged);
      if (String(await find(file, `${group}/${each}`)).includes(`wanted the signature "${signature}"`)) lost += 1;
    }
  }
  expect(concerned).toBeGreaterThan(3);
  expect(lost).toBe(readNodes);
});

it("lists a group of which many names are wanted, once, also when they are wanted at the same time", async () => {
  const bytes = readFixture("names.h5");
  const file = await openHdf5(bytes);
  const links = (await file.get("links")) as Hdf5Group;
  const names = await ((await (await openHdf5(bytes)).get("/links")) as Hdf5Group).keys();
  const found = await Promise.all(names.map((name) => file.get(`links/${name}`)));
  expect(found.map((object) => object?.path)).toEqual(names.map((name) => `/links/${name}`));
  const memory = Buffer.from(bytes.buffer);
  for (let at = memory.indexOf("SNOD"); at >= 0; at = memory.indexOf("SNOD")) memory.fill(0, at, at + 4);
  expect(await links.get("no such link")).toBeUndefined();
});

it("waits for nothing at the names of a path that lead through listed groups", async () => {
  const file = await openHdf5(readFixture("structure/links.h5"));
  for await (const _ of file.walk());
  const turnsOf = async (path: string): Promise<number> => {
    const progress = { found: false, turns: 0 };
    void file.get(path).then(() => (progress.found = true));
    for (; !progress.found; progress.turns++) await Promise.resolve();
    return progress.turns;
  };
  const short = await turnsOf("/a/b");
  expect(await turnsOf(`/a${"/cycle".repeat(60)}/b`)).toBe(short);
});
