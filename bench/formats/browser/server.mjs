// Serves the page and the files to it, whole or by ranges, on this machine only.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { basename, join } from "node:path";

/** Starts it with scripts by their names; `requests` counts those for files, `bytes` what was sent of them. */
export async function serve(folder, scripts) {
  const counts = { requests: 0, bytes: 0 };
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    if (path === "/") {
      response.setHeader("content-type", "text/html");
      response.end('<!doctype html><input type="file"><script type="module" src="/page.js"></script>');
    } else if (scripts.has(path.slice(1))) {
      response.setHeader("content-type", "text/javascript");
      response.end(scripts.get(path.slice(1)));
    } else if (path.endsWith(".h5")) {
      counts.requests += 1;
      sendFile(join(folder, basename(path)), request, response, counts);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, counts, close: () => server.close() };
}

function sendFile(path, request, response, counts) {
  const { size, mtimeMs } = statSync(path);
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  const [start, end] = range === null ? [0, size - 1] : [Number(range[1]), Math.min(Number(range[2]), size - 1)];
  response.statusCode = range === null ? 200 : 206;
  if (range !== null) response.setHeader("content-range", `bytes ${start}-${end}/${size}`);
  response.setHeader("accept-ranges", "bytes");
  response.setHeader("cache-control", "no-store");
  response.setHeader("content-length", end - start + 1);
  response.setHeader("etag", `"${size}-${mtimeMs}"`);
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  counts.bytes += end - start + 1;
  createReadStream(path, { start, end, highWaterMark: 2 ** 20 }).pipe(response);
}
