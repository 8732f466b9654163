import { KerasProofError, type Problem, throwProblems } from "../../errors.js";
import type { NdArray } from "../../ndarray.js";
import { printable } from "../printable.js";
import { decodeUtf8 } from "../utf8.js";
import { readDataspace } from "./dataspace.js";
import { type Datatype, readDatatype } from "./datatype.js";
import { expectVersion, type FileAccess, readAddress } from "./file-access.js";
import type { Hdf5Attributes } from "./hdf5-object.js";
import { readTerminated } from "./local-heap.js";
import { findMessage, type HeaderMessage, messageType, type ObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";
import { countBytes, decodeValues } from "./values.js";

/** The attributes that an object header holds. `objectPlace` is the object's place, to which errors add `@name`. */
export function openAttributes(file: FileAccess, header: ObjectHeader, objectPlace: string): Hdf5Attributes {
  let stored: ReadonlyMap<string, HeaderMessage> | undefined;
  const directory = (): ReadonlyMap<string, HeaderMessage> => {
    stored ??= listAttributes(file, header, objectPlace);
    return stored;
  };
  const read = (name: string, message: HeaderMessage): Promise<NdArray> =>
    file.pages.run(() => readAttribute(file, message, attributePlace(objectPlace, name)));
  return {
    attrNames: async () => [...directory().keys()],
    attr: async (name) => {
      const message = directory().get(name);
      return message === undefined ? undefined : read(name, message);
    },
    attrs: async () => {
      const values = new Map<string, NdArray>();
      const problems: Problem[] = [];
      for (const [name, message] of directory()) {
        try {
          values.set(name, await read(name, message));
        } catch (error) {
          if (!(error instanceof KerasProofError)) throw error;
          problems.push(...error.problems);
        }
      }
      throwProblems(problems);
      return values;
    },
  };
}

/**
 * Reads one attribute of an object from its header at once, for parsers that depend on it; undefined where it is
 * missing. Only within `PagedBytes.run`.
 */
export function readAttributeNow(
  file: FileAccess,
  header: ObjectHeader,
  name: string,
  objectPlace: string,
): NdArray | undefined {
  const message = listAttributes(file, header, objectPlace).get(name);
  return message === undefined ? undefined : readAttribute(file, message, attributePlace(objectPlace, name));
}

function listAttributes(
  file: FileAccess,
  header: ObjectHeader,
  objectPlace: string,
): ReadonlyMap<string, HeaderMessage> {
  checkAttributeInfo(file, header, objectPlace);
  const messages = header.filter((message) => message.type === messageType.attribute);
  if (messages.length > file.limits.objects) {
    throw new KerasProofError(
      "limit",
      objectPlace,
      `found ${messages.length} attributes, wanted at most ${file.limits.objects}`,
    );
  }
  const directory = new Map<string, HeaderMessage>();
  for (const message of messages) {
    const { name } = readName(file, message, objectPlace);
    if (directory.has(name)) {
      throw new KerasProofError("corrupt", objectPlace, `found the attribute "${printable(name)}" twice, wanted one`);
    }
    directory.set(name, message);
  }
  return directory;
}

/** Throws `unsupported-hdf5` where an Attribute Info message says that attributes lie in a fractal heap (IV.A.2.v). */
function checkAttributeInfo(file: FileAccess, header: ObjectHeader, place: string): void {
  const message = findMessage(header, messageType.attributeInfo);
  if (message === undefined) return;
  const cursor = openMessage(file, message, place);
  expectVersion(cursor, [0], "an attribute info message");
  if ((cursor.uint8() & 0x01) !== 0) cursor.skip(2);
  if (readAddress(cursor, file.widths) === undefined) return;
  cursor.fail("unsupported-hdf5", "found densely stored attributes, wanted them in the object header");
}

interface AttributeParts {
  readonly name: string;
  /** Whether the datatype or the dataspace is a pointer to one that several objects share. */
  readonly shared: boolean;
  readonly typeLength: number;
  readonly spaceLength: number;
  /** Where in the message the datatype begins. */
  readonly position: number;
  /** Parts of version 1 are padded to a multiple of this. */
  readonly alignment: number;
}

/** Reads the part of an Attribute message before its datatype (specification, IV.A.2.m). */
function readName(file: FileAccess, message: HeaderMessage, place: string): AttributeParts {
  const cursor = openMessage(file, message, place);
  const version = expectVersion(cursor, [1, 2, 3], "an attribute");
  const shared = cursor.uint8() !== 0 && version > 1;
  const nameLength = cursor.uint16();
  const typeLength = cursor.uint16();
  const spaceLength = cursor.uint16();
  if (version === 3) cursor.skip(1);
  const alignment = version === 1 ? 8 : 1;
  const name = decodeUtf8(readTerminated(cursor.window(nameLength)), place);
  cursor.skip(padded(nameLength, alignment) - nameLength);
  return { name, shared, typeLength, spaceLength, position: cursor.position, alignment };
}

function readAttribute(file: FileAccess, message: HeaderMessage, place: string): NdArray {
  const parts = readName(file, message, place);
  const cursor = openMessage(file, message, place);
  if (parts.shared) {
    cursor.fail("unsupported-hdf5", "found an attribute of a shared (committed) datatype, wanted a plain one");
  }
  cursor.seek(parts.position);
  const datatype: Datatype = readDatatype(cursor.window(padded(parts.typeLength, parts.alignment)));
  const { shape } = readDataspace(cursor.window(padded(parts.spaceLength, parts.alignment)), file.widths);
  return decodeValues(file, cursor.bytes(countBytes(file, datatype, shape, place)), datatype, shape, place);
}

/** The place of an attribute in errors: `model.h5!/model_weights@layer_names`. */
export function attributePlace(objectPlace: string, name: string): string {
  return `${objectPlace}@${printable(name)}`;
}

function padded(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}
