import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { chatOnWire, head, rawClient } from "../_raw.ts";
import { says, secrets, startGateway } from "../_setup.ts";
import { ask } from "./_ask.ts";

const small = "server: { max_body: 64KB }";
const tooLarge = {
  error: {
    message: "The request body is larger than 65536 bytes.",
    type: "invalid_request_error",
    param: null,
    code: "request_too_large",
  },
};
const bearer = { authorization: `Bearer ${secrets.key}` };

describe("a body that is too large", () => {
  test("is refused by its declared size, before a byte of it is read", async () => {
    const gateway = await startGateway(small);
    const client = await rawClient(gateway.url);
    client.socket.write(head({ "content-length": 10_000_000_000 }));
    await client.until(JSON.stringify(tooLarge));
    expect(client.text()).toContain("HTTP/1.1 413");
  });

  test("is refused as soon as it grows too large", async () => {
    const gateway = await startGateway(small);
    const client = await rawClient(gateway.url);
    client.socket.write(head({ "transfer-encoding": "chunked" }));
    const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
    for (let sent = 0; sent < 5; sent++) client.socket.write(chunk);
    await client.until(JSON.stringify(tooLarge));
    expect(client.text()).toContain("HTTP/1.1 413");
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  test.each([
    ["70 KB", 70 * 1024],
    ["20 MB", 20 * 1024 * 1024],
  ])("of %s: the refusal reaches a client that sends all of it before it listens", async (_name, bytes) => {
    const gateway = await startGateway(small);
    const client = await rawClient(gateway.url);
    client.socket.pause();
    await new Promise((resolve) => client.socket.write(chatOnWire(says("x".repeat(bytes))), resolve));
    client.socket.resume();
    await client.until(JSON.stringify(tooLarge));
    // The rest has been swallowed: the connection goes on.
    client.socket.write(chatOnWire(says("hi")));
    await client.until("You said: hi.");
  });

  test.each([
    ["70 KB", 70 * 1024],
    ["20 MB", 20 * 1024 * 1024],
  ])("of %s is refused while it is still being sent", async (_name, bytes) => {
    const gateway = await startGateway(small);
    const { status, body } = await gateway.post({ model: "test-model", ...says("x".repeat(bytes)) });
    expect(status).toBe(413);
    expect(body).toEqual(tooLarge);
  });

  test("of 20 MB in chunks, with no size declared, is refused in the same way", async () => {
    const gateway = await startGateway(small);
    const chunk = new TextEncoder().encode("x".repeat(64 * 1024));
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ < 320) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const init = { method: "POST", headers: bearer, body: stream, duplex: "half" } as const;
    const response = await gateway.fetch("/v1/chat/completions", init);
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual(tooLarge);
  });

  test("is refused with the SDK's own error class", async () => {
    const gateway = await startGateway(small);
    const request = { model: "test-model", ...says("x".repeat(100_000)) };
    await expect(gateway.client.chat.completions.create(request)).rejects.toMatchObject({
      status: 413,
      code: "request_too_large",
    });
  });

  test("one byte less is fine", async () => {
    const gateway = await startGateway(small);
    const empty = JSON.stringify({ model: "test-model", ...says("") });
    const fits = { model: "test-model", ...says("x".repeat(65_536 - empty.length)) };
    expect((await gateway.post(fits)).status).toBe(200);
    const over = { model: "test-model", ...says("x".repeat(65_536 - empty.length + 1)) };
    expect((await gateway.post(over)).status).toBe(413);
  });
});

describe("a body", () => {
  const request = { model: "test-model", ...says("Grüße, 世界") };
  const chat = { path: "/v1/chat/completions", body: request };
  const bytes = Buffer.from(JSON.stringify(request));

  test.each([
    [undefined],
    ["application/json; charset=utf-8"],
    ["application/json;charset=UTF-8"],
    ['application/json; charset="utf-8"; q=1'],
    ["Application/JSON"],
    ["application/vnd.acme.v1+json"],
    ["text/json"],
    ["text/plain"],
    ["text/plain; charset=us-ascii"],
    ["application/octet-stream"],
  ])("is read as JSON, sent as %s", async (type) => {
    const gateway = await startGateway();
    const { status, body } = await ask(gateway, { ...chat, headers: { "content-type": type } });
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain("Grüße, 世界");
  });

  test("may begin with a byte order mark", async () => {
    const gateway = await startGateway();
    expect((await gateway.post(`\ufeff${JSON.stringify(request)}`)).status).toBe(200);
  });

  test("may come in pieces that cut characters", async () => {
    const gateway = await startGateway();
    const client = await rawClient(gateway.url);
    const bytes = Buffer.from(chatOnWire(says("Grüße, 世界 👋")));
    client.socket.setNoDelay(true);
    for (let at = 0; at < bytes.length; at += 7) {
      client.socket.write(bytes.subarray(at, at + 7));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const sent = await gateway.upstream.untilRequested();
    expect(JSON.stringify(sent.body)).toContain("Grüße, 世界 👋");
  });

  test("is asked for where the client wants to be asked first", async () => {
    const gateway = await startGateway();
    const client = await rawClient(gateway.url);
    const text = JSON.stringify(request);
    client.socket.write(head({ "content-length": Buffer.byteLength(text), expect: "100-continue" }));
    await client.until("HTTP/1.1 100 Continue\r\n\r\n");
    client.socket.write(text);
    await client.until("HTTP/1.1 200 OK");
  });

  const packed: readonly (readonly [string, Uint8Array])[] = [
    ["gzip", gzipSync(bytes)],
    ["x-gzip", gzipSync(bytes)],
    ["GZIP", gzipSync(bytes)],
    ["deflate", deflateSync(bytes)],
    ["deflate", deflateRawSync(bytes)],
    ["br", brotliCompressSync(bytes)],
    ["zstd", zstdCompressSync(bytes)],
    ["identity", bytes],
    ["", bytes],
    ["gzip, br", brotliCompressSync(gzipSync(bytes))],
    ["identity, gzip , identity", gzipSync(bytes)],
  ];

  test.each(packed)("may be encoded: %s", async (encoding, encoded) => {
    const gateway = await startGateway();
    const headers = { "content-encoding": encoding };
    const { status, body } = await ask(gateway, { ...chat, headers, body: new Uint8Array(encoded) });
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain("Grüße, 世界");
  });

  test("is not looked at where none belongs, and the connection goes on", async () => {
    const gateway = await startGateway();
    const client = await rawClient(gateway.url);
    client.socket.write('GET /health/live HTTP/1.1\r\nhost: gateway\r\ncontent-length: 5\r\n\r\n{"a"');
    await client.until('{"status":"alive"}');
    client.socket.write(`:${chatOnWire(says("hi"))}`);
    await client.until("You said: hi.");
  });

  test("with members that JavaScript would trip over is a body like any other", async () => {
    const gateway = await startGateway();
    const text = `${JSON.stringify(request).slice(0, -1)},"__proto__":{"n":3},"constructor":1}`;
    const { status, headers } = await gateway.post(text);
    expect(status).toBe(200);
    expect(headers.get("x-specgate-changes")).toBe("reported:__proto__, reported:constructor");
    expect(Object.prototype).not.toHaveProperty("n");
  });

  test("with half an emoji goes upstream without it", async () => {
    const gateway = await startGateway();
    expect((await gateway.post({ model: "test-model", ...says("cut \ud83d… 👋") })).status).toBe(200);
    expect(JSON.stringify(gateway.upstream.requests[0]?.body)).toContain("cut \ufffd… 👋");
  });

  test("of eight megabytes is fine", async () => {
    const gateway = await startGateway();
    const { status } = await ask(gateway, { ...chat, body: JSON.stringify(request) + " ".repeat(8_000_000) });
    expect(status).toBe(200);
  });
});

describe("the end of a request", () => {
  const late = "answers: [{ text: Late., delay: { headers: 200ms } }]";

  test("is no leaving: the answer comes later", async () => {
    const gateway = await startGateway({ script: late });
    const client = await rawClient(gateway.url);
    client.socket.write(chatOnWire(says("hi")));
    await client.until("Late.");
    expect(gateway.upstream.aborted).toHaveLength(0);
  });

  test("with the end of the client's side is leaving: nobody can tell whether it still reads", async () => {
    const gateway = await startGateway({ script: late });
    const client = await rawClient(gateway.url);
    client.socket.write(chatOnWire(says("hi")));
    await gateway.upstream.untilRequested();
    client.socket.end();
    await gateway.upstream.untilAborted();
    expect(await gateway.log.until(({ msg }) => msg === "request")).toMatchObject({ status: 499 });
  });
});

test("a client that leaves while its request is unpacked: nothing is asked of the upstream", async () => {
  const gateway = await startGateway();
  const client = await rawClient(gateway.url);
  const body = gzipSync(JSON.stringify({ model: "test-model", ...says("x".repeat(60_000_000)) }), { level: 1 });
  client.socket.write(head({ "content-encoding": "gzip", "content-length": body.length }));
  await new Promise((resolve) => client.socket.write(body, resolve));
  setTimeout(() => client.socket.destroy(), 5);
  const line = await gateway.log.until(({ msg }) => msg === "request");
  expect(line).toMatchObject({ status: 499, error: "client_closed_request" });
  expect(gateway.upstream.requests).toHaveLength(0);
});
