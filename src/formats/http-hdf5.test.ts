import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as h5wasm from "h5wasm/node";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { bytesRead, countReads } from "../../fixtures/counted-source.js";
import { type HttpServer, rangeOf, type SeenRequest, sendFile, serve } from "../../fixtures/http-server.js";
import { refusalOf } from "../../fixtures/refusal-of.js";
import { type Hdf5Dataset, openHdf5 } from "./hdf5/index.js";
import { type HttpSource, openHttp } from "./http-source.js";

type Answer = (request: SeenRequest, response: ServerResponse, file: Uint8Array) => void;

const layers = 2500;
let server: HttpServer | undefined;
/** 5,000 tensors in the groups of Keras 3, written as h5py does. */
let file: Uint8Array;
/** The same in the newest version of the format, and with other values. */
let newest: Uint8Array;
let other: Uint8Array;

beforeAll(async () => {
  await h5wasm.ready;
  file = writeLayers("earliest");
  newest = writeLayers("latest");
  other = Uint8Array.from(file, (byte, index) => (index > file.length / 2 ? byte ^ 1 : byte));
});

afterEach(async () => {
  await server?.close();
});

/** `layers/dense_7/vars/0` and `1`, each with its own values. */
function writeLayers(oldest: "earliest" | "latest"): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "kerasproof-"));
  try {
    const path = join(folder, "layers.h5");
    const hdf5 = new h5wasm.File(path, "w", { libver: [oldest, "latest"] });
    const root = hdf5.create_group("layers");
    for (let layer = 0; layer < layers; layer++) {
      const variables = root.create_group(`dense_${layer}`).create_group("vars");
      variables.create_dataset({ name: "0", shape: [4, 4], data: valuesOf(layer, 16) });
      variables.create_dataset({ name: "1", shape: [4], data: valuesOf(layer, 4) });
    }
    hdf5.close();
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function valuesOf(layer: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => layer * 100 + index + length);
}

/** The number of tensors that a file on a server turns out to have, each with its values. */
async function readAll(source: HttpSource, signal?: AbortSignal): Promise<number> {
  const hdf5 = await openHdf5(source, { name: "layers.h5", signal });
  const readings: Promise<void>[] = [];
  try {
    for await (const object of hdf5.walk()) {
      if (object.kind === "refused") throw object.error;
      if (object.kind === "dataset") readings.push(checkValues(object, signal));
    }
  } catch (error) {
    await Promise.allSettled(readings);
    throw error;
  }
  return (await Promise.all(readings)).length;
}

async function checkValues(dataset: Hdf5Dataset, signal?: AbortSignal): Promise<void> {
  const [, layer, variable] = /^\/layers\/dense_(\d+)\/vars\/([01])$/.exec(dataset.path) ?? [];
  const { data } = await dataset.read(signal === undefined ? {} : { signal });
  expect(data, dataset.path).toEqual(valuesOf(Number(layer), variable === "0" ? 16 : 4));
}

async function start(answer: Answer): Promise<HttpServer> {
  server = await serve((request, response) => {
    answer(request, response, file);
  });
  return server;
}

function askedBytes(seen: readonly SeenRequest[], bytes: Uint8Array): number {
  const lengths = seen.map((request) => {
    const { start: first, end } = rangeOf(request, bytes.length)!;
    return end - first;
  });
  return lengths.reduce((sum, length) => sum + length, 0);
}

const good: Answer = (request, response, bytes) => {
  sendFile(request, response, bytes, "one");
};
const ignoring: Answer = (_, response, bytes) => {
  response.writeHead(200, { "Content-Length": bytes.length }).end(bytes);
};

