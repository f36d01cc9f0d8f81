import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { Work } from "../../src/http/abort.ts";
import { createMediaFetcher, type FetchMediaDeps, FetchRefusal, type Lookup } from "../../src/upstream/fetch-media.ts";
import { type Answer, closedOrigin, startUpstream } from "./_servers.ts";

const png = Buffer.from("89504e470d0a1a0a0000", "hex");
const open: FetchMediaDeps = { isAllowed: () => true };

function fetcher(deps: FetchMediaDeps = open): (url: string, work?: Work) => Promise<unknown> {
  const { open, close } = createMediaFetcher(deps);
  onTestFinished(close);
  return (url, work = new Work()) => {
    const { fetch, end } = open(work);
    return fetch(url).finally(end);
  };
}

const picture: Answer = (response) => response.writeHead(200, { "content-type": "Image/PNG; q=1" }).end(png);
const to =
  (location: string, status = 302): Answer =>
  (response) =>
    response.writeHead(status, { location }).end();

const reasonOf = async (fetched: Promise<unknown>): Promise<string> => {
  const thrown: unknown = await fetched.then(
    () => "it was fetched",
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(FetchRefusal);
  return thrown instanceof Error ? thrown.message : String(thrown);
};

describe("what a client names by its address", () => {
  test("is fetched with its type, and nothing of ours is shown", async () => {
    const { origin, seen } = await startUpstream(picture);
    expect(await fetcher()(`${origin}/a/b.png?c=1#d`)).toEqual({ mediaType: "image/png", bytes: png });
    expect(seen.map(({ method, url }) => [method, url])).toEqual([["GET", "/a/b.png?c=1"]]);
    expect(Object.keys(seen[0]?.headers ?? {}).sort()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
  });

  test.each([301, 302, 303, 307, 308])("is fetched where a %i leads", async (status) => {
    const end = await startUpstream(picture);
    const { origin } = await startUpstream(to(`${end.origin}/there`, status));
    expect(await fetcher()(origin)).toMatchObject({ bytes: png });
    expect(end.seen.map(({ url }) => url)).toEqual(["/there"]);
  });

  test.each([
    ["is missing", (response) => response.writeHead(404).end("no"), "the server answered with status 404"],
    ["is only a part", (response) => response.writeHead(206).end("no"), "the server answered with status 206"],
    ["redirects nowhere", (response) => response.writeHead(302).end(), "the server answered with status 302"],
    ["redirects to itself", to("/"), "it leads from one address to the next"],
    ["redirects to a file", to("file:///etc/passwd"), "it is not a web address"],
    ["redirects to a login", to("http://user:word@127.0.0.1/"), "it holds a user name or a password"],
    [
      "says that it is too large",
      (response) => response.writeHead(200, { "content-length": "101" }).write("a"),
      "it is larger than",
    ],
    ["turns out too large", (response) => response.writeHead(200).end("a".repeat(200)), "it is larger than"],
    [
      "breaks off",
      (response) => void response.writeHead(200).write("a", () => response.destroy()),
      "the connection failed",
    ],
    ["never answers", () => undefined, "it took too long"],
    [
      "never ends",
      (response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write("a"), 50);
        response.on("close", () => clearInterval(drip));
      },
      "it took too long",
    ],
  ] as readonly (readonly [string, Answer, string])[])("is refused where it %s", async (_what, answer, why) => {
    const { origin } = await startUpstream(answer);
    const bounds = { maxBytes: 100, totalMs: 600 };
    expect(await reasonOf(fetcher({ ...open, bounds })(origin))).toContain(why);
  });

  test("is let go where it says that it is too large", async () => {
    const gone = Promise.withResolvers<void>();
    const { origin } = await startUpstream((response) => {
      response.on("close", gone.resolve);
      response.writeHead(200, { "content-length": "4000000" }).write(Buffer.alloc(2_000_000));
    });
    expect(await reasonOf(fetcher({ ...open, bounds: { maxBytes: 100 } })(origin))).toContain("it is larger than");
    await gone.promise;
  });

  test.each([
    ["ftp://example.com/a", "it is not a web address"],
    ["data:image/png;base64,AA==", "it is not a web address"],
    ["http://", "it is not a web address"],
    ["https://me:secret@example.com/a.png", "it holds a user name or a password"],
  ])("is refused before anything is asked: %s", async (url, why) => {
    expect(await reasonOf(fetcher()(url))).toBe(why);
  });

  test("is refused where nobody listens", async () => {
    expect(await reasonOf(fetcher()(await closedOrigin()))).toBe("its host refused the connection");
  });

  test("ends with the client", async () => {
    const { origin, seen } = await startUpstream(() => undefined);
    const work = new Work();
    const fetched = fetcher()(origin, work);
    while (seen.length === 0) await sleep(5);
    work.abort();
    await expect(fetched).rejects.toBeInstanceOf(GatewayError);
    await expect(fetched).rejects.toMatchObject({ errorName: "client_closed_request" });
  });

  test("is not asked for where the client has left already", async () => {
    const { origin, seen } = await startUpstream(() => undefined);
    const work = new Work();
    work.abort();
    await expect(fetcher()(origin, work)).rejects.toMatchObject({ errorName: "client_closed_request" });
    expect(seen).toEqual([]);
  });
});

describe("what a request names together", () => {
  test("has one deadline", async () => {
    const { origin, seen } = await startUpstream(() => undefined);
    const { open: begin, close } = createMediaFetcher({ ...open, bounds: { totalMs: 300 } });
    onTestFinished(close);
    const { fetch, end } = begin(new Work());
    onTestFinished(end);
    expect(await reasonOf(fetch(`${origin}/a`))).toBe("it took too long");
    expect(await reasonOf(fetch(`${origin}/b`))).toBe("it took too long");
    expect(seen.map(({ url }) => url)).toEqual(["/a"]);
  });
});

describe("what all requests fetch together", () => {
  /** A server that says how much it will send, and sends it when it is told to; and what it was asked. */
  async function before(bounds: FetchMediaDeps["bounds"]) {
    const held: (() => void)[] = [];
    const { origin } = await startUpstream((response, { url }) => {
      response.writeHead(200, { "content-length": "80" }).write("a");
      held.push(() => response.end("a".repeat(79)));
      if (url === "/left") response.end("a".repeat(79));
    });
    const fetch = fetcher({ ...open, bounds: { maxBytes: 100, maxHeldBytes: 100, ...bounds } });
    const until = async (count: number): Promise<void> => {
      while (held.length < count) await sleep(5);
      await sleep(50);
    };
    return { fetch: (path: string, work?: Work) => fetch(origin + path, work), held, until };
  }

  test("waits in line until there is room", async () => {
    const { fetch, held, until } = await before({ waitMs: 5_000 });
    const one = fetch("/one");
    await until(1);
    const other = fetch("/left");
    await until(2);
    let isHere = false;
    void other.then(() => (isHere = true));
    await sleep(50);
    expect(isHere).toBe(false);
    held[0]?.();
    await one;
    expect(await other).toMatchObject({ bytes: Buffer.from("a".repeat(80)) });
  });

  test("is refused as busy where the line is too long", async () => {
    const { fetch, held, until } = await before({ waitMs: 100 });
    const one = fetch("/one");
    await until(1);
    await expect(fetch("/left")).rejects.toMatchObject({ errorName: "overloaded", status: 503 });
    held[0]?.();
    await one;
    expect(await fetch("/left")).toMatchObject({ bytes: Buffer.from("a".repeat(80)) });
  });

  test("does not wait for a client that has left", async () => {
    const { fetch, held, until } = await before({ waitMs: 5_000 });
    const one = fetch("/one");
    await until(1);
    const leaving = new Work();
    const left = fetch("/two", leaving);
    await until(2);
    const last = fetch("/left");
    await until(3);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ errorName: "client_closed_request" });
    held[0]?.();
    await one;
    expect(await last).toMatchObject({ bytes: Buffer.from("a".repeat(80)) });
  });

  test("has its room back after what failed", async () => {
    const { origin } = await startUpstream((response, { url }) => {
      if (url === "/whole") return void response.end("whole");
      response.writeHead(200, { "content-length": "80" }).write("a", () => response.destroy());
    });
    const fetch = fetcher({ ...open, bounds: { maxBytes: 100, maxHeldBytes: 100, waitMs: 100 } });
    for (let i = 0; i < 3; i++) expect(await reasonOf(fetch(`${origin}/broken`))).toBe("the connection failed");
    expect(await fetch(`${origin}/whole`)).toMatchObject({ bytes: Buffer.from("whole") });
  });
});

