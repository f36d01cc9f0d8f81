import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { Secret } from "../../src/secret.ts";
import { createStaticCredential } from "../../src/upstream/auth/static.ts";
import { proxyFor } from "../../src/upstream/proxy.ts";
import { readText } from "../../src/upstream/send.ts";
import { expectHidden, secret } from "../_canary.ts";
import { createAuthority } from "./_certificates.ts";
import { type FakeProxy, proxyIn, startProxy } from "./_proxy.ts";
import {
  answered,
  closedOrigin,
  failureOf,
  openTransport,
  post,
  readUntilFailure,
  sleep,
  startTcp,
  startUpstream,
} from "./_servers.ts";

const authority = createAuthority();
const serverCertificate = authority.issue("models.example", "127.0.0.1");
const egress = { caFile: authority.caFile };

/** A transport in an environment whose only proxy is this one. */
const through = ({ origin }: Pick<FakeProxy, "origin">, more: Readonly<Record<string, string>> = {}) =>
  openTransport({ proxy: proxyIn({ HTTPS_PROXY: origin, HTTP_PROXY: origin, ...more }) });

const withLogin = (origin: string, login: string): string => origin.replace("://", `://${login}@`);

const portOf = (origin: string): string => new URL(origin).port;

describe("which origins go through a proxy", () => {
  const http = "http://p:1";
  const https = "http://p:2";

  test.each<[origin: string, noProxy: string, want: string | undefined]>([
    ["http://a.example", "", http],
    ["https://a.example", "", https],
    ["https://a.example", "*", undefined],
    ["https://a.example", "b.example, *", undefined],
    ["https://a.example:444", "*:443", https],
    ["https://a.example", "*:443", undefined],
    ["https://example", "example", undefined],
    ["https://EXAMPLE", "Example", undefined],
    ["https://example.", "example", undefined],
    ["https://a.example", "example", undefined],
    ["https://a.example", ".example", undefined],
    ["https://example", ".example", undefined],
    ["https://a.example", "*.example", undefined],
    ["https://example", "*.example", https],
    ["https://an-example", "example", https],
    ["https://a.example", "example:443", undefined],
    ["http://a.example", "example:443", http],
    ["http://a.example:8080", "example:8080", undefined],
    ["http://127.0.0.1:4000", "", http],
    ["http://127.0.0.1:4000", "localhost,127.0.0.1", undefined],
    ["http://10.1.2.3", "10.0.0.0/8", undefined],
    ["http://11.1.2.3", "10.0.0.0/8", http],
    ["http://10.1.2.3:81", "10.0.0.0/8:80", http],
    ["http://a.example", "10.0.0.0/8 10.0.0.0/99 x/8", http],
    ["http://[fd00::1]:80", "fd00::/8", undefined],
    ["http://[::1]:8080", "::1", undefined],
    ["http://[::1]:8080", "[::1]:8080", undefined],
    ["http://[::1]:8081", "[::1]:8080", http],
    ["http://169.254.169.254", "", undefined],
    ["http://metadata.google.internal", "", undefined],
    ["http://metadata.google.internal.", "", undefined],
    ["http://[fd00:ec2::254]", "", undefined],
  ])("%s with NO_PROXY=%s: %s", (origin, noProxy, want) => {
    const proxy = proxyIn({ HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: noProxy });
    expect(proxyFor(origin, proxy)?.origin).toBe(want);
  });
});

