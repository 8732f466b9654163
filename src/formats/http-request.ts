import { KerasProofError } from "../errors.js";
import { allocateBytes } from "./allocate.js";
import { checkAborted } from "./byte-source.js";

/** A file on a server and how it is asked for. */
export interface HttpTarget {
  readonly address: URL;
  /** The place in errors. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  readonly fetch: typeof fetch;
  readonly wholeBytes: number;
}

/** What an answer says about the file; undefined where it says nothing, or the browser does not show it. */
export interface HttpVersion {
  readonly size: number | undefined;
  readonly etag: string | undefined;
  readonly modified: string | undefined;
}

/** A part of the file, or all of it where the server ignores ranges. */
export interface HttpPart {
  readonly kind: "part" | "whole";
  readonly bytes: Uint8Array;
  readonly version: HttpVersion;
}

/**
 * Asks for `length` bytes from `offset`. With a `version` the answer must be exactly these bytes of that version;
 * without one it may also be fewer, at the end of the file, or the whole file. With a range `fetch` by itself asks for
 * the file uncompressed.
 */
export async function requestRange(
  target: HttpTarget,
  offset: number,
  length: number,
  version: HttpVersion | undefined,
  signal?: AbortSignal,
): Promise<HttpPart> {
  const range = { Range: `bytes=${offset}-${offset + length - 1}`, ...condition(target, version) };
  return request(target, "GET", range, signal, async (response) => {
    const found = versionOf(response);
    if (version !== undefined) checkVersion(target, version, found);
    if (response.status === 200 && version === undefined) {
      return { kind: "whole", bytes: await readWhole(target, response), version: found };
    }
    checkUncompressed(target, response);
    if (response.status === 416 && version === undefined && (found.size ?? 0) === 0) {
      return { kind: "part", bytes: new Uint8Array(0), version: { ...found, size: 0 } };
    }
    if (response.status !== 206) throw failure(target, `the status ${response.status}`, "206, a part of the file");
    const size = version?.size ?? found.size;
    const most = size === undefined ? length : Math.min(length, size - offset);
    checkContentRange(target, response, offset, most, size !== undefined);
    return { kind: "part", bytes: await readPart(target, response, most, size !== undefined), version: found };
  });
}

/**
 * Asks for the size alone; for browsers that may not show the total of a range. The range of all bytes is for servers
 * that would else tell the size of a compressed form.
 */
export async function requestSize(target: HttpTarget): Promise<number> {
  return request(target, "HEAD", { Range: "bytes=0-" }, undefined, async (response) => {
    checkUncompressed(target, response);
    const size = Number(response.headers.get("Content-Length") ?? Number.NaN);
    if ([200, 206].includes(response.status) && Number.isSafeInteger(size)) return size;
    throw failure(target, "no size of the file", "Content-Range or Content-Length");
  });
}

/** Runs one request to the end of its body; what fails on the way becomes a typed error. */
async function request<Result>(
  target: HttpTarget,
  method: "GET" | "HEAD",
  headers: Readonly<Record<string, string>>,
  readSignal: AbortSignal | undefined,
  receive: (response: Response) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const signals = [target.signal, readSignal].filter((signal) => signal !== undefined);
  for (const signal of signals) checkAborted(signal, target.name);
  try {
    // Called as a plain function, as browsers want their own.
    const { fetch } = target;
    const response = await fetch(target.address, {
      method,
      // A browser's cache would mix parts of an older version in, and show its own headers for those of the server.
      cache: "no-store",
      headers: { ...target.headers, ...headers },
      signal: AbortSignal.any([stop.signal, ...signals]),
    });
    if (response.status === 404 || response.status === 410) {
      const message = `found the status ${response.status}, wanted a readable file`;
      throw new KerasProofError("file-not-found", target.name, message);
    }
    if (response.status === 412) throw changed(target, "that it is no longer the same");
    return await receive(response);
  } catch (cause) {
    if (cause instanceof KerasProofError) throw cause;
    for (const signal of signals) checkAborted(signal, target.name);
    const message = `found no answer to the end (${describeFailure(cause)}), wanted one`;
    throw new KerasProofError("request-failed", target.name, message, { cause });
  } finally {
    // A body that nobody wants any more must not keep the connection.
    stop.abort();
  }
}

/** Node tells the reason in the cause of the error. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return "an error";
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return "code" in cause ? String(cause.code) : cause.message;
}

/**
 * `If-Range` makes a server whose file has changed send it whole, so that it shows even where the answer names no
 * version. Across origins a browser would have to ask for permission first, which many servers do not give.
 */
function condition(target: HttpTarget, version: HttpVersion | undefined): Readonly<Record<string, string>> {
  if (globalThis.location !== undefined && globalThis.location.origin !== target.address.origin) return {};
  const strong = version?.etag?.startsWith("W/") === false ? version.etag : undefined;
  const mark = strong ?? (version?.etag === undefined ? version?.modified : undefined);
  return mark === undefined ? {} : { "If-Range": mark };
}

function versionOf(response: Response): HttpVersion {
  const total = /^bytes (?:\d+-\d+|\*)\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "")?.[1];
  return {
    size: total === undefined || !Number.isSafeInteger(Number(total)) ? undefined : Number(total),
    etag: response.headers.get("ETag") ?? undefined,
    modified: response.headers.get("Last-Modified") ?? undefined,
  };
}

