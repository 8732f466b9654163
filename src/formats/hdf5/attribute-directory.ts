import type { Cursor } from "../cursor.js";
import { printable } from "../printable.js";
import { readAttributeMessage } from "./attribute-message.js";
import { checkCount, type FileAccess } from "./file-access.js";
import type { HeaderMessage } from "./header-message.js";
import { compareNames } from "./link.js";
import { attributeInfoMessage, attributeMessage } from "./message-type.js";
import { findMessage, type ObjectHeader } from "./object-header.js";
import { rareParts } from "./on-demand.js";
import { openMessage } from "./shared-message.js";

/** The Attribute messages of an object by the names of the attributes, in the order in which they are listed. */
export type AttributeMessages = ReadonlyMap<string, HeaderMessage>;

/** Those of an object without attributes, as thousands of a file may be. */
export const noMessages: Promise<AttributeMessages> = Promise.resolve(new Map());

/**
 * Finds the attributes of an object, in its header or in the heap that its Attribute Info message leads to. They come
 * in the order of their creation where the header keeps it, else in that of their names, as h5py lists them. A name
 * that is there twice is `corrupt`. What is returned is for `PagedBytes.run`: when it is started again it goes on where
 * it was interrupted.
 */
export function openDirectory(file: FileAccess, header: ObjectHeader, objectPlace: string): () => AttributeMessages {
  const info = findMessage(header, attributeInfoMessage);
  let walk: (() => HeaderMessage[]) | undefined;
  let messages: readonly HeaderMessage[] | undefined;
  const named: { readonly name: string; readonly message: HeaderMessage; readonly cursor: Cursor }[] = [];
  return () => {
    if (info !== undefined)
      walk ??= rareParts().walkDenseAttributes({ file, owner: header.address, place: objectPlace }, info);
    messages ??= walk?.() ?? (header.whole?.() ?? header).messages.filter(({ type }) => type === attributeMessage);
    while (named.length < messages.length) {
      const message = messages[named.length]!;
      const cursor = openMessage(file, message, objectPlace);
      named.push({ name: readAttributeMessage(cursor).name, message, cursor });
    }
    if (header.attributesOrdered) named.sort((a, b) => a.message.creationIndex - b.message.creationIndex);
    else named.sort((a, b) => compareNames(a.name, b.name));
    const directory = new Map<string, HeaderMessage>();
    for (const { name, message, cursor } of named) {
      if (directory.has(name)) cursor.fail("corrupt", `found the attribute "${printable(name)}" twice, wanted one`);
      directory.set(name, message);
      checkCount(file, directory.size, "attributes", cursor);
    }
    return directory;
  };
}
