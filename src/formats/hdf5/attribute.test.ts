import { describe, expect, it } from "vitest";
import { openSource } from "../byte-source.js";
import { Cursor } from "../cursor.js";
import { defaultLimits } from "../limits.js";
import { findAttribute, openAttributes } from "./attribute.js";
import type { FileAccess } from "./file-access.js";
import { Interruption } from "./interruption.js";
import { attributeMessage } from "./message-type.js";
import type { ObjectHeader } from "./object-header.js";
import type { HeaderMessage } from "./header-message.js";
import { pagedBytes } from "./paged-bytes.js";

const many = 300;

/** Attribute messages that lie in a heap of shared messages, each in a block of its own that has to be waited for. */
function sharedAttributes(): { file: FileAccess; header: ObjectHeader; opened: () => number } {
  const ready = new Set<number>();
  let opened = 0;
  const readObject = (id: Cursor): Cursor => {
    opened += 1;
    const number = id.uint8() + 256 * id.uint8();
    if (ready.has(number)) return attributeOf(`attribute ${number}`);
    throw new Interruption(async () => ready.add(number));
  };
  const messages = Array.from({ length: many }, (_, number): HeaderMessage => {
    const pointer = Uint8Array.of(3, 1, number & 0xff, number >> 8, 0, 0, 0, 0, 0, 0);
    return { type: attributeMessage, shared: true, creationIndex: 0, body: new Cursor(pointer, "pointer") };
  });
  const file: Partial<FileAccess> = {
    pages: pagedBytes(openSource(new Uint8Array(1)), "file"),
    limits: defaultLimits,
    sharedMessages: new Map([[attributeMessage, () => ({ readObject })]]),
  };
  const header = { messages, attributesOrdered: false, address: 0 };
  return { file: file as FileAccess, header, opened: () => opened };
}

/** An Attribute message of version 3 with nothing but a name. */
function attributeOf(name: string): Cursor {
  const text = new TextEncoder().encode(`${name}\0`);
  return new Cursor(Uint8Array.of(3, 0, text.length, 0, 0, 0, 0, 0, 0, ...text), "attribute");
}

describe("attributes that have to be waited for one by one", () => {
  it("are listed by opening each twice at most", async () => {
    const { file, header, opened } = sharedAttributes();
    const names = await openAttributes(file, header, "file!/").attrNames();
    expect(names).toHaveLength(many);
    expect(names.slice(0, 3)).toEqual(["attribute 0", "attribute 1", "attribute 10"]);
    expect(opened()).toBe(2 * many);
  });

  it("are looked through for one by opening each twice at most", async () => {
    const { file, header, opened } = sharedAttributes();
    expect(await file.pages.run(findAttribute(file, header, "dtype", "file!/"))).toBeUndefined();
    expect(opened()).toBe(2 * many);
  });
});
