import type * as Platform from "./platform-inflate.js";

// In browsers this is in place of `platform-inflate.ts` (the field `browser` of package.json): there is no zlib.

export { inflateByStream as inflateBlocks } from "./deflate-stream.js";
export const inflateAtOnce: typeof Platform.inflateAtOnce = () => undefined;
