import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type Hdf5Group, openHdf5, textAttribute, textListAttribute } from "./index.js";

async function openGroup(name: string, path: string): Promise<Hdf5Group> {
  const bytes = readFileSync(new URL(`../../../fixtures/hdf5/${name}.h5`, import.meta.url));
  const object = await (await openHdf5(bytes, { name: `${name}.h5` })).get(path);
  if (object?.kind !== "group") throw new Error(`no group ${path}`);
  return object;
}

it("joins a list that Keras split over several attributes", async () => {
  const names = Array.from({ length: 30 }, (_, i) => `layer_${String(i).padStart(3, "0")}`);
  expect(await textListAttribute(await openGroup("keras", "/model_weights"), "layer_names")).toEqual(names);
});

it("reads a list from one attribute", async () => {
  const group = await openGroup("keras", "/model_weights/dense_1");
  expect(await textListAttribute(group, "weight_names")).toEqual(["dense_1/kernel:0", "dense_1/bias:0"]);
});

it("reads an empty list, which h5py stores as numbers", async () => {
  const group = await openGroup("keras", "/model_weights/flatten_1");
  expect((await group.attr("weight_names"))?.dtype).toBe("float64");
  expect(await textListAttribute(group, "weight_names")).toEqual([]);
});

it("reads a text of fixed and of variable length", async () => {
  const root = await openGroup("keras", "/");
  expect(await textAttribute(root, "keras_version")).toBe("2.3.1");
  expect(await textAttribute(root, "model_config")).toBe('{"class_name": "Sequential", "config": {"layers": []}}');
});

it("gives undefined for an attribute that is missing", async () => {
  const root = await openGroup("keras", "/");
  expect(await textAttribute(root, "layer_names")).toBeUndefined();
  expect(await textListAttribute(root, "layer_names")).toBeUndefined();
});

it("refuses numbers where text is wanted and a list where one text is", async () => {
  const group = await openGroup("attributes", "/model_weights");
  await expect(textAttribute(group, "int")).rejects.toMatchObject({
    code: "corrupt",
    message: "attributes.h5!/model_weights@int: found int64 of shape [], wanted a text",
  });
  await expect(textAttribute(group, "layer_names")).rejects.toMatchObject({ code: "corrupt" });
  await expect(textListAttribute(group, "keras_version")).rejects.toMatchObject({
    message: "attributes.h5!/model_weights@keras_version: found string of shape [], wanted a list of texts",
  });
});
