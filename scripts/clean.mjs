// Removes what an earlier build left, so that no file of a deleted source is packed.
import { rmSync } from "node:fs";

for (const path of process.argv.slice(2)) rmSync(path, { recursive: true, force: true });