describe("an HDF5 file of 5,000 tensors on a server", () => {
  it("that honours ranges is read in few requests, hardly a byte of it twice", async () => {
    for (const [bytes, most] of [
      [file, 16],
      [newest, 64],
    ] as const) {
      const { url, seen, close } = await start((request, response) => {
        good(request, response, bytes);
      });
      expect(await readAll(await openHttp(url))).toBe(2 * layers);
      expect(seen.length).toBeLessThanOrEqual(most);
      expect(askedBytes(seen, bytes)).toBeLessThanOrEqual(1.1 * bytes.length);
      await close();
    }
  });

  it("that honours ranges gives one tensor in few requests, without the list of the others", async () => {
    for (const bytes of [file, newest]) {
      const { url, seen, close } = await start((request, response) => {
        good(request, response, bytes);
      });
      const hdf5 = await openHdf5(await openHttp(url));
      await checkValues((await hdf5.get("layers/dense_1234/vars/0")) as Hdf5Dataset);
      expect(seen.length).toBeLessThanOrEqual(8);
      expect(askedBytes(seen, bytes)).toBeLessThan(2 ** 19);
      await close();
    }
  });

  it("gives one tensor in as few reads from any other source", async () => {
    for (const bytes of [file, newest]) {
      const source = countReads(bytes);
      await checkValues((await (await openHdf5(source)).get("layers/dense_1234/vars/0")) as Hdf5Dataset);
      expect(source.reads.length).toBeLessThanOrEqual(8);
      expect(bytesRead(source)).toBeLessThan(2 ** 19);
    }
  });

  it("that ignores ranges is read whole, in one request", async () => {
    const { url, seen } = await start(ignoring);
    const source = await openHttp(url);
    expect(source.whole).toBe(true);
    expect(await readAll(source)).toBe(2 * layers);
    expect(seen).toHaveLength(1);
  });

  it("that has another version after any number of requests is `source-changed`", async () => {
    for (const kept of [1, 2, 5]) {
      let answered = 0;
      const { url, close } = await start((request, response) => {
        answered += 1;
        if (answered <= kept) sendFile(request, response, file, "one");
        else sendFile(request, response, other, "two");
      });
      const error = await refusalOf(openHttp(url).then(async (source) => readAll(source)));
      expect([error.code, error.path], error.message).toEqual(["source-changed", `${url}/`]);
      expect(answered).toBe(kept + 1);
      await close();
    }
  });
});

describe("the reading of an HDF5 file on a server", () => {
  it("stops by a signal at any of its requests", async () => {
    for (const last of [1, 2, 6, 10]) {
      const stop = new AbortController();
      let answered = 0;
      const { url, close } = await start((request, response) => {
        answered += 1;
        // The answer to this one never comes.
        if (answered === last) stop.abort("enough");
        else good(request, response, file);
      });
      const { signal } = stop;
      const error = await refusalOf(openHttp(url, { signal }).then(async (source) => readAll(source)));
      expect([error.code, error.cause, answered], error.message).toEqual(["aborted", "enough", last]);
      await close();
    }
  });

  it("stops by a signal of the reader alone, after which the source goes on", async () => {
    const stop = new AbortController();
    let answered = 0;
    const { url } = await start((request, response) => {
      answered += 1;
      if (answered === 4) stop.abort();
      else good(request, response, file);
    });
    const source = await openHttp(url);
    expect((await refusalOf(readAll(source, stop.signal))).code).toBe("aborted");
    expect(await readAll(source)).toBe(2 * layers);
  });

  it("stops by a signal in the middle of a file that is sent whole", async () => {
    const stop = new AbortController();
    const { url } = await start((_, response) => {
      response.writeHead(200, { "Content-Length": file.length });
      response.write(file.subarray(0, 100_000), () => {
        stop.abort();
      });
    });
    expect((await refusalOf(openHttp(url, { signal: stop.signal }))).code).toBe("aborted");
  });

  it("stops by a signal before it notices that the file has changed", async () => {
    const stop = new AbortController();
    let answered = 0;
    const { url } = await start((request, response) => {
      answered += 1;
      if (answered < 3) good(request, response, file);
      else {
        response.writeHead(206, {
          ETag: '"two"',
          "Content-Range": "bytes 0-9/10",
          "Content-Length": 10,
        });
        stop.abort();
      }
    });
    const source = await openHttp(url, { signal: stop.signal });
    expect((await refusalOf(readAll(source))).code).toBe("aborted");
  });
});