describe("https through a proxy", () => {
  const start = async (options: Parameters<typeof startProxy>[0] = {}) => {
    const upstream = await startUpstream((response) => response.end("sealed"), serverCertificate);
    const leads = { "models.example:443": upstream.origin };
    return { upstream, proxy: await startProxy({ leads, ...options }) };
  };

  test("the proxy sees the host's name and no more; the connection is kept", async () => {
    const { upstream, proxy } = await start();
    const transport = through(proxy);
    const credential = createStaticCredential({ authorization: new Secret(`Bearer ${secret("sent")}`) });
    for (let i = 0; i < 3; i++) {
      const answer = answered(await post("https://models.example", { transport, egress, credential }));
      expect(await readText(answer)).toBe("sealed");
      await sleep(5);
    }
    expect(proxy.seen).toEqual(["CONNECT models.example:443"]);
    expect(upstream.seen[0]?.headers).toMatchObject({
      host: "models.example",
      authorization: `Bearer ${secret("sent")}`,
    });
    expect(upstream.seen[0]?.headers["proxy-authorization"]).toBeUndefined();
    expect([upstream.accepted(), upstream.seen.length]).toEqual([1, 3]);
  });

  test("a proxy that wants a login gets the one of its URL", async () => {
    const { proxy } = await start({ login: "me:p@ss" });
    const transport = through({ origin: withLogin(proxy.origin, "me:p%40ss") });
    expect(await readText(answered(await post("https://models.example", { transport, egress })))).toBe("sealed");
  });

  test("a proxy that is itself reached by TLS is held to the CA file too", async () => {
    const { proxy } = await start({ tls: authority.issue("127.0.0.1") });
    const target = "https://models.example";
    expect(await readText(answered(await post(target, { transport: through(proxy), egress })))).toBe("sealed");
    expect(failureOf(await post(target, { transport: through(proxy) }))).toBe(
      "upstream_unreachable: The proxy's TLS certificate could not be verified.",
    );
  });

  test("the upstream's certificate is checked at the end of the tunnel", async () => {
    const { upstream } = await start();
    const proxy = await startProxy({ leads: { "others.example:443": upstream.origin } });
    expect(failureOf(await post("https://others.example", { transport: through(proxy), egress }))).toMatch(
      /^upstream_unreachable: .*certificate could not be verified/,
    );
    const { proxy: second } = await start();
    expect(failureOf(await post("https://models.example", { transport: through(second) }))).toMatch(
      /^upstream_unreachable: .*certificate could not be verified/,
    );
  });

  test("NO_PROXY leads around it", async () => {
    const { upstream, proxy } = await start();
    const transport = through(proxy, { NO_PROXY: "127.0.0.1" });
    expect(await readText(answered(await post(upstream.origin, { transport, egress })))).toBe("sealed");
    expect(proxy.seen).toEqual([]);
  });

  test("a client that leaves closes the tunnel and the upstream's socket", async () => {
    const upstream = await startUpstream((response) => response.write("data: 1\n\n"), serverCertificate);
    const proxy = await startProxy();
    const client = new AbortController();
    const target = upstream.origin;
    const answer = answered(await post(target, { transport: through(proxy), egress, signal: client.signal }));
    setTimeout(() => client.abort(), 10);
    expect((await readUntilFailure(answer)).failure).toMatch(/^client_closed_request: /);
    await expect.poll(() => upstream.sockets.size).toBe(0);
    await expect.poll(() => proxy.sockets.size).toBe(0);
  });

  test("a kept tunnel that was closed meanwhile costs no request", async () => {
    let connections = 0;
    const upstream = await startUpstream((response, { headers }) => {
      if (headers["x-first"] === undefined && ++connections === 2) response.socket?.destroy();
      else response.end("sealed");
    }, serverCertificate);
    const proxy = await startProxy();
    const transport = through(proxy);
    const send = async () => readText(answered(await post(upstream.origin, { transport, egress })));
    expect(await send()).toBe("sealed");
    await sleep(20);
    expect(await send()).toBe("sealed");
    expect(proxy.seen).toHaveLength(2);
  });

  test.each([
    [407, { login: "me:other" }, "wants a user and password, or others than these (HTTP status 407)"],
    [403, { refuse: 403 }, "did not lead to the upstream (HTTP status 403)"],
    [502, { refuse: 502 }, "did not lead to the upstream (HTTP status 502)"],
  ])("a tunnel refused with %i: upstream_unreachable, in words for the operator", async (_status, options, want) => {
    const { proxy } = await start(options);
    const transport = through({ origin: withLogin(proxy.origin, `me:${secret("login")}`) });
    const outcome = await post("https://models.example", { transport, egress });
    expect(failureOf(outcome)).toBe(`upstream_unreachable: The proxy ${want}.`);
    expectHidden(outcome);
    expect(inspect(outcome, { depth: 9 })).not.toMatch(/<html|bWU6/);
  });

  test("a proxy that is down: upstream_unreachable", async () => {
    const outcome = await post("https://models.example", { transport: through({ origin: await closedOrigin() }) });
    expect(failureOf(outcome)).toBe("upstream_unreachable: The proxy refused the connection.");
  });

  test.each([
    ["takes the tunnel and says nothing", { silent: true }],
    ["leads to a host that says nothing", {}],
  ])("a proxy that %s: upstream_connect_timeout, on time", async (_name, options) => {
    const quiet = await startTcp(() => undefined);
    const proxy = await startProxy({ ...options, leads: { "models.example:443": quiet.origin } });
    const startedMs = performance.now();
    const transport = through(proxy);
    const outcome = await post("https://models.example", { transport, egress, timeouts: { connectMs: 600 } });
    expect(failureOf(outcome)).toMatch(/^upstream_connect_timeout: /);
    // Not one wait for the tunnel and another for what it leads to.
    expect(performance.now() - startedMs).toBeLessThan(1_150);
    await expect.poll(() => proxy.sockets.size, { timeout: 5_000 }).toBe(0);
  });

  test("a proxy that hangs up on the tunnel: upstream_unreachable", async () => {
    const rude = await startTcp((socket) => socket.on("data", () => socket.end()));
    const outcome = await post("https://models.example", { transport: through(rude) });
    expect(failureOf(outcome)).toMatch(/^upstream_unreachable: The proxy closed the connection/);
  });

  test("the timeouts hold inside the tunnel", async () => {
    const upstream = await startUpstream(() => undefined, serverCertificate);
    const proxy = await startProxy();
    const outcome = await post(upstream.origin, {
      transport: through(proxy),
      egress,
      timeouts: { firstByteMs: 200 },
    });
    expect(failureOf(outcome)).toMatch(/^upstream_first_byte_timeout: /);
  });
});

