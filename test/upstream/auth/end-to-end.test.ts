import { utimesSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AuthConfig } from "../../../src/config/config.ts";
import { type ApiKeyHeader, createApiKeyCredential } from "../../../src/upstream/auth/api-key.ts";
import { createCredential } from "../../../src/upstream/auth/index.ts";
import type { Credential } from "../../../src/upstream/credential.ts";
import { readText } from "../../../src/upstream/send.ts";
import { fileWith } from "../_certificates.ts";
import { startGoogle } from "../_google.ts";
import { answered, openTransport, post } from "../_servers.ts";
import { deps, emptyEnvironment, googleCases, sealed, startGuarded, useMetadata } from "./_credentials.ts";

beforeEach(emptyEnvironment);
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Sends through a transport of its own, and says what came back. */
function sender(origin: string, credential: Credential): () => Promise<string> {
  const transport = openTransport();
  return async () => {
    const answer = answered(await post(origin, { transport, credential }));
    return `${answer.status} ${String(await readText(answer))}`;
  };
}

describe.each(googleCases)("$name", ({ arrange }) => {
  async function start(now = Date.now) {
    const google = await startGoogle();
    const upstream = await startGuarded(({ authorization }) => google.accepts(authorization));
    const credential = createCredential(arrange(google), { ...deps, now });
    return { google, upstream, send: sender(upstream.origin, credential) };
  }

  test("opens the upstream, with one token for many requests", async () => {
    const { google, upstream, send } = await start();
    expect(await Promise.all([send(), send(), send()])).toEqual(["200 in", "200 in", "200 in"]);
    expect(await send()).toBe("200 in");
    expect(google.problems).toEqual([]);
    expect(new Set(upstream.seen.map(({ headers }) => headers.authorization)).size).toBe(1);
  });

  test("a token that is revoked is replaced, and nobody notices", async () => {
    let clockMs = Date.now();
    const { google, upstream, send } = await start(() => clockMs);
    expect(await send()).toBe("200 in");
    google.revoke();
    clockMs += 6_000;
    expect(await Promise.all([send(), send()])).toEqual(["200 in", "200 in"]);
    expect(google.problems).toEqual([]);
    expect(new Set(upstream.seen.map(({ headers }) => headers.authorization)).size).toBe(2);
  });

  test("a token near its end is replaced", async () => {
    let clockMs = Date.now();
    const { upstream, send } = await start(() => clockMs);
    await send();
    clockMs += 3_598_000;
    expect(await send()).toBe("200 in");
    const [first, second] = upstream.seen.map(({ headers }) => headers.authorization);
    expect(second).not.toBe(first);
  });
});

describe("kinds without Google", () => {
  test.each<[name: string, auth: AuthConfig, header: string, value: string]>([
    ["bearer", { kind: "bearer", token: sealed("t-1") }, "authorization", "Bearer t-1"],
    ["bearer_file", { kind: "bearer_file", file: fileWith("t-1\n") }, "authorization", "Bearer t-1"],
    ["header", { kind: "header", name: "X-Team-Key", value: sealed("t-1") }, "x-team-key", "t-1"],
    ["api_key", { kind: "api_key", key: sealed("t-1") }, "x-goog-api-key", "t-1"],
    [
      "command",
      {
        kind: "command",
        argv: [process.execPath, "-e", "console.log('t-1')"],
        ttlMs: undefined,
        refreshMarginMs: 60_000,
        timeoutMs: 10_000,
      },
      "authorization",
      "Bearer t-1",
    ],
  ])("%s opens the upstream, and nothing else does", async (_name, auth, header, value) => {
    const upstream = await startGuarded((headers) => headers[header] === value);
    const none = createCredential({ kind: "none" }, deps);
    expect(await sender(upstream.origin, none)()).toBe("401 who are you?");
    expect(await sender(upstream.origin, createCredential(auth, deps))()).toBe("200 in");
  });

  test("none sends nothing", async () => {
    const upstream = await startGuarded(({ authorization }) => authorization === undefined);
    expect(await sender(upstream.origin, createCredential({ kind: "none" }, deps))()).toBe("200 in");
  });

  test.each<[ApiKeyHeader, string]>([
    ["authorization", "Bearer t-1"],
    ["x-goog-api-key", "t-1"],
    ["x-api-key", "t-1"],
    ["api-key", "t-1"],
  ])("an API key goes where its provider expects it: %s", async (header, value) => {
    const upstream = await startGuarded((headers) => headers[header] === value);
    expect(await sender(upstream.origin, createApiKeyCredential(sealed("t-1"), header))()).toBe("200 in");
  });
});

