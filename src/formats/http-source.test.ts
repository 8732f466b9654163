import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { type HttpServer, rangeOf, type SeenRequest, sendFile, serve } from "../../fixtures/http-server.js";
import { refusalOf } from "../../fixtures/refusal-of.js";
import { openHttp } from "./http-source.js";

const file = new Uint8Array(randomBytes(300_000));
const other = new Uint8Array(randomBytes(300_000));
type Answer = (request: SeenRequest, response: ServerResponse) => void;

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close();
});
async function start(answer: Answer): Promise<HttpServer> {
  server = await serve(answer);
  return server;
}

const good: Answer = (request, response) => {
  sendFile(request, response, file, "one");
};
/** Answers a range with other headers than a good server's. */
const lying =
  (headers: (start: number, end: number) => Record<string, string | number>, status = 206): Answer =>
  (request, response) => {
    const { start, end } = rangeOf(request, file.length)!;
    response.writeHead(status, headers(start, end));
    response.end(file.subarray(start, end));
  };
const rangeHeader = (start: number, end: number, total: number | string = file.length): string =>
  `bytes ${start}-${end - 1}/${total}`;

const ignoring: Answer = (_, response) => {
  response.writeHead(200, { "Content-Length": file.length }).end(file);
};

const hanging: Answer = (request, response) => {
  const { start, end } = rangeOf(request, file.length)!;
  if (start === 0) good(request, response);
  else {
    response.writeHead(206, { "Content-Range": rangeHeader(start, end), "Content-Length": end - start });
    response.write(file.subarray(start, start + 10));
  }
};

/** As a browser shows an answer of another origin. */
const reveal: typeof fetch = async (...call) => {
  const { status, body, headers } = await fetch(...call);
  const shown = new Headers([...headers].filter(([name]) => !["content-range", "etag"].includes(name)));
  return Object.defineProperty(new Response(body, { status, headers: shown }), "type", { value: "cors" });
};

