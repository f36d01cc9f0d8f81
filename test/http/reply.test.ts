import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { toChangesHeader, toHeaderText } from "../../src/http/changes.ts";
import {
  type EventStream,
  openEventStream,
  type Headers as ReplyHeaders,
  sendError,
  sendJson,
} from "../../src/http/reply.ts";
import { rawClient } from "../_raw.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** A response on its way to a raw client. */
async function openResponse() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const client = await rawClient(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  const arrived = new Promise<ServerResponse>((resolve) => server.once("request", (_, response) => resolve(response)));
  client.socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  return { client, response: await arrived };
}

describe("a stream", () => {
  test("sends its status and headers before the first event", async () => {
    const { client, response } = await openResponse();
    openEventStream(response, { "x-request-id": "req_1" });
    await client.until("\r\n\r\n");
    expect(client.text()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    for (const header of [
      "content-type: text/event-stream; charset=utf-8",
      "cache-control: no-cache",
      "x-accel-buffering: no",
      "x-request-id: req_1",
    ]) {
      expect(client.text()).toContain(`${header}\r\n`);
    }
    expect(client.text().toLowerCase()).not.toContain("content-length");
  });

  test("says that it lives after fifteen silent seconds, not before, and not once it has ended", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const { client, response } = await openResponse();
    const events = openEventStream(response, {});
    vi.advanceTimersByTime(14_000);
    await events.write("data: one\n\n");
    await client.until("data: one");
    expect(client.text()).not.toContain(": keep-alive\n");
    vi.advanceTimersByTime(15_000);
    await client.until(": keep-alive\n\n");
    events.end("data: [DONE]\n\n");
    await client.until("[DONE]");
    vi.advanceTimersByTime(60_000);
    expect(client.text().match(/keep-alive\n/g)).toHaveLength(1);
  });

  test("waits while the client does not read, and no longer when it leaves", async () => {
    const { client, response } = await openResponse();
    client.socket.pause();
    const stuck = await fill(openEventStream(response, {}));
    client.socket.destroy();
    await stuck.over;
  });

  test("is over for a client that has not read for a minute", async () => {
    const { client, response } = await openResponse();
    client.socket.pause();
    const events = openEventStream(response, {});
    expect(response.socket).toMatchObject({ timeout: 60_000 });
    response.setTimeout(200);
    await fill(events);
    if (!response.destroyed) await once(response, "close");
    expect(response.writableFinished).toBe(false);
  });

  test("says nothing more to a client that does not read", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const { client, response } = await openResponse();
    client.socket.pause();
    await fill(openEventStream(response, {}));
    const waiting = response.writableLength;
    vi.advanceTimersByTime(60_000);
    expect(response.writableLength).toBe(waiting);
  });

  test("goes on for a client that reads, however long there is nothing to read", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const { client, response } = await openResponse();
    const events = openEventStream(response, {});
    response.setTimeout(200);
    for (let waited = 0; waited < 500; waited += 50) {
      vi.advanceTimersByTime(15_000);
      await setTimeout(50);
    }
    expect(response.destroyed).toBe(false);
    events.end("data: [DONE]\n\n");
    await client.until("[DONE]");
  });
});

/** Writes until the client makes us wait: the kernel takes some megabytes before. Resolves to that wait. */
async function fill(events: EventStream): Promise<{ readonly over: Promise<void> }> {
  for (;;) {
    const drained = events.write(`data: ${"x".repeat(500_000)}\n\n`);
    if (drained === undefined) continue;
    if (await Promise.race([drained.then(() => false), setTimeout(100, true)])) return { over: drained };
  }
}

describe("an error's headers", () => {
  test.each([
    [1, "1", "1", undefined],
    [1001, "2", "1001", undefined],
    [60_000, "60", "60000", undefined],
    [60_001, "61", "60001", "false"],
    // An upstream may say any number; a header holds digits.
    [1e28, "604800", "604800000", "false"],
    [Number.POSITIVE_INFINITY, "604800", "604800000", "false"],
  ])("say when to come back: after %i ms", async (retryAfterMs, seconds, milliseconds, retry) => {
    const { client, response } = await openResponse();
    sendError(response, new GatewayError("rate_limit_exceeded", "Slow down.", { retryAfterMs }), {});
    await client.until("Slow down.");
    const headers = new Map(
      client
        .text()
        .split("\r\n")
        .map((line): [string, string] => [line.split(": ")[0] ?? "", line.split(": ")[1] ?? ""]),
    );
    expect(headers.get("retry-after")).toBe(seconds);
    expect(headers.get("retry-after-ms")).toBe(milliseconds);
    expect(headers.get("x-should-retry")).toBe(retry);
  });
});

