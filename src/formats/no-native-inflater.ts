import type { takeInflater as takeNative } from "./native-inflater.js";

/** Stands for `native-inflater.ts` in browsers (the field `browser` of package.json), where there is no zlib. */
export const takeInflater: typeof takeNative = () => undefined;
