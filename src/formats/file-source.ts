import { close, fstatSync, open, read, type Stats } from "node:fs";
import { promisify } from "node:util";
import { KerasProofError } from "../errors.js";
import { describeValue } from "./describe-value.js";
import { allocateBytes } from "./allocate.js";
import { type ByteReadOptions, type ByteSource, checkAborted, checkRange } from "./byte-source.js";

/** A file on disk as a source; reads go straight to where they are asked for, the file is never read whole. */
export interface FileSource extends ByteSource {
  /** Closes the file; one that was given as a descriptor stays open, for the caller to close. */
  close(): Promise<void>;
}

/** Bytes of one call to the system, which takes less than 2 GiB; between two of them a read can be stopped. */
const largestRead = 2 ** 27;

/** What the system's commonest codes mean here. */
const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file"],
  ["EACCES", "no permission to read it"],
  ["EBADF", "a closed file"],
]);

/**
 * Opens a file for reading (Node), by its path, its `file:` URL or a descriptor that is open for reading. Throws
 * `file-not-found` for what is missing, unreadable or no file. A read throws `source-changed` where the size or the
 * time of the last change is no longer what it was when the file was opened.
 */
export async function openFile(file: string | URL | number): Promise<FileSource> {
  const isOpen = typeof file === "number";
  if (!isOpen) checkPath(file);
  const path = isOpen ? `file descriptor ${file}` : String(file);
  const descriptor = isOpen ? file : await attempt(() => promisify(open)(file, "r"), path);
  const closeFile = async (): Promise<void> => {
    if (!isOpen) await promisify(close)(descriptor);
  };
  const opened = await attempt(() => fstatSync(descriptor), path);
  if (!opened.isFile()) {
    await closeFile();
    const found = `found ${opened.isDirectory() ? "a directory" : "no regular file"}`;
    throw new KerasProofError("file-not-found", path, `${found}, wanted a file`);
  }
  return {
    name: path,
    size: opened.size,
    fresh: true,
    read: (offset, length, options) => readExactly({ descriptor, path, opened }, offset, length, options),
    close: closeFile,
  };
}

function checkPath(file: string | URL): void {
  const address = file instanceof URL ? file.protocol : undefined;
  if (typeof file === "string" || address === "file:") return;
  const found = address === undefined ? describeValue(file) : `an address of ${address}`;
  const wanted = "wanted a path, a file: URL or a file descriptor (openHttp opens addresses)";
  throw new KerasProofError("usage", "openFile", `found ${found}, ${wanted}`);
}

interface OpenedFile {
  readonly descriptor: number;
  readonly path: string;
  readonly opened: Stats;
}

const readPart = promisify(read);

async function readExactly(
  { descriptor, path, opened }: OpenedFile,
  offset: number,
  length: number,
  options: ByteReadOptions | undefined,
): Promise<Uint8Array> {
  checkRange(offset, length, opened.size, path);
  const bytes = allocateBytes(length, path);
  let bytesRead = 1;
  for (let done = 0; done < length && bytesRead > 0; done += bytesRead) {
    checkAborted(options?.signal, path);
    const most = Math.min(length - done, largestRead);
    ({ bytesRead } = await attempt(() => readPart(descriptor, bytes, done, most, offset + done), path));
  }
  const { size, mtimeMs } = await attempt(() => fstatSync(descriptor), path);
  if (bytesRead > 0 && size === opened.size && mtimeMs === opened.mtimeMs) return bytes;
  const was = `as it was opened, of ${opened.size} bytes`;
  throw new KerasProofError("source-changed", path, `found it changed, of ${size} bytes, wanted it ${was}`);
}

async function attempt<Result>(call: () => Result, path: string): Promise<Awaited<Result>> {
  try {
    return await call();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "an error";
    const found = reasons.get(code) ?? `${code} on reading it`;
    throw new KerasProofError("file-not-found", path, `found ${found}, wanted a readable file`, { cause });
  }
}
