import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { serve } from "../../fixtures/http-server.js";
import type { ByteInput } from "./byte-source.js";
import { openFile } from "./file-source.js";
import { openHdf5 } from "./hdf5/index.js";
import { openHttp } from "./http-source.js";
import { readNpy } from "./npy.js";
import { openNpz } from "./npz.js";
import { openSafetensors } from "./safetensors.js";
import { openZip } from "./zip/archive.js";

type Reader = (input: ByteInput, options?: { readonly name?: string }) => Promise<unknown>;

const readers: readonly (readonly [string, Reader, string])[] = [
  ["openHdf5", openHdf5, "file.h5"],
  ["openZip", openZip, "archive.zip"],
  ["openNpz", openNpz, "archive.npz"],
  ["readNpy", readNpy, "array.npy"],
  ["openSafetensors", openSafetensors, "file.safetensors"],
];
const nothing = new Uint8Array(100).fill(1);

describe.each(readers)("the name in errors of %s", (_, read, usual) => {
  const nameFor = async (input: ByteInput, name?: string): Promise<string | undefined> => {
    const error: unknown = await read(input, name === undefined ? {} : { name }).catch((thrown: unknown) => thrown);
    return (error as { readonly path?: string }).path?.replace(/[!$].*/, "");
  };

  it("is the one that is given, else that of a File or of a source", async () => {
    const file = new File([nothing], "weights.bin");
    const own = { name: "mine", size: 100, read: async (at: number, length: number) => nothing.slice(at, at + length) };
    expect(await nameFor(file)).toBe("weights.bin");
    expect(await nameFor(own)).toBe("mine");
    expect(await nameFor(file, "given")).toBe("given");
    expect(await nameFor(own, "given")).toBe("given");
  });

  it("is the usual one where the source has none", async () => {
    const { name: _name, ...own } = { name: "", size: 100, read: async () => nothing };
    const inputs = [nothing, nothing.buffer, new Blob([nothing]), new File([nothing], ""), own];
    expect(await Promise.all(inputs.map((input) => nameFor(input)))).toEqual(inputs.map(() => usual));
    // A function has a name too.
    expect(await nameFor(openFile as never)).toBe(usual);
  });

  it("is the path of a file on disk, and the address of one on a server", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kerasproof-"));
    const path = join(folder, "a.bin");
    await writeFile(path, nothing);
    const source = await openFile(path);
    const server = await serve((_request, response) => void response.end(nothing));
    try {
      expect(await nameFor(source)).toBe(path);
      expect(await nameFor(await openHttp(new URL("/a.bin?secret", server.url)))).toBe(`${server.url}/a.bin`);
    } finally {
      await source.close();
      await server.close();
      await rm(folder, { recursive: true });
    }
  });
});