function checkVersion(target: HttpTarget, wanted: HttpVersion, found: HttpVersion): void {
  const differs = (key: keyof HttpVersion): boolean =>
    wanted[key] !== undefined && found[key] !== undefined && wanted[key] !== found[key];
  if (differs("size")) throw changed(target, `the size ${found.size}, at first ${wanted.size}`);
  if (differs("etag")) throw changed(target, `the ETag ${found.etag}, at first ${wanted.etag}`);
  if (wanted.etag !== undefined && found.etag !== undefined) return;
  if (differs("modified")) throw changed(target, `Last-Modified ${found.modified}, at first ${wanted.modified}`);
}

function checkUncompressed(target: HttpTarget, response: Response): void {
  const encoding = response.headers.get("Content-Encoding") ?? "identity";
  if (encoding === "identity") return;
  throw failure(target, `the file compressed as ${encoding}`, "the file itself, of which parts can be read");
}

/** `exact` where the size of the file is known, so that no fewer bytes can be right. */
function checkContentRange(
  target: HttpTarget,
  response: Response,
  offset: number,
  length: number,
  exact: boolean,
): void {
  const text = response.headers.get("Content-Range");
  // A browser does not show it across origins; then the length of the body is the only sign.
  if (text === null && response.type === "cors") return;
  const [, first, last] = /^bytes (\d+)-(\d+)\/(?:\d+|\*)$/.exec(text ?? "") ?? [];
  const end = offset + length - 1;
  if (Number(first) === offset && (exact ? Number(last) === end : Number(last) <= end)) return;
  throw failure(target, text === null ? "no Content-Range" : `Content-Range ${text}`, `bytes ${offset}-${end}`);
}

async function readPart(target: HttpTarget, response: Response, length: number, exact: boolean): Promise<Uint8Array> {
  const bytes = allocateBytes(length, target.name);
  let filled = 0;
  for await (const piece of piecesOf(response)) {
    if (piece.length > length - filled) throw failure(target, `more than ${length} bytes`, "as many as were asked for");
    bytes.set(piece, filled);
    filled += piece.length;
  }
  if (filled === length) return bytes;
  if (!exact) return bytes.slice(0, filled);
  throw failure(target, `${filled} bytes`, `${length}`);
}

async function readWhole(target: HttpTarget, response: Response): Promise<Uint8Array> {
  const most = target.wholeBytes;
  const tooLong = (found: string): KerasProofError =>
    new KerasProofError("limit", target.name, `${found} of a server that ignores ranges, wanted at most ${most} bytes`);
  const promised = Number(response.headers.get("Content-Length") ?? Number.NaN);
  if (promised > most) throw tooLong(`found ${promised} bytes`);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of piecesOf(response)) {
    length += piece.length;
    if (length > most) throw tooLong("found more");
    pieces.push(piece);
  }
  const bytes = allocateBytes(length, target.name);
  let filled = 0;
  for (const piece of pieces) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  return bytes;
}

async function* piecesOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function failure(target: HttpTarget, found: string, wanted: string): KerasProofError {
  return new KerasProofError("request-failed", target.name, `found ${found}, wanted ${wanted}`);
}

function changed(target: HttpTarget, found: string): KerasProofError {
  return new KerasProofError("source-changed", target.name, `found ${found}, wanted the file as it was opened`);
}
