import { getEventListeners } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { Secret } from "../../src/secret.ts";
import { createRefreshingCredential } from "../../src/upstream/auth/refreshing.ts";
import { createStaticCredential } from "../../src/upstream/auth/static.ts";
import type { Credential } from "../../src/upstream/credential.ts";
import { readText } from "../../src/upstream/send.ts";
import { secret } from "../_canary.ts";
import {
  answered,
  callTo,
  closedOrigin,
  failureOf,
  openTransport,
  post,
  readUntilFailure,
  sleep,
  startTcp,
  startUpstream,
} from "./_servers.ts";

describe("a request and its answer", () => {
  test("the body, the fixed headers and the credential arrive; the answer comes back whole", async () => {
    const upstream = await startUpstream((response) => {
      response.writeHead(200, { "content-type": "application/json", "x-request-id": "r1" });
      response.end('{"text":"grüße"}');
    });
    const credential = createStaticCredential({ authorization: new Secret(`Bearer ${secret("sent")}`) });
    const call = callTo(upstream.origin, { "x-fixed": "1", authorization: "none" });
    const answer = answered(await post(call, { credential, body: '{"prompt":"größe"}' }));
    expect(answer.status).toBe(200);
    expect(answer.headers["x-request-id"]).toBe("r1");
    expect(await readText(answer)).toBe('{"text":"grüße"}');
    expect(upstream.seen).toHaveLength(1);
    expect(upstream.seen[0]).toMatchObject({
      method: "POST",
      url: "/v1/chat/completions?alt=sse",
      body: '{"prompt":"größe"}',
      headers: { "x-fixed": "1", authorization: `Bearer ${secret("sent")}`, "content-type": "application/json" },
    });
  });

  test("an error status is an answer, not a failure", async () => {
    const upstream = await startUpstream((response) => response.writeHead(503).end("busy"));
    const answer = answered(await post(upstream.origin));
    expect(answer.status).toBe(503);
    expect(await readText(answer)).toBe("busy");
  });

  test("a streamed body is read in the order it came, and a byte order mark is no text", async () => {
    const upstream = await startUpstream(async (response) => {
      for (const part of ["\ufeffone ", "two ", "three"]) {
        response.write(part);
        await sleep(10);
      }
      response.end();
    });
    const iterated = await readUntilFailure(answered(await post(upstream.origin)));
    expect(iterated).toEqual({ text: "\ufeffone two three", failure: "none" });
    expect(await readText(answered(await post(upstream.origin)))).toBe("one two three");
  });

  test("chunks that arrive in one read are handed on as one", async () => {
    const tcp = await startTcp((socket) => {
      const chunks = ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"].map((text) => `${text.length}\r\n${text}\r\n`);
      socket.on("data", () =>
        socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks.join("")}0\r\n\r\n`),
      );
    });
    const reads: string[] = [];
    for await (const chunk of answered(await post(tcp.origin)).body) reads.push(chunk.toString());
    expect(reads).toEqual(["data: 1\n\ndata: 2\n\ndata: 3\n\n"]);
  });

  test("a body larger than the bound is refused and its connection closed", async () => {
    const upstream = await startUpstream((response) => {
      response.on("error", () => undefined);
      for (let i = 0; i < 100; i++) response.write("x".repeat(1_000));
    });
    const answer = answered(await post(upstream.origin));
    expect(failureOf(await readText(answer, 50_000))).toMatch(/^upstream_invalid_response: .* larger than 50000 bytes/);
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test("an upstream faster than the reader is slowed down, and nothing is lost", async () => {
    const size = 64 * 1024 * 1024;
    let socket: Socket | null = null;
    const upstream = await startUpstream((response) => {
      socket = response.socket;
      response.end(Buffer.alloc(size, "x"));
    });
    const answer = answered(await post(upstream.origin));
    await sleep(200);
    expect(bytesOnTheWay(socket)).toBeGreaterThan(size / 2);
    let read = 0;
    for await (const chunk of answer.body) read += chunk.length;
    expect(read).toBe(size);
  });

  test("a connection is used again", async () => {
    const upstream = await startUpstream((response) => response.end("ok"));
    const transport = openTransport();
    for (let i = 0; i < 5; i++) {
      await readText(answered(await post(upstream.origin, { transport })));
      // undici gives a peer one turn of the event loop to close a connection it said it would keep.
      await sleep(5);
    }
    expect(upstream.accepted()).toBe(1);
  });

  test("a finished request leaves no timer and no listener behind", async () => {
    const upstream = await startUpstream((response) => response.end("ok"));
    const transport = openTransport();
    const { signal } = new AbortController();
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const one = async () => readText(answered(await post(upstream.origin, { transport, signal })));
    await Promise.all(Array.from({ length: 50 }, one));
    await post(await closedOrigin(), { transport, signal });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(timers() - before).toBeLessThan(10);
  });

  test("close waits for the answers under way", async () => {
    const upstream = await startUpstream((response) => {
      response.write("half, ");
      setTimeout(() => response.end("whole"), 50);
    });
    const transport = openTransport();
    const answer = answered(await post(upstream.origin, { transport }));
    const [text] = await Promise.all([readText(answer), transport.close()]);
    expect(text).toBe("half, whole");
    expect(failureOf(await post(upstream.origin, { transport }))).toMatch(/^overloaded: /);
  });
});

describe("an upstream that fails", () => {
  test("refused: upstream_unreachable, with the address only in the cause", async () => {
    const outcome = await post(await closedOrigin());
    expect(failureOf(outcome)).toBe("upstream_unreachable: The upstream refused the connection.");
    expect(outcome instanceof GatewayError && outcome.cause).toMatchObject({ code: "ECONNREFUSED" });
  });

  test("an unknown host: upstream_unreachable", async () => {
    const outcome = await post("http://no-such-host.invalid");
    expect(failureOf(outcome)).toMatch(/^upstream_unreachable: The upstream's host name could not be/);
  });

  test("reset before the answer: upstream_unreachable, and no second try on a new connection", async () => {
    const tcp = await startTcp((socket) => socket.on("data", () => socket.resetAndDestroy()));
    expect(failureOf(await post(tcp.origin))).toMatch(/^upstream_unreachable: .*closed the connection before/);
    expect(tcp.accepted()).toBe(1);
  });

  test("something that is not HTTP: upstream_invalid_response", async () => {
    const tcp = await startTcp((socket) => socket.on("data", () => socket.write("SSH-2.0-OpenSSH_9.9\r\n")));
    expect(failureOf(await post(tcp.origin))).toMatch(/^upstream_invalid_response: /);
  });

  test("a TLS handshake that never ends: upstream_connect_timeout", async () => {
    const tcp = await startTcp(() => undefined);
    const outcome = await post(tcp.origin.replace("http:", "https:"), { timeouts: { connectMs: 200 } });
    expect(failureOf(outcome)).toMatch(/^upstream_connect_timeout: /);
  });

  test("it accepts and never answers: upstream_first_byte_timeout", async () => {
    const upstream = await startUpstream(() => undefined);
    const outcome = await post(upstream.origin, { timeouts: { firstByteMs: 200 } });
    expect(failureOf(outcome)).toMatch(/^upstream_first_byte_timeout: /);
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test("it falls silent mid-body: what came, then upstream_idle_timeout", async () => {
    const upstream = await startUpstream((response) => response.write("data: 1\n\n"));
    const answer = answered(await post(upstream.origin, { timeouts: { idleMs: 200 } }));
    const { text, failure } = await readUntilFailure(answer);
    expect(text).toBe("data: 1\n\n");
    expect(failure).toMatch(/^upstream_idle_timeout: /);
  });

  test("a slow reader is no idle upstream", async () => {
    const upstream = await startUpstream((response) => response.end(Buffer.alloc(8 * 1024 * 1024)));
    const answer = answered(await post(upstream.origin, { timeouts: { idleMs: 200 } }));
    await sleep(1_500);
    expect((await readUntilFailure(answer)).failure).toBe("none");
  });

  test("it trickles without end: upstream_timeout at the total", async () => {
    const upstream = await startUpstream((response) => {
      const trickle = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(trickle));
    });
    const startedMs = performance.now();
    const answer = answered(await post(upstream.origin, { timeouts: { totalMs: 300 } }));
    const { text, failure } = await readUntilFailure(answer);
    expect(failure).toMatch(/^upstream_timeout: /);
    expect(text.length).toBeGreaterThan(3);
    expect(performance.now() - startedMs).toBeLessThan(600);
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test("the total also ends a wait for the headers", async () => {
    const upstream = await startUpstream(() => undefined);
    expect(failureOf(await post(upstream.origin, { timeouts: { totalMs: 100 } }))).toMatch(/^upstream_timeout: /);
  });

  test.each([
    ["chunked", "transfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n"],
    ["short of its content-length", "content-length: 100\r\n\r\nfirst"],
  ])("cut mid-body, %s: what came, then upstream_stream_cut", async (_name, head) => {
    const tcp = await startTcp((socket) => socket.on("data", () => socket.end(`HTTP/1.1 200 OK\r\n${head}`)));
    const { text, failure } = await readUntilFailure(answered(await post(tcp.origin)));
    expect(text).toBe("first");
    expect(failure).toMatch(/^upstream_stream_cut: /);
    expect(failureOf(await readText(answered(await post(tcp.origin))))).toMatch(/^upstream_stream_cut: /);
  });

  test("reset mid-body: upstream_stream_cut", async () => {
    const tcp = await startTcp((socket) => {
      socket.on("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        setTimeout(() => socket.resetAndDestroy(), 20);
      });
    });
    expect((await readUntilFailure(answered(await post(tcp.origin)))).failure).toMatch(/^upstream_stream_cut: /);
  });
});

describe("a client that leaves", () => {
  test("before it was sent, nothing is", async () => {
    const upstream = await startUpstream((response) => response.end());
    expect(failureOf(await post(upstream.origin, { signal: AbortSignal.abort() }))).toMatch(/^client_closed_request: /);
    expect(upstream.accepted()).toBe(0);
  });

  test("before the headers: the upstream's socket is closed at once", { retry: 2 }, async () => {
    const client = new AbortController();
    const closed = Promise.withResolvers<number>();
    const upstream = await startUpstream((response) => {
      response.on("close", () => closed.resolve(performance.now()));
      setTimeout(() => client.abort(), 10);
    });
    const pending = post(upstream.origin, { signal: client.signal });
    const abortedMs = await whenAborted(client.signal);
    expect(failureOf(await pending)).toMatch(/^client_closed_request: /);
    expect((await closed.promise) - abortedMs).toBeLessThan(20);
  });

  test("mid-body: the upstream's socket is closed at once and the reader is told", { retry: 2 }, async () => {
    const client = new AbortController();
    const closed = Promise.withResolvers<number>();
    const upstream = await startUpstream((response) => {
      response.on("close", () => closed.resolve(performance.now()));
      response.write("data: 1\n\n");
    });
    const answer = answered(await post(upstream.origin, { signal: client.signal }));
    setTimeout(() => client.abort(), 20);
    const abortedMs = whenAborted(client.signal);
    expect((await readUntilFailure(answer)).failure).toMatch(/^client_closed_request: /);
    expect((await closed.promise) - (await abortedMs)).toBeLessThan(20);
  });

  test("while the credential is fetched: the wait ends", async () => {
    const client = new AbortController();
    const credential: Credential = { headers: () => new Promise(() => undefined), invalidate: () => false };
    setTimeout(() => client.abort(), 10);
    const outcome = await post(await closedOrigin(), { credential, signal: client.signal });
    expect(failureOf(outcome)).toMatch(/^client_closed_request: /);
  });

  test("a reader that stops early closes the upstream's socket", async () => {
    const upstream = await startUpstream((response) => response.write("data: 1\n\n"));
    for await (const _chunk of answered(await post(upstream.origin)).body) break;
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test("the abort of a finished request does not hurt the next on its connection", async () => {
    const upstream = await startUpstream((response) => setTimeout(() => response.end("ok"), 20));
    const transport = openTransport();
    const client = new AbortController();
    await readText(answered(await post(upstream.origin, { transport, signal: client.signal })));
    await sleep(20);
    const next = post(upstream.origin, { transport });
    client.abort();
    expect(await readText(answered(await next))).toBe("ok");
    expect(upstream.accepted()).toBe(1);
  });
});

describe("a kept connection the upstream has closed", () => {
  const response = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  /** Answers the first request of the first connection, treats the second as told, and serves all later connections. */
  async function startClosing(second: (socket: Socket) => void) {
    let connections = 0;
    let requests = 0;
    const tcp = await startTcp((socket) => {
      const isFirst = ++connections === 1;
      let here = 0;
      socket.on("data", () => {
        requests += 1;
        here += 1;
        if (isFirst && here === 2) second(socket);
        else socket.write(response);
      });
    });
    return { ...tcp, requests: () => requests };
  }

  async function postTwice(origin: string): Promise<unknown> {
    const transport = openTransport();
    await readText(answered(await post(origin, { transport })));
    await sleep(20);
    const outcome = await post(origin, { transport });
    return outcome instanceof GatewayError ? outcome : readText(outcome);
  }

  test.each([
    ["reset", (socket: Socket) => void socket.resetAndDestroy()],
    ["closed", (socket: Socket) => void socket.end()],
  ])("%s as the next request arrives: it is sent again on a new one", async (_name, second) => {
    const tcp = await startClosing(second);
    expect(await postTwice(tcp.origin)).toBe("ok");
    expect([tcp.accepted(), tcp.requests()]).toEqual([2, 3]);
  });

  test("an upstream that worked on the request and then died is not asked twice", async () => {
    const tcp = await startClosing((socket) => void setTimeout(() => socket.resetAndDestroy(), 1_100));
    expect(failureOf(await postTwice(tcp.origin))).toMatch(/^upstream_unreachable: /);
    expect([tcp.accepted(), tcp.requests()]).toEqual([1, 2]);
  });

  test("an upstream that began to answer is not asked twice", async () => {
    const tcp = await startClosing((socket) => void socket.end("HTTP/1.1 200 OK\r\n"));
    expect(failureOf(await postTwice(tcp.origin))).toMatch(/^upstream_unreachable: /);
    expect([tcp.accepted(), tcp.requests()]).toEqual([1, 2]);
  });

  test("an upstream that closes at any moment after its answer never fails a request", async () => {
    const tcp = await startTcp((socket) => {
      socket.once("data", () => {
        socket.write(response);
        setTimeout(() => socket.destroy(), Math.random() * 4);
      });
    });
    const transport = openTransport();
    const one = async (): Promise<string> => {
      await sleep(Math.random() * 8);
      const outcome = await post(tcp.origin, { transport });
      return outcome instanceof GatewayError ? failureOf(outcome) : String(await readText(outcome));
    };
    for (let i = 0; i < 20; i++) {
      expect(new Set(await Promise.all(Array.from({ length: 10 }, one)))).toEqual(new Set(["ok"]));
    }
  });
});

describe("a credential", () => {
  const upstreamThatWants = (token: string) =>
    startUpstream((response, { headers }) =>
      headers.authorization === token ? response.end("in") : response.writeHead(401).end("x".repeat(100_000)),
    );

  test("a refused token is renewed and the request sent once more", async () => {
    const upstream = await upstreamThatWants("new");
    const credential = turning("old", "new");
    expect(await readText(answered(await post(upstream.origin, { credential })))).toBe("in");
    expect(upstream.seen.map(({ headers }) => headers.authorization)).toEqual(["old", "new"]);
  });

  test("a second 401 is the answer", async () => {
    const upstream = await upstreamThatWants("never");
    const answer = answered(await post(upstream.origin, { credential: turning("old", "new") }));
    expect(answer.status).toBe(401);
    expect(await readText(answer)).toHaveLength(100_000);
    expect(upstream.seen).toHaveLength(2);
  });

  test("a refused key that cannot change is the answer at once", async () => {
    const upstream = await upstreamThatWants("other");
    const credential = createStaticCredential({ authorization: new Secret("fixed") });
    expect(answered(await post(upstream.origin, { credential })).status).toBe(401);
    expect(upstream.seen).toHaveLength(1);
  });

  test("one that cannot be had: upstream_auth_error, and nothing is sent", async () => {
    const upstream = await startUpstream((response) => response.end());
    const known = new GatewayError("upstream_auth_error", "The auth command ended with exit code 3.");
    const failing = (fail: () => never): Credential => ({ headers: fail, invalidate: () => true });
    const rejecting: Credential = { headers: () => Promise.reject(known), invalidate: () => true };
    expect(await post(upstream.origin, { credential: rejecting })).toBe(known);
    const throwing = failing(() => {
      throw new Error(secret("sent"));
    });
    const outcome = await post(upstream.origin, { credential: throwing });
    expect(failureOf(outcome)).toBe("upstream_auth_error: The credential for the upstream could not be had.");
    expect(upstream.accepted()).toBe(0);
  });

  test.each([301, 302, 303, 307, 308])("a redirect (%i) is an answer: the credential goes nowhere", async (status) => {
    const other = await startUpstream((response) => response.end("stolen"));
    const upstream = await startUpstream((response) => response.writeHead(status, { location: other.origin }).end());
    const credential = createStaticCredential({ "x-goog-api-key": new Secret(secret("sent")) });
    const answer = answered(await post(upstream.origin, { credential }));
    expect([answer.status, answer.headers["location"]]).toEqual([status, other.origin]);
    expect([upstream.seen.length, other.accepted()]).toEqual([1, 0]);
  });

  test("a path that looks like a URL stays on its origin", async () => {
    const other = await startUpstream((response) => response.end("stolen"));
    const upstream = await startUpstream((response) => response.end("mine"));
    for (const path of [`//${new URL(other.origin).host}/`, `${other.origin}/`]) {
      const answer = answered(await post({ origin: upstream.origin, path, headers: {} }));
      expect(await readText(answer)).toBe("mine");
    }
    expect(other.accepted()).toBe(0);
  });

  test("parallel requests over an expiring token: one refresh at a time, none fails", async () => {
    const accepted = new Set<string>();
    let fetches = 0;
    const fetch = async () => {
      fetches += 1;
      const token = `t${fetches}`;
      await sleep(20);
      accepted.add(token);
      return { headers: { authorization: new Secret(token) }, expiresAtMs: Date.now() + 200 };
    };
    const credential = createRefreshingCredential({ fetch, now: Date.now, refreshMarginMs: 100 });
    const upstream = await startUpstream((response, { headers }) =>
      response.writeHead(accepted.has(headers.authorization ?? "") ? 200 : 401).end(),
    );
    const transport = openTransport();
    const statuses = new Set<number>();
    const untilMs = performance.now() + 700;
    const worker = async (): Promise<void> => {
      while (performance.now() < untilMs) {
        const answer = answered(await post(upstream.origin, { transport, credential }));
        statuses.add(answer.status);
        await readText(answer);
      }
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    expect(statuses).toEqual(new Set([200]));
    expect(fetches).toBeGreaterThanOrEqual(4);
    expect(fetches).toBeLessThanOrEqual(8);
  });
});

/** Hands out the first token until it is refused, then the second. */
function turning(first: string, second: string): Credential {
  let token = first;
  return {
    headers: () => ({ authorization: new Secret(token) }),
    invalidate: () => {
      token = second;
      return true;
    },
  };
}

function whenAborted(signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(performance.now())));
}

/** What a server has written that its peer has not taken. */
function bytesOnTheWay(socket: Socket | null): number {
  return socket?.writableLength ?? 0;
}
