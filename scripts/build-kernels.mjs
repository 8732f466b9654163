// Compiles the SIMD kernels of the constraints, and writes their bytes into src/constraints/kernels/simd-bytes.ts.
//
//   npm run build:kernels                           needs only the assemblyscript of package.json
//   node scripts/build-kernels.mjs --print          prints the bytes as base64 and writes nothing
import { readFileSync, writeFileSync } from "node:fs";
import { main as compile } from "assemblyscript/asc";

const folder = new URL("../src/constraints/kernels/", import.meta.url);
const source = readFileSync(new URL("simd.assemblyscript", folder), "utf8");

const files = new Map([["kernels.ts", source]]);
const outputs = new Map();
const flags = [
  "--optimizeLevel 3 --shrinkLevel 1 --converge --noAssert --runtime stub",
  "--importMemory --initialMemory 1 --enable simd --enable bulk-memory",
];
const { error } = await compile(["kernels.ts", "--outFile", "kernels.wasm", ...flags.join(" ").split(" ")], {
  readFile: (name) => files.get(name) ?? null,
  writeFile: (name, contents) => outputs.set(name, contents),
  listFiles: () => [],
  reportDiagnostic: (diagnostic) => console.error(diagnostic.message),
});
if (error !== null) throw error;

const bytes = outputs.get("kernels.wasm");
const base64 = Buffer.from(bytes).toString("base64");
if (process.argv.includes("--print")) {
  console.log(base64);
} else {
  const lines = base64.match(/.{1,100}/g).map((line) => `  "${line}"`);
  const text = `/** The module that \`scripts/build-kernels.mjs\` makes of simd.assemblyscript, ${bytes.length} bytes, as base64. */
export const simdBytes: string =
${lines.join(" +\n")};
`;
  writeFileSync(new URL("simd-bytes.ts", folder), text);
  console.log(`${bytes.length} bytes`);
}
