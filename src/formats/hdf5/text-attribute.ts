import { KerasProofError } from "../../errors.js";
import { attributePlace } from "./attribute.js";
import type { Hdf5Attributes } from "./hdf5-object.js";

/** An object of which an attribute is read. */
type AttributeOwner = Hdf5Attributes & { readonly place: string };

/**
 * The text of an attribute that holds one; undefined where the attribute is missing. `corrupt` where it holds
 * anything else than a single text.
 */
export async function textAttribute(object: AttributeOwner, name: string): Promise<string | undefined> {
  return (await readTexts(object, name, false))?.[0];
}

/**
 * The texts of an attribute that holds a list of them; undefined where it is missing. A list too long for one attribute
 * is joined from `name0`, `name1`, … as Keras splits it (`save_attributes_to_hdf5_group`, Keras 2.1.6 and later). An
 * empty list of numbers is an empty list: so h5py stores an empty list of anything. `corrupt` where it is no list of
 * texts.
 */
export async function textListAttribute(object: AttributeOwner, name: string): Promise<string[] | undefined> {
  const whole = await readTexts(object, name, true);
  if (whole !== undefined) return [...whole];
  const texts: string[] = [];
  for (let i = 0; ; i++) {
    const part = await readTexts(object, `${name}${i}`, true);
    if (part === undefined) return i === 0 ? undefined : texts;
    for (const text of part) texts.push(text);
  }
}

async function readTexts(
  object: AttributeOwner,
  name: string,
  isList: boolean,
): Promise<readonly string[] | undefined> {
  if (typeof (object as AttributeOwner | undefined)?.attr !== "function") {
    throw new KerasProofError("usage", "object", "found another object, wanted a group or a dataset");
  }
  const value = await object.attr(name);
  if (value === undefined) return undefined;
  const { dtype, shape } = value;
  if (isList && shape.length === 1 && shape[0] === 0) return [];
  if (dtype === "string" && (isList ? shape.length : value.data.length) === 1) return value.data;
  const found = `found ${dtype} of shape [${shape.join(", ")}], wanted ${isList ? "a list of texts" : "a text"}`;
  throw new KerasProofError("corrupt", attributePlace(object.place, name), found);
}
