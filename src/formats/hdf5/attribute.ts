import { KerasProofError, throwProblems } from "../../errors.js";
import { printable } from "../printable.js";
import { readAttributeMessage } from "./attribute-message.js";
import { type Dataspace, markNull, readDataspace } from "./dataspace.js";
import { readDatatype } from "./datatype.js";
import type { FileAccess } from "./file-access.js";
import type { Hdf5Array } from "./hdf5-array.js";
import type { Hdf5Attributes } from "./hdf5-object.js";
import type { HeaderMessage } from "./header-message.js";
import { attributeInfoMessage, attributeMessage } from "./message-type.js";
import type { ObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";
import { decodeValues, decodeValuesNow, readStored } from "./values/decode-values.js";
import { startDecoding } from "./values/decoding.js";
import { type AttributeMessages, noMessages, openDirectory } from "./attribute-directory.js";

/** `Hdf5Attributes` as functions on their own: to spread an object into thousands of others takes long. */
interface AttributeReaders {
  readonly attrNames: () => ReturnType<Hdf5Attributes["attrNames"]>;
  readonly attr: (name: string) => ReturnType<Hdf5Attributes["attr"]>;
  readonly attrs: () => ReturnType<Hdf5Attributes["attrs"]>;
}

/** The attributes of an object. `objectPlace` is the object's place, to which errors add `@name`. */
export function openAttributes(file: FileAccess, header: ObjectHeader, objectPlace: string): AttributeReaders {
  const hasSome = header.messages.some(({ type }) => type === attributeMessage || type === attributeInfoMessage);
  let directory = hasSome ? undefined : noMessages;
  const list = (): Promise<AttributeMessages> => {
    directory ??= file.pages.run(openDirectory(file, header, objectPlace));
    return directory;
  };
  const read = async (name: string, message: HeaderMessage): Promise<Hdf5Array> => {
    const place = attributePlace(objectPlace, name);
    const { space, values } = await file.pages.run(() => openAttribute(file, header, message, place));
    return markNull(await decodeValues(...values), space);
  };
  return {
    attrNames: async () => [...(await list()).keys()],
    attr: async (name) => {
      const message = (await list()).get(name);
      return message === undefined ? undefined : read(name, message);
    },
    attrs: async () => {
      const values = new Map<string, Hdf5Array>();
      const errors: KerasProofError[] = [];
      for (const [name, message] of await list()) {
        try {
          values.set(name, await read(name, message));
        } catch (error) {
          if (!(error instanceof KerasProofError)) throw error;
          errors.push(error);
        }
      }
      if (errors.length === 1) throw errors[0]!;
      throwProblems(errors.flatMap((error) => error.problems));
      return values;
    },
  };
}

/** An attribute's values as they are stored, with what is wanted to decode them. */
interface OpenAttribute {
  readonly space: Dataspace;
  readonly values: Parameters<typeof decodeValues>;
}

/**
 * Reads the value of one attribute at once, for parsers that depend on it; undefined where it is missing. What is
 * returned is for `PagedBytes.run`: when it is started again it goes on where it was interrupted.
 */
export function findAttribute(
  file: FileAccess,
  header: ObjectHeader,
  name: string,
  objectPlace: string,
): () => Hdf5Array | undefined {
  const list = openDirectory(file, header, objectPlace);
  let directory: AttributeMessages | undefined;
  return () => {
    directory ??= list();
    const message = directory.get(name);
    if (message === undefined) return undefined;
    const place = attributePlace(objectPlace, name);
    return decodeValuesNow(...openAttribute(file, header, message, place).values);
  };
}

function openAttribute(file: FileAccess, header: ObjectHeader, message: HeaderMessage, place: string): OpenAttribute {
  const attribute = readAttributeMessage(openMessage(file, message, place));
  const datatype = readDatatype(openMessage(file, attribute.datatype, place), file);
  const space = readDataspace(openMessage(file, attribute.dataspace, place), file.widths);
  const { shape } = space;
  const { base } = message.body;
  const decoding = startDecoding(file, {}, place, `${header.address} ${base}`, base);
  const bytes = readStored(attribute.values, file, datatype, shape);
  return { space, values: [decoding, { bytes, fresh: false }, datatype, shape] };
}

/** The place of an attribute in errors: `model.h5!/model_weights@layer_names`. */
export function attributePlace(objectPlace: string, name: string): string {
  return `${objectPlace}@${printable(name)}`;
}
