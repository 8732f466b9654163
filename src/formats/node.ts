/** The entry `kerasproof/formats/node`: files on disk as sources. */
export { type FileSource, openFile } from "./file-source.js";
