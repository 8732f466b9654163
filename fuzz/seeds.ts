import { readdirSync, readFileSync } from "node:fs";

/** The folder of the fixtures, and that of the small files which are only for fuzzing. */
const folders: Readonly<Record<"fixtures" | "seeds", URL>> = {
  fixtures: new URL("../fixtures/", import.meta.url),
  seeds: new URL("seeds/", import.meta.url),
};

/**
 * The files of a folder, such as `fixtures/hdf5/`, and of those in it, with some ending and at most `largest` bytes:
 * the smallest first.
 */
export function readSeeds(folder: `${keyof typeof folders}/${string}`, ending: string, largest: number): Uint8Array[] {
  const [name] = folder.split("/") as [keyof typeof folders];
  const base = new URL(`${folder.slice(name.length + 1)}/`, folders[name]);
  return readdirSync(base, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .sort()
    .map((path) => new Uint8Array(readFileSync(new URL(path.replaceAll("\\", "/"), base))))
    .filter((bytes) => bytes.length <= largest)
    .sort((a, b) => a.length - b.length);
}

/** The JSON texts that Python was asked about, sound and damaged. */
export function readJsonTexts(): Uint8Array[] {
  const groups = JSON.parse(readFileSync(new URL("containers/json.json", folders.fixtures), "utf8")) as Record<
    string,
    readonly { readonly text: string }[]
  >;
  const texts = Object.values(groups).flatMap((group) => group.map(({ text }) => text));
  return texts.map((text) => new TextEncoder().encode(text)).sort((a, b) => a.length - b.length);
}