describe("openHttp with a server that honours ranges", () => {
  it("reads only what is asked for, after the beginning, into memory of its own", async () => {
    const { url, seen } = await start(good);
    const source = await openHttp(`${url}/a.h5`);
    expect([source.size, source.fresh, source.whole]).toEqual([file.length, true, false]);
    const part = await source.read(100_000, 50_000);
    expect(Buffer.compare(part, file.subarray(100_000, 150_000))).toBe(0);
    expect([part.constructor, part.byteOffset, part.buffer.byteLength]).toEqual([Uint8Array, 0, 50_000]);
    expect(Buffer.compare(await source.read(file.length - 1, 1), file.subarray(-1))).toBe(0);
    expect(seen.map(({ headers }) => headers.range)).toEqual([
      "bytes=0-65535",
      "bytes=100000-149999",
      "bytes=299999-299999",
    ]);
  });

  it("needs no second request for the beginning or for nothing", async () => {
    const { url, seen } = await start(good);
    const source = await openHttp(url);
    const bytes = await source.read(10, 20);
    expect([...bytes]).toEqual([...file.subarray(10, 30)]);
    bytes.fill(0);
    expect([...(await source.read(10, 20))]).toEqual([...file.subarray(10, 30)]);
    expect((await source.read(200_000, 0)).length).toBe(0);
    expect(seen).toHaveLength(1);
  });

  it("has a small file in memory, also an empty one", async () => {
    for (const size of [0, 1, 65_536]) {
      const { url } = await start((request, response) => {
        sendFile(request, response, file.subarray(0, size), "one");
      });
      const source = await openHttp(url);
      expect([source.size, source.memory?.length, source.whole]).toEqual([size, size, false]);
      await server?.close();
    }
  });

  it("sends the headers, asks for the file uncompressed and for the same version", async () => {
    const { url, seen } = await start(good);
    const source = await openHttp(`${url}/a`, { headers: { Authorization: "Bearer token" } });
    await source.read(200_000, 1);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer token", "Bearer token"]);
    expect(seen.map(({ headers }) => headers["accept-encoding"])).toEqual(["identity", "identity"]);
    expect(seen.map(({ headers }) => headers["if-range"])).toEqual([undefined, '"one"']);
  });

  it("passes the cache of a browser by", async () => {
    const { url } = await start(good);
    const modes: unknown[] = [];
    const recording: typeof fetch = async (input, init) => {
      modes.push(init?.cache);
      return fetch(input, init);
    };
    const source = await openHttp(url, { fetch: recording });
    await source.read(200_000, 1);
    expect(modes).toEqual(["no-store", "no-store"]);
  });

  it("refuses a range beyond the end without asking", async () => {
    const { url, seen } = await start(good);
    const source = await openHttp(`${url}/a.h5?token=secret`);
    const error = await refusalOf(source.read(file.length - 1, 2));
    expect([error.code, error.path]).toEqual(["truncated", `${url}/a.h5`]);
    expect(seen).toHaveLength(1);
  });

  it("follows redirects", async () => {
    const { url } = await start((request, response) => {
      if (request.path === "/new") sendFile(request, response, file, "one");
      else response.writeHead(302, { Location: "/new" }).end();
    });
    const source = await openHttp(`${url}/old`);
    expect([...(await source.read(70_000, 3))]).toEqual([...file.subarray(70_000, 70_003)]);
  });

  it("asks for the size where the answer to a range does not tell it", async () => {
    const { url, seen } = await start((request, response) => {
      const range = rangeOf(request, file.length);
      if (range === undefined) response.writeHead(200, { "Content-Length": file.length }).end();
      else lying((start, end) => ({ "Content-Range": rangeHeader(start, end, "*") }))(request, response);
    });
    const source = await openHttp(url);
    expect([source.size, seen.map(({ method }) => method)]).toEqual([file.length, ["GET", "HEAD"]]);
    expect(seen.map(({ headers }) => headers["accept-encoding"])).toEqual(["identity", "identity"]);
    expect([...(await source.read(299_990, 10))]).toEqual([...file.subarray(299_990)]);
  });

  it("refuses a size that is smaller than what has come", async () => {
    const { url } = await start((request, response) => {
      const range = rangeOf(request, file.length);
      if (range === undefined) response.writeHead(200, { "Content-Length": 100 }).end();
      else lying((start, end) => ({ "Content-Range": rangeHeader(start, end, "*") }))(request, response);
    });
    const error = await refusalOf(openHttp(url));
    expect([error.code, error.message]).toEqual([
      "request-failed",
      `${url}/: found 65536 bytes of a file of 100, wanted the first 65536`,
    ]);
  });

  it("does with what a browser shows across origins", async () => {
    const { url, seen } = await start(good);
    const source = await openHttp(url, { fetch: reveal });
    expect([source.size, seen.map(({ method }) => method)]).toEqual([file.length, ["GET", "HEAD"]]);
    expect([...(await source.read(100_000, 10))]).toEqual([...file.subarray(100_000, 100_010)]);
    const missing = openHttp(url, {
      fetch: async (...call) => new Response((await reveal(...call)).body, { status: 206 }),
    });
    expect((await refusalOf(missing)).message).toContain("found no Content-Range, wanted bytes 0-65535");
  });
});

