import { KerasProofError } from "../errors.js";
import { describeValue } from "./describe-value.js";
import { checkKinds, openingKinds, type OptionKinds } from "./option-kinds.js";
import { type ByteSource, checkAborted, checkRange, openSource } from "./byte-source.js";
import { requestRange, requestSize, type HttpTarget } from "./http-request.js";

/** A file on a server as a source. */
export interface HttpSource extends ByteSource {
  /** True where the server ignored the range that was asked for, so that all was read into memory at once. */
  readonly whole: boolean;
}

/** What a caller may choose about a file on a server. */
export interface HttpOptions {
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Stops the opening and every later read with an `aborted` error; nothing else limits how long a server may take. */
  readonly signal?: AbortSignal | undefined;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Bytes that are read into memory at most where the server ignores ranges; 1 GiB by default. */
  readonly wholeBytes?: number;
  /** The place in errors; by default the address without its query, which may be secret. */
  readonly name?: string;
}

const optionKinds: OptionKinds<HttpOptions> = {
  headers: { wanted: "an object of texts", accepts: (value) => typeof value === "object" && value !== null },
  signal: openingKinds.signal,
  fetch: { wanted: "a function", accepts: (value) => typeof value === "function" },
  wholeBytes: { wanted: "a number from 0 on", accepts: (value) => typeof value === "number" && value >= 0 },
  name: openingKinds.name,
};

/** The first request asks for the beginning, which every reader wants. */
const headBytes = 2 ** 16;

/**
 * Opens a file on a server by requests for ranges (RFC 9110, 14), with the global `fetch`; redirects are followed as it
 * does. A server that ignores ranges sends the file whole; it is then kept in memory, up to `wholeBytes`, and `whole`
 * is true. Where it sends it compressed and cut short, `fetch` in Node says nothing of it and tells no length to compare
 * with: it is then for the format that is read to find that its end is missing.
 *
 * The browser's cache is passed by, since it could mix versions; give a `fetch` of your own to have it used. What every
 * answer says about range, size, `ETag` and `Last-Modified` is compared with the first. Across origins a browser shows
 * of these only `Last-Modified`, and the size is asked for by a `HEAD` request, unless the server sends
 * `Access-Control-Expose-Headers: Content-Range, ETag`.
 *
 * Throws `file-not-found` (404, 410), `request-failed` (any other status, no connection, an answer that breaks off or is
 * not what was asked for), `source-changed`, `limit` (more than `wholeBytes`) and `aborted`, at once or when it is read.
 */
export async function openHttp(url: string | URL, options: HttpOptions = {}): Promise<HttpSource> {
  checkKinds(options, optionKinds, "openHttp");
  const target = describeTarget(url, options);
  const first = await requestRange(target, 0, headBytes, undefined);
  const { name } = target;
  if (first.kind === "whole") return { ...openSource(first.bytes, name), name, whole: true };
  const version = { ...first.version, size: first.version.size ?? (await requestSize(target)) };
  const { size } = version;
  const head = first.bytes;
  if (head.length !== Math.min(size, headBytes)) {
    const message = `found ${head.length} bytes of a file of ${size}, wanted the first ${headBytes}`;
    throw new KerasProofError("request-failed", target.name, message);
  }
  if (size <= head.length) return { ...openSource(head, name), name, whole: false };
  return {
    name,
    size,
    fresh: true,
    whole: false,
    read: async (offset, length, readOptions) => {
      checkRange(offset, length, size, target.name);
      checkAborted(target.signal, target.name);
      checkAborted(readOptions?.signal, target.name);
      if (length === 0 || offset + length <= head.length) return head.slice(offset, offset + length);
      const part = await requestRange(target, offset, length, version, readOptions?.signal);
      return part.bytes;
    },
  };
}

function describeTarget(url: string | URL, options: HttpOptions): HttpTarget {
  let address: URL;
  try {
    address = new URL(url, globalThis.location?.href);
  } catch (cause) {
    const message = `found ${describeValue(url)}, wanted an address of http or https`;
    throw new KerasProofError("usage", options.name ?? "address", message, { cause });
  }
  if (address.protocol !== "http:" && address.protocol !== "https:") {
    const message = "wanted one of http or https (openFile of kerasproof/formats/node opens files)";
    throw new KerasProofError("usage", options.name ?? "address", `found an address of ${address.protocol} ${message}`);
  }
  if (address.username !== "" || address.password !== "") {
    const message = "found a user or password in the address, wanted them in `headers`";
    throw new KerasProofError("usage", options.name ?? address.host, message);
  }
  return {
    address,
    name: options.name ?? `${address.origin}${address.pathname}`,
    headers: options.headers ?? {},
    signal: options.signal,
    fetch: options.fetch ?? globalThis.fetch,
    wholeBytes: options.wholeBytes ?? 2 ** 30,
  };
}