describe("a refused credential", () => {
  test("of a command: it runs once more, and a second refusal is the answer", async () => {
    let clockMs = Date.now();
    const upstream = await startGuarded(() => false);
    const script = "console.log('t' + process.hrtime.bigint())";
    const auth: AuthConfig = {
      kind: "command",
      argv: [process.execPath, "-e", script],
      ttlMs: 600_000,
      refreshMarginMs: 60_000,
      timeoutMs: 10_000,
    };
    const credential = createCredential(auth, { ...deps, now: () => clockMs });
    const send = sender(upstream.origin, credential);
    await credential.headers();
    clockMs += 10_000;
    expect(await send()).toBe("401 who are you?");
    expect(new Set(upstream.seen.map(({ headers }) => headers.authorization)).size).toBe(2);
    expect(upstream.seen).toHaveLength(2);
  });

  test("that is as good as new is not fetched again: no token would help", async () => {
    const google = await startGoogle();
    const upstream = await startGuarded(() => false);
    useMetadata(google);
    const send = sender(upstream.origin, createCredential({ kind: "adc" }, deps));
    expect(await Promise.all([send(), send(), send()])).toEqual(Array(3).fill("401 who are you?"));
    expect(upstream.seen).toHaveLength(3);
    expect(google.issued).toHaveLength(1);
  });
});

describe("bearer_file", () => {
  const touch = (file: string, text: string, timeSec: number): void => {
    writeFileSync(file, text);
    utimesSync(file, timeSec, timeSec);
  };

  async function start() {
    const file = fileWith("t-1");
    let clockMs = 0;
    let right = "Bearer t-1";
    const upstream = await startGuarded(({ authorization }) => authorization === right);
    const credential = createCredential({ kind: "bearer_file", file }, { ...deps, now: () => clockMs });
    const send = sender(upstream.origin, credential);
    const state = {
      wait: (ms: number) => {
        clockMs += ms;
      },
      want: (token: string) => {
        right = `Bearer ${token}`;
      },
    };
    return { file, upstream, send, ...state };
  }

  test("a changed file is read behind the requests", async () => {
    const { file, send, upstream, wait } = await start();
    expect(await send()).toBe("200 in");
    touch(file, "t-2", 2_000_000_000);
    await send();
    wait(1_500);
    await send();
    await vi.waitFor(async () => {
      await send();
      expect(upstream.seen.at(-1)?.headers.authorization).toBe("Bearer t-2");
    });
  });

  test("after a refusal it is read at once, so that the change costs no request", async () => {
    const { file, send, upstream, want } = await start();
    expect(await send()).toBe("200 in");
    touch(file, "t-2", 2_000_000_000);
    want("t-2");
    expect(await Promise.all([send(), send()])).toEqual(["200 in", "200 in"]);
    expect(upstream.seen.map(({ headers }) => headers.authorization)).toContain("Bearer t-2");
  });

  test("a refusal without a change is the answer, at once", async () => {
    const { send, upstream, want } = await start();
    want("another");
    expect(await send()).toBe("401 who are you?");
    expect(upstream.seen).toHaveLength(1);
  });

  test("while the file is broken the last good token serves", async () => {
    const { file, send, wait } = await start();
    expect(await send()).toBe("200 in");
    touch(file, "  ", 2_000_000_000);
    wait(1_500);
    expect([await send(), await send()]).toEqual(["200 in", "200 in"]);
    touch(file, "t-1", 2_100_000_000);
    wait(1_500);
    expect([await send(), await send()]).toEqual(["200 in", "200 in"]);
  });
});
