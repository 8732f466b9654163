import { wrongEdges } from "./wrong-edges.js";
import { wrongGroups } from "./wrong-groups.js";
import { wrongNorms } from "./wrong-norms.js";
import type { WrongImplementation } from "./wrong-ways.js";

/** The catalogue. */
export const wrongImplementations: readonly WrongImplementation[] = [...wrongGroups, ...wrongNorms, ...wrongEdges];