describe("http through a proxy", () => {
  test("the proxy gets the whole URL, and its login; the upstream does not", async () => {
    const upstream = await startUpstream((response) => response.end("plain"));
    const proxy = await startProxy({ login: "me:pw" });
    const transport = through({ origin: withLogin(proxy.origin, "me:pw") });
    for (let i = 0; i < 3; i++) {
      expect(await readText(answered(await post(upstream.origin, { transport, body: "{}" })))).toBe("plain");
      await sleep(5);
    }
    const url = `POST ${upstream.origin}/v1/chat/completions?alt=sse`;
    expect(proxy.seen).toEqual([url, url, url]);
    expect(proxy.accepted()).toBe(1);
    const { host, "proxy-authorization": login } = upstream.seen[0]?.headers ?? {};
    expect([host, login]).toEqual([`127.0.0.1:${portOf(upstream.origin)}`, undefined]);
    expect(upstream.seen[0]?.body).toBe("{}");
  });

  test("a proxy that wants another login: upstream_unreachable, not its page", async () => {
    const proxy = await startProxy({ login: "me:other" });
    const outcome = await post("http://models.example", { transport: through(proxy) });
    expect(failureOf(outcome)).toBe(
      "upstream_unreachable: The proxy wants a user and password, or others than these (HTTP status 407).",
    );
  });

  test("a streamed answer comes through as it is written, and an abort reaches the upstream", async () => {
    const upstream = await startUpstream((response) => response.write("data: 1\n\n"));
    const proxy = await startProxy();
    for await (const _chunk of answered(await post(upstream.origin, { transport: through(proxy) })).body) break;
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });
});

test("a proxy's password is in no error, whatever goes wrong", async () => {
  const origins = [await closedOrigin(), (await startProxy({ refuse: 500 })).origin, "http://no-such-proxy.invalid"];
  for (const origin of origins) {
    const transport = through({ origin: withLogin(origin, `me:${secret("login")}`) });
    for (const target of ["https://models.example", "http://models.example"]) {
      const outcome = await post(target, { transport });
      const shown =
        outcome instanceof GatewayError ? `${inspect(outcome, { depth: 9 })}${JSON.stringify(outcome)}` : "";
      expectHidden(shown);
      expect(shown).not.toContain(Buffer.from(`me:${secret("login")}`).toString("base64"));
    }
  }
  expectHidden(proxyIn({ HTTP_PROXY: `http://me:${secret("login")}@p:1` }));
});