describe("openHttp with a server that ignores ranges", () => {
  it("reads the file whole, once", async () => {
    const { url, seen } = await start(ignoring);
    const source = await openHttp(url);
    expect([source.size, source.whole, source.memory?.length]).toEqual([file.length, true, file.length]);
    expect(Buffer.compare(await source.read(1, 299_999), file.subarray(1))).toBe(0);
    expect(seen).toHaveLength(1);
  });

  it("reads it also where it comes without a length, or compressed", async () => {
    const { url } = await start((request, response) => {
      if (request.path === "/gzip") response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(file));
      else response.writeHead(200, { "Transfer-Encoding": "chunked" }).end(file);
    });
    for (const path of ["/gzip", "/chunked"]) {
      expect(Buffer.compare((await openHttp(url + path)).memory!, file)).toBe(0);
    }
  });

  it("refuses one that is larger than `wholeBytes`, whether or not its length is told", async () => {
    const { url } = await start((request, response) => {
      if (request.path === "/told") ignoring(request, response);
      else response.writeHead(200).end(file);
    });
    for (const path of ["/told", "/untold"]) {
      const error = await refusalOf(openHttp(url + path, { wholeBytes: file.length - 1 }));
      expect([error.code, error.path]).toEqual(["limit", url + path]);
      expect((await openHttp(url + path, { wholeBytes: file.length })).size).toBe(file.length);
    }
  });
});

describe("openHttp with a file that changes after it was opened", () => {
  let version = 1;
  const changes: readonly (readonly [string, Answer])[] = [
    [
      "a good server",
      (request, response) => {
        sendFile(request, response, version === 1 ? file : other, `v${version}`);
      },
    ],
    [
      "a server that has no If-Range",
      lying((start, end) => ({ ETag: `"v${version}"`, "Content-Range": rangeHeader(start, end) })),
    ],
    ["weak marks", lying((start, end) => ({ ETag: `W/"v${version}"`, "Content-Range": rangeHeader(start, end) }))],
    [
      "Last-Modified alone",
      lying((start, end) => ({ "Last-Modified": `${version}`, "Content-Range": rangeHeader(start, end) })),
    ],
    ["its size alone", lying((start, end) => ({ "Content-Range": rangeHeader(start, end, file.length + version) }))],
    [
      "a server that answers 412",
      (request, response) => {
        if (version === 1) sendFile(request, response, file, "v1");
        else response.writeHead(412).end();
      },
    ],
    [
      "a file that became too short",
      (request, response) => {
        sendFile(request, response, version === 1 ? file : file.subarray(0, 10), "v1");
      },
    ],
  ];

  it.each(changes)("notices it by %s", async (_, answer) => {
    version = 1;
    const { url } = await start(answer);
    const source = await openHttp(url);
    await source.read(100_000, 10);
    version = 2;
    expect((await refusalOf(source.read(100_000, 10))).code).toBe("source-changed");
  });

  it("keeps to the ETag where both marks are there and only the time differs, as between mirrors", async () => {
    let time = 1;
    const { url } = await start((request, response) => {
      time += 1;
      lying((start, end) => ({ ETag: '"v1"', "Last-Modified": `${time}`, "Content-Range": rangeHeader(start, end) }))(
        request,
        response,
      );
    });
    const source = await openHttp(url);
    expect((await source.read(100_000, 10)).length).toBe(10);
  });
});

