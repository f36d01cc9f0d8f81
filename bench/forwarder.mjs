// "The limit": the least a gateway can do. It reads a request, sends it on over a pool and answers with the answer.
//   node bench/forwarder.mjs PORT UPSTREAM_PORT
import http from "node:http";
import { Pool } from "undici";

const [port, upstreamPort] = process.argv.slice(2).map(Number);
const streamed = new Set(["text/event-stream", "application/vnd.amazon.eventstream"]);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`);

http
  .createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const { statusCode, headers, body } = await pool.request({
        path: request.url,
        method: "POST",
        headers: { "content-type": "application/json" },
        body: Buffer.concat(chunks),
      });
      const type = headers["content-type"];
      if (streamed.has(type)) {
        response.writeHead(statusCode, { "content-type": type });
        body.on("error", () => response.destroy()).pipe(response);
        response.on("close", () => body.destroy());
        return;
      }
      const text = await body.text();
      response.writeHead(statusCode, { "content-type": type, "content-length": Buffer.byteLength(text) });
      response.end(text);
    });
  })
  .listen(port, "127.0.0.1");
