import { readdirSync, readFileSync } from "node:fs";

const fixtures = new URL("../fixtures/", import.meta.url);

/**
 * The files of a folder of `fixtures/` and of those in it, with one of some endings and at most `largest` bytes: the
 * smallest first, so that a few executions see many structures.
 */
export function readSeeds(folder: string, endings: readonly string[], largest: number): Uint8Array[] {
  const base = new URL(`${folder}/`, fixtures);
  return readdirSync(base, { recursive: true, encoding: "utf8" })
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .sort()
    .map((path) => new Uint8Array(readFileSync(new URL(path.replaceAll("\\", "/"), base))))
    .filter((bytes) => bytes.length <= largest)
    .sort((a, b) => a.length - b.length);
}

/** The JSON texts that Python was asked about, sound and damaged. */
export function readJsonTexts(): Uint8Array[] {
  const groups = JSON.parse(readFileSync(new URL("containers/json.json", fixtures), "utf8")) as Record<
    string,
    readonly { readonly text: string }[]
  >;
  const texts = Object.values(groups).flatMap((group) => group.map(({ text }) => text));
  return texts.map((text) => new TextEncoder().encode(text)).sort((a, b) => a.length - b.length);
}
