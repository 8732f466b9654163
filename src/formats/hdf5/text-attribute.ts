import { KerasProofError } from "../../errors.js";
import { attributePlace } from "./attribute.js";
import type { Hdf5Array } from "./hdf5-array.js";
import type { Hdf5Attributes } from "./hdf5-object.js";

/**
 * The text of an attribute that holds one; undefined where the attribute is missing. `corrupt` where it holds
 * anything else than a single text.
 */
export async function textAttribute(
  object: Hdf5Attributes & { readonly place: string },
  name: string,
): Promise<string | undefined> {
  const value = await object.attr(name);
  if (value === undefined) return undefined;
  if (value.dtype === "string" && value.data.length === 1) return value.data[0]! as string;
  throw wrongKind(object, name, value, "a text");
}

/**
 * The texts of an attribute that holds a list of them; undefined where it is missing. A list too long for one attribute
 * is joined from `name0`, `name1`, … as Keras splits it (`save_attributes_to_hdf5_group`, Keras 2.1.6 and later). An
 * empty list of numbers is an empty list: so h5py stores an empty list of anything. `corrupt` where it is no list of
 * texts.
 */
export async function textListAttribute(
  object: Hdf5Attributes & { readonly place: string },
  name: string,
): Promise<string[] | undefined> {
  const whole = await readTexts(object, name);
  if (whole !== undefined) return whole;
  const texts: string[] = [];
  for (let i = 0; ; i++) {
    const part = await readTexts(object, `${name}${i}`);
    if (part === undefined) return i === 0 ? undefined : texts;
    for (const text of part) texts.push(text);
  }
}

async function readTexts(
  object: Hdf5Attributes & { readonly place: string },
  name: string,
): Promise<string[] | undefined> {
  const value = await object.attr(name);
  if (value === undefined) return undefined;
  if (value.shape.length === 1 && value.shape[0] === 0) return [];
  if (value.shape.length !== 1 || value.dtype !== "string") throw wrongKind(object, name, value, "a list of texts");
  return Array.from(value.data as readonly string[]);
}

function wrongKind(
  object: Hdf5Attributes & { readonly place: string },
  name: string,
  value: Hdf5Array,
  wanted: string,
): KerasProofError {
  const found = `found ${value.dtype} of shape [${value.shape.join(", ")}]`;
  return new KerasProofError("corrupt", attributePlace(object.place, name), `${found}, wanted ${wanted}`);
}