describe("openHttp with a server that answers something else", () => {
  const lies: readonly (readonly [string, Answer])[] = [
    ["no Content-Range", lying(() => ({}))],
    ["another range", lying((start, end) => ({ "Content-Range": rangeHeader(start + 1, end + 1) }))],
    ["a range that begins earlier", lying((start, end) => ({ "Content-Range": rangeHeader(start - 1, end) }))],
    ["a shorter range", lying((start, end) => ({ "Content-Range": rangeHeader(start, end - 1) }))],
    ["another unit", lying((start, end) => ({ "Content-Range": `lines ${start}-${end - 1}/300000` }))],
    ["several ranges", lying(() => ({ "Content-Type": "multipart/byteranges; boundary=x" }))],
    [
      "more bytes",
      (request, response) => {
        const { start, end } = rangeOf(request, file.length)!;
        response.writeHead(206, { "Content-Range": rangeHeader(start, end) }).end(file.subarray(start, end + 1));
      },
    ],
    [
      "fewer bytes",
      (request, response) => {
        const { start, end } = rangeOf(request, file.length)!;
        response.writeHead(206, { "Content-Range": rangeHeader(start, end) }).end(file.subarray(start, end - 1));
      },
    ],
    [
      "a range of the compressed file",
      lying((start, end) => ({ "Content-Encoding": "br", "Content-Range": rangeHeader(start, end) })),
    ],
    ["no such status", lying(() => ({}), 204)],
    [
      "an error of its own",
      (_, response) => {
        response.writeHead(503).end("busy");
      },
    ],
    [
      "no permission",
      (_, response) => {
        response.writeHead(403).end();
      },
    ],
    [
      "an endless redirect",
      (_, response) => {
        response.writeHead(302, { Location: "/" }).end();
      },
    ],
    [
      "half an answer",
      (request, response) => {
        const { start, end } = rangeOf(request, file.length)!;
        response.writeHead(206, { "Content-Range": rangeHeader(start, end), "Content-Length": end - start });
        response.write(file.subarray(start, start + 100), () => response.destroy());
      },
    ],
    [
      "half a file where ranges are ignored",
      (_, response) => {
        response.writeHead(200, { "Content-Length": file.length });
        response.write(file.subarray(0, 100), () => response.destroy());
      },
    ],
    [
      "nothing at all",
      (_, response) => {
        response.destroy();
      },
    ],
  ];

  it.each(lies)("refuses %s, at first and later", async (_, answer) => {
    let honest = true;
    const { url } = await start((request, response) => {
      if (honest) good(request, response);
      else answer(request, response);
    });
    const source = await openHttp(url);
    honest = false;
    const later = await refusalOf(source.read(100_000, 1000));
    expect([later.code, later.path], later.message).toEqual(["request-failed", `${url}/`]);
    const first = await refusalOf(openHttp(url));
    expect([first.code, first.path], first.message).toEqual(["request-failed", `${url}/`]);
  });

  it.each([404, 410])("says that nothing is there for the status %i", async (status) => {
    const { url } = await start((_, response) => {
      response.writeHead(status).end();
    });
    const error = await refusalOf(openHttp(url));
    expect([error.code, error.message]).toEqual([
      "file-not-found",
      `${url}/: found the status ${status}, wanted a readable file`,
    ]);
  });

  it("says when there is no server", async () => {
    const { url, close } = await start(good);
    await close();
    expect((await refusalOf(openHttp(url))).message).toBe(
      `${url}/: found no answer to the end (ECONNREFUSED), wanted one`,
    );
  });

  it("refuses what is no address, and passwords in one, without repeating them", async () => {
    expect((await refusalOf(openHttp("a.h5"))).code).toBe("usage");
    const error = await refusalOf(openHttp("http://user:secret@127.0.0.1/a"));
    expect([error.code, error.message.includes("secret")]).toEqual(["usage", false]);
  });
});

describe("openHttp with a signal", () => {
  it("stops waiting for a server that hangs", async () => {
    const { url } = await start(() => undefined);
    const opening = openHttp(url, { signal: AbortSignal.timeout(50) });
    expect(await refusalOf(opening)).toMatchObject({ code: "aborted", path: `${url}/` });
  });

  it("stops a read in the middle, by the signal of either the read or the source", async () => {
    const { url } = await start(hanging);
    const source = await openHttp(url);
    const reading = source.read(100_000, 1000, { signal: AbortSignal.timeout(50) });
    expect((await refusalOf(reading)).code).toBe("aborted");
    const stop = new AbortController();
    const other = await openHttp(url, { signal: stop.signal });
    const second = other.read(100_000, 1000);
    setTimeout(() => {
      stop.abort("enough");
    }, 50);
    expect(await refusalOf(second)).toMatchObject({ code: "aborted", cause: "enough" });
    expect((await refusalOf(other.read(0, 1))).code).toBe("aborted");
    expect((await refusalOf(source.read(0, 1, { signal: stop.signal }))).code).toBe("aborted");
  });
});
