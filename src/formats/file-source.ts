import { type FileHandle, open } from "node:fs/promises";
import { KerasProofError } from "../errors.js";
import { type ByteSource, checkRange } from "./byte-source.js";

/** A file on disk as a source; reads go straight to where they are asked for, the file is never read whole. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** Bytes of one read call of the system, below its limit of 2 GiB. */
const largestRead = 2 ** 30;

/** What the system's commonest codes mean here. */
const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file"],
  ["EACCES", "no permission to read it"],
]);

/** Opens a file for reading (Node). Throws `file-not-found` for what is missing, unreadable or no file. */
export async function openFile(path: string): Promise<FileSource> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "an error";
    const found = reasons.get(code) ?? `${code} on opening it`;
    throw new KerasProofError("file-not-found", path, `found ${found}, wanted a readable file`, { cause: error });
  }
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new KerasProofError(
      "file-not-found",
      path,
      `found ${stat.isDirectory() ? "a directory" : "no regular file"}, wanted a file`,
    );
  }
  return {
    size: stat.size,
    fresh: true,
    read: (offset, length) => readExactly(handle, offset, length, stat.size, path),
    close: () => handle.close(),
  };
}

async function readExactly(
  handle: FileHandle,
  offset: number,
  length: number,
  size: number,
  path: string,
): Promise<Uint8Array> {
  checkRange(offset, length, size, path);
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, largestRead), offset + done);
    if (bytesRead === 0)
      throw new KerasProofError("truncated", path, `found its end at byte ${offset + done} while it was read`);
    done += bytesRead;
  }
  return bytes;
}
