// "The limit": the least a gateway can do. It reads a request, sends it on over a pool and answers with the answer.
import http from "node:http";
import { Pool } from "undici";

const pool = new Pool("http://127.0.0.1:9901", { connections: 64, pipelining: 1 });

http
  .createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const { statusCode, body } = await pool.request({
        path: request.url,
        method: "POST",
        headers: { "content-type": "application/json" },
        body: Buffer.concat(chunks),
      });
      const text = await body.text();
      response.writeHead(statusCode, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
      response.end(text);
    });
  })
  .listen(9902, "127.0.0.1");