describe("addresses that are not public", () => {
  test.each([
    ["127.0.0.1", (port: string) => `http://127.0.0.1:${port}/`],
    ["localhost, which is looked up", (port: string) => `http://localhost:${port}/`],
    ["the same in one number", (port: string) => `http://2130706433:${port}/`],
    ["the same in octal", (port: string) => `http://0177.0.0.1:${port}/`],
    ["the same, shortened", (port: string) => `http://127.1:${port}/`],
    ["the same within IPv6", (port: string) => `http://[::ffff:127.0.0.1]:${port}/`],
  ])("are not asked: %s", async (_name, urlOf) => {
    const { origin, seen } = await startUpstream(picture);
    expect(await reasonOf(fetcher({})(urlOf(new URL(origin).port)))).toBe("its address is not public");
    expect(seen).toEqual([]);
  });

  test("are not asked where a redirect leads to one", async () => {
    const inner = await startUpstream(picture);
    const { origin } = await startUpstream(to(inner.origin));
    // The first host is let in by its port alone, as one of the Internet's would be.
    const allowed = new Set<string>(["127.0.0.1"]);
    const isAllowed = (address: string): boolean => allowed.delete(address);
    expect(await reasonOf(fetcher({ isAllowed })(origin))).toBe("its address is not public");
    expect(inner.seen).toEqual([]);
  });

  test("are not asked where one of several addresses of a name is closed", async () => {
    const { origin, seen } = await startUpstream(picture);
    const both = [
      { address: "93.184.215.14", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    const mixed: Lookup = (_name, _options, callback) => callback(null, both);
    expect(await reasonOf(fetcher({ lookup: mixed })(`http://a.example:${new URL(origin).port}/`))).toBe(
      "its address is not public",
    );
    expect(seen).toEqual([]);
  });
});
