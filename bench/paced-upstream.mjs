// An upstream whose streams go on for ever: an event every INTERVAL_MS, each with the time it was sent at.
//   node bench/paced-upstream.mjs PORT INTERVAL_MS
// Paths with `chat/completions` get OpenAI's chunks, others Gemini's. The clock is one for all processes of a machine.
import http from "node:http";

const [port, intervalMs] = process.argv.slice(2).map(Number);

const openai = (text, isFirst) => ({
  id: "chatcmpl-paced",
  object: "chat.completion.chunk",
  created: 1790000000,
  model: "gpt-4o",
  system_fingerprint: "fp_fixed",
  choices: [
    {
      index: 0,
      delta: { ...(isFirst && { role: "assistant" }), content: text },
      logprobs: null,
      finish_reason: null,
    },
  ],
});
const gemini = (text) => ({
  candidates: [{ index: 0, content: { role: "model", parts: [{ text }] } }],
  usageMetadata: { promptTokenCount: 250, candidatesTokenCount: 1, totalTokenCount: 251, trafficType: "ON_DEMAND" },
  modelVersion: "gemini-2.5-flash",
  createTime: "2026-11-21T00:00:00Z",
  responseId: "abcdefghijk",
});

http
  .createServer((request, response) => {
    const toEvent = request.url.includes("chat/completions") ? openai : gemini;
    let isFirst = true;
    const send = () => {
      response.write(`data: ${JSON.stringify(toEvent(`t=${process.hrtime.bigint()};`, isFirst))}\r\n\r\n`);
      isFirst = false;
    };
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      let timer;
      // Streams begin at different times, as they do in life: not all events of a moment come together.
      const start = setTimeout(() => {
        send();
        timer = setInterval(send, intervalMs);
      }, Math.random() * Math.min(intervalMs, 20));
      response.on("close", () => {
        clearTimeout(start);
        clearInterval(timer);
      });
    });
  })
  .listen(port, "127.0.0.1");