describe("a body of JSON", () => {
  const long = JSON.stringify({ text: "Once upon a time. ".repeat(100) });
  const large = JSON.stringify(Array.from({ length: 30_000 }, (_, at) => ({ at, text: `number ${at * 7919}` })));

  test.each([
    ["gzip"],
    ["GZIP"],
    ["br, gzip, deflate"],
    ["gzip;q=0.5, *;q=0"],
    ["x-gzip"],
    ["identity, gzip ; q=1.000 ,br"],
  ])("is compressed for a client that takes %s", async (accept) => {
    for (const body of [long, large]) {
      const sent = await sentFor(accept, body);
      expect(sent.headers.get("content-encoding")).toBe("gzip");
      expect(sent.headers.get("vary")).toBe("accept-encoding");
      expect(gunzipSync(sent.body).toString()).toBe(body);
      expect(sent.body.length).toBeLessThan(body.length / 2);
      if (body === long) expect(sent.headers.get("content-length")).toBe(String(sent.body.length));
    }
  });

  test.each([[undefined], [""], ["br, deflate"], ["gzip;q=0"], ["gzip; q=0.0, br"], ["gzipped"], ["*"]])(
    "is sent as it is to a client that takes %s",
    async (accept) => {
      for (const body of [long, large]) {
        const sent = await sentFor(accept, body);
        expect(sent.headers.get("content-encoding")).toBeNull();
        expect(sent.headers.get("vary")).toBe("accept-encoding");
        expect(sent.headers.get("content-length")).toBe(String(Buffer.byteLength(body)));
        expect(sent.body.toString()).toBe(body);
      }
    },
  );

  test("is given up when its client has not read for a minute", async () => {
    const { client, response } = await openResponse();
    client.socket.pause();
    sendJson(response, 200, JSON.stringify("x".repeat(32 * 1024 * 1024)), {});
    expect(response.socket).toMatchObject({ timeout: 60_000 });
    response.setTimeout(200);
    await once(response, "close");
    expect(response.writableFinished).toBe(false);
  });

  test("of less than a kilobyte is never compressed, and does not vary", async () => {
    const body = JSON.stringify({ text: "x".repeat(1000) });
    const sent = await sentFor("gzip", body);
    expect(sent.headers.get("content-encoding")).toBeNull();
    expect(sent.headers.get("vary")).toBeNull();
    expect(sent.body.toString()).toBe(body);
  });

  test("varies by all that it varies by", async () => {
    expect((await sentFor("gzip", long, { vary: "origin" })).headers.get("vary")).toBe("origin, accept-encoding");
  });

  test.each([["gzip"], [undefined]])("for HEAD has the headers alone: accept-encoding %s", async (accept) => {
    const full = await sentFor(accept, long);
    const bare = await sentFor(accept, long, {}, "HEAD");
    expect(bare.body).toHaveLength(0);
    const headers = ["content-type", "content-encoding", "content-length", "vary"] as const;
    for (const name of headers) expect(bare.headers.get(name)).toBe(full.headers.get(name));
    expect((await sentFor(accept, large, {}, "HEAD")).body).toHaveLength(0);
  });
});

/** What a client gets that says it takes some encodings. */
async function sentFor(accept: string | undefined, body: string, headers: ReplyHeaders = {}, method = "GET") {
  const server = createServer((_, response) => sendJson(response, 200, body, headers)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const asked = request({ port, method, headers: accept === undefined ? {} : { "accept-encoding": accept } });
  const [response]: IncomingMessage[] = await once(asked.end(), "response");
  const chunks: Buffer[] = [];
  response?.on("data", (chunk: Buffer) => chunks.push(chunk));
  if (response !== undefined) await once(response, "end");
  server.closeAllConnections();
  server.close();
  const said = Object.entries(response?.headers ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  return { headers: new Headers(said), body: Buffer.concat(chunks) };
}

describe("the header of changes", () => {
  const reported = (path: string) => ({ verb: "reported" as const, path });

  test("is absent when nothing was changed", () => {
    expect(toChangesHeader([])).toBeUndefined();
  });

  test("says each change once, in order, and nothing that a header cannot hold", () => {
    const changes = [reported("b"), { verb: "clamped" as const, path: "a" }, reported("b"), reported("x,\r\ny: é")];
    expect(toChangesHeader(changes)).toBe("reported:b, clamped:a, reported:x???y: ?");
    expect(toHeaderText("a\u0000b\u007f世")).toBe("a?b??");
  });

  test("counts what does not fit into 2 KB, even when nothing does", () => {
    expect(toChangesHeader([reported("x".repeat(3000)), reported("y")])).toBe("more:2");
    const many = Array.from({ length: 500 }, (_, at) => reported(`member_${at}`));
    const header = toChangesHeader(many) ?? "";
    expect(header.length).toBeLessThanOrEqual(2048);
    expect(header).toMatch(/, more:\d+$/);
  });
});
