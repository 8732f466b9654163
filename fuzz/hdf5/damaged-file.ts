import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Limits } from "../../src/formats/limits.js";
import { fixChecksums } from "./checksums.js";
import { findLandmarks } from "./landmarks.js";
import { hdf5Name, readAllOfHdf5 } from "./read-all.js";

/** A sound file in the hands of somebody who means harm. */
export interface DamagedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  /** The offset of the nth occurrence of some bytes, given as text or as numbers. */
  readonly find: (wanted: string | readonly number[], nth?: number) => number;
  /** Overwrites a number of 1, 2, 4 or 8 bytes, little-endian, or several of 8. */
  readonly set: (offset: number, width: 1 | 2 | 4 | 8, value: number | bigint) => void;
}

/** What somebody does to a file. */
export type Damage = (file: DamagedFile) => void;

/**
 * A file of `fixtures/hdf5` or `fuzz/seeds/hdf5`, by its name without `.h5`, after some damage and with its metadata
 * checksums right again.
 */
export function damagedFile(name: string, damage: Damage): Uint8Array<ArrayBuffer> {
  const folder = name.includes("fixtures/") ? "../../" : "../seeds/hdf5/";
  const bytes = new Uint8Array(readFileSync(new URL(`${folder}${name}.h5`, import.meta.url)));
  const { checksums } = findLandmarks(bytes);
  const view = new DataView(bytes.buffer);
  damage({
    bytes,
    view,
    find: (wanted, nth = 0) => {
      const pattern = Buffer.from(wanted as string);
      let at = Buffer.from(bytes).indexOf(pattern);
      for (let i = 0; i < nth; i++) at = Buffer.from(bytes).indexOf(pattern, at + 1);
      expect(at, `occurrence ${nth} of ${String(wanted)}`).toBeGreaterThanOrEqual(0);
      return at;
    },
    set: (offset, width, value) => {
      if (width === 1) view.setUint8(offset, Number(value));
      else if (width === 2) view.setUint16(offset, Number(value), true);
      else if (width === 4) view.setUint32(offset, Number(value), true);
      else view.setBigUint64(offset, BigInt(value), true);
    },
  });
  fixChecksums(bytes, checksums);
  return bytes;
}

/** Damage to one number, which lies some bytes after the nth occurrence of a signature or other bytes. */
export function field(
  wanted: string | readonly number[],
  offset: number,
  width: 1 | 2 | 4 | 8,
  value: number | bigint,
  nth = 0,
): Damage {
  return ({ find, set }) => set(find(wanted, nth) + offset, width, value);
}

/** What is refused in a file, as `place code`, each place once, and what the errors say. */
export async function refusalsOf(
  bytes: Uint8Array,
  limits: Partial<Limits> = {},
): Promise<{ readonly refusals: string[]; readonly messages: string[] }> {
  const { errors, broken } = await readAllOfHdf5(bytes, undefined, limits);
  expect(broken).toEqual([]);
  const first = [...new Map([...errors].reverse().map((error) => [error.path, error])).values()].reverse();
  return {
    refusals: first.map(({ path, code }) => `${path.slice(hdf5Name.length + 1) || "file"} ${code}`),
    messages: first.map(({ message }) => message),
  };
}

/** A damaged file, what is refused in it, in the order of the reading, and part of what one refusal says. */
export type HostileFile = readonly [
  title: string,
  file: string,
  damage: Damage,
  refusals: readonly string[],
  message: string,
];

/** Makes a test of each file: that exactly this is refused and everything else is read. */
export function testHostileFiles(files: readonly HostileFile[]): void {
  it.each(files)("refuses %s and reads the rest", async (_title, name, damage, refusals, message) => {
    const found = await refusalsOf(damagedFile(name, damage));
    expect(found.refusals).toEqual(refusals);
    expect(found.messages.join("\n")).toContain(message);
  });
}
