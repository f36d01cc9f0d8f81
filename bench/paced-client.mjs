// Reads many streams of bench/paced-upstream.mjs and prints how late their events came.
//   BODY=FILE node bench/paced-client.mjs URL STREAMS SECONDS
import { readFileSync } from "node:fs";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const [url, streams, seconds] = process.argv.slice(2);
const body = readFileSync(process.env["BODY"]);
const warmUpMs = 2000;
const sent = /t=(\d+);/g;

const agent = new http.Agent({ maxSockets: Number.POSITIVE_INFINITY });
const delaysMs = [];
let counting = false;
let failed = 0;
let stopping = false;
const requests = [];

for (let i = 0; i < Number(streams); i++) {
  const options = { method: "POST", agent, headers: { "content-type": "application/json" } };
  const request = http.request(url, options, (response) => {
    if (response.statusCode !== 200) failed++;
    let rest = "";
    response.setEncoding("latin1");
    response.on("data", (piece) => {
      const now = process.hrtime.bigint();
      const text = rest + piece;
      let end = 0;
      for (const match of text.matchAll(sent)) {
        if (counting) delaysMs.push(Number(now - BigInt(match[1])) / 1e6);
        end = match.index + match[0].length;
      }
      // A time may be cut in two; nothing that is kept holds a whole one.
      rest = text.slice(Math.max(end, text.length - 64));
    });
    response.on("error", () => {
      if (!stopping) failed++;
    });
  });
  request.on("error", () => {
    if (!stopping) failed++;
  });
  request.end(body);
  requests.push(request);
}

await sleep(warmUpMs);
counting = true;
await sleep(Number(seconds) * 1000);
counting = false;
stopping = true;
for (const request of requests) request.destroy();
delaysMs.sort((a, b) => a - b);
const at = (share) => delaysMs[Math.floor(delaysMs.length * share)] ?? null;
console.log(JSON.stringify({ events: delaysMs.length, failed, p50: at(0.5), p99: at(0.99) }));
process.exit(0);
