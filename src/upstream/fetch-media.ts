import { type LookupAddress, type LookupAllOptions, lookup as lookUp } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import type { Readable } from "node:stream";
import { Agent } from "undici";
import { GatewayError } from "../errors.ts";
import type { Signal } from "./exchange.ts";
import { createMediaRoom } from "./media-room.ts";
import { isPublicAddress } from "./public-address.ts";

/** What stood at an address. */
export interface Fetched {
  /** As the server said it, in lower case and without parameters; empty where it said nothing. */
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** Why an address was not fetched, as the client may be told: the end of "could not be fetched: …". */
export class FetchRefusal extends Error {
  override readonly name = "FetchRefusal";
}

/** What one request has fetched: all of it within one deadline. */
export interface MediaFetching {
  /**
   * Fetches a web address that a client has named.
   * Fails: rejects with a {@link FetchRefusal}; with `overloaded` where others fetch too much; with
   * `client_closed_request` where nobody waits any more.
   */
  readonly fetch: (url: string) => Promise<Fetched>;
  /** To be called when all is there. */
  readonly end: () => void;
}

export interface MediaFetcher {
  readonly open: (signal: Signal) => MediaFetching;
  readonly close: () => Promise<void>;
}

/** All addresses of a name, as `dns.lookup` finds them. */
export type Lookup = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export interface FetchMediaDeps {
  /** Whether a host's address may be asked. */
  readonly isAllowed?: (address: string) => boolean;
  readonly lookup?: Lookup;
  readonly bounds?: Partial<FetchBounds>;
}

export interface FetchBounds {
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly connectMs: number;
  /** For all addresses of a request together. */
  readonly totalMs: number;
  /** The most that all requests of the process fetch at a time, and how long one waits for room in it. */
  readonly maxHeldBytes: number;
  readonly waitMs: number;
}

/** Anthropic and Bedrock take less; what a model does not take it refuses by itself. */
const usual: FetchBounds = {
  maxBytes: 20 * 1024 * 1024,
  maxRedirects: 3,
  connectMs: 5_000,
  totalMs: 20_000,
  maxHeldBytes: 256 * 1024 * 1024,
  waitMs: 5_000,
};

const headers = {
  accept: "image/*, application/pdf, video/*, audio/*, text/plain, */*;q=0.1",
  "accept-encoding": "identity",
  "user-agent": "specgate",
};

/**
 * A way out for addresses that clients name, and for nothing else: no credential, no cookie, no proxy.
 *
 * A socket goes only to an address that was looked up and found to be public in the same breath, so that a name cannot
 * change between the check and the connection. Redirects are followed a few times, and each is checked anew.
 */
export function createMediaFetcher(deps: FetchMediaDeps = {}): MediaFetcher {
  const { isAllowed = isPublicAddress, lookup = lookUp } = deps;
  const bounds = { ...usual, ...deps.bounds };
  const agent = new Agent({
    connections: 8,
    pipelining: 0,
    allowH2: false,
    maxHeaderSize: 16 * 1024,
    connect: { lookup: checkedLookup(lookup, isAllowed), timeout: bounds.connectMs },
    headersTimeout: bounds.totalMs,
    bodyTimeout: bounds.totalMs,
  });

  const room = createMediaRoom(bounds.maxHeldBytes);

  function begin(signal: Signal): MediaFetching {
    const work = new AbortController();
    const abort = (): void => work.abort();
    const timer = setTimeout(abort, bounds.totalMs);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    return {
      async fetch(given) {
        try {
          work.signal.throwIfAborted();
          return await follow(given, work.signal);
        } catch (thrown) {
          if (signal.aborted) throw new GatewayError("client_closed_request", "The client closed the connection.");
          if (thrown instanceof GatewayError) throw thrown;
          throw work.signal.aborted ? new FetchRefusal("it took too long") : toRefusal(thrown);
        }
      },
      end() {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
      },
    };
  }

  async function follow(given: string, signal: AbortSignal): Promise<Fetched> {
    let url = checkedUrl(given, undefined, isAllowed);
    for (let hops = 0; hops <= bounds.maxRedirects; hops++) {
      const {
        statusCode,
        headers: said,
        body,
      } = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: "GET",
        headers,
        signal,
      });
      const next = isRedirect(statusCode) ? first(said["location"]) : undefined;
      if (next === undefined && statusCode === 200) {
        return {
          mediaType: typeIn(first(said["content-type"])),
          bytes: await read(body, first(said["content-length"]), signal),
        };
      }
      letGo(body);
      if (next === undefined) throw new FetchRefusal(`the server answered with status ${statusCode}`);
      url = checkedUrl(next, url, isAllowed);
    }
    throw new FetchRefusal("it leads from one address to the next");
  }

  async function read(body: Readable, length: string | undefined, signal: AbortSignal): Promise<Buffer> {
    const tooLarge = new FetchRefusal(`it is larger than ${bounds.maxBytes / 1024 / 1024} MB`);
    const most = /^\d+$/.test(length ?? "") ? Number(length) : bounds.maxBytes;
    if (most > bounds.maxBytes) {
      letGo(body);
      throw tooLarge;
    }
    // It may break off while it waits; who reads it then is told.
    body.on("error", () => undefined);
    const share = await room.take(most, bounds.waitMs, signal);
    if (share === undefined) {
      letGo(body);
      throw new GatewayError("overloaded", "Too much is being fetched at this moment.");
    }
    try {
      const chunks: Buffer[] = [];
      let size = 0;
      // Leaving the loop ends the connection.
      for await (const chunk of body) {
        size += chunk.length;
        if (size > bounds.maxBytes) throw tooLarge;
        chunks.push(chunk);
      }
      return Buffer.concat(chunks, size);
    } finally {
      share.giveBack();
    }
  }

  return { open: begin, close: () => agent.close() };
}

/** Ends a connection whose answer nobody reads; else it would stay for as long as the server likes. */
const letGo = (body: Readable): void => void body.on("error", () => undefined).destroy();
const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);
const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
const typeIn = (text = ""): string => (text.split(";")[0] ?? "").trim().toLowerCase();

/** Fails: throws a {@link FetchRefusal} for what is not to be asked. */
function checkedUrl(text: string, base: URL | undefined, isAllowed: (address: string) => boolean): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) throw new FetchRefusal("it is not a web address");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new FetchRefusal("it is not a web address");
  if (base?.protocol === "https:" && url.protocol === "http:") {
    throw new FetchRefusal("it leads from https to http");
  }
  if (url.username !== "" || url.password !== "") throw new FetchRefusal("it holds a user name or a password");
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  // For these nothing is looked up.
  if (isIP(host) !== 0 && !isAllowed(host)) throw closedAddress();
  return url;
}

const closedAddress = (): FetchRefusal => new FetchRefusal("its address is not public");

/** Looks a name up and refuses it where any of its addresses is closed: the socket gets what was checked. */
function checkedLookup(lookup: Lookup, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "");
      const [one] = addresses;
      if (one === undefined || !addresses.every(({ address }) => isAllowed(address))) {
        return callback(closedAddress(), "");
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, one.address, one.family);
    });
  };
}

const words: ReadonlyMap<unknown, string> = new Map([
  ["ENOTFOUND", "its host was not found"],
  ["EAI_AGAIN", "its host could not be looked up"],
  ["ECONNREFUSED", "its host refused the connection"],
  ["UND_ERR_CONNECT_TIMEOUT", "its host did not accept a connection in time"],
  ["UND_ERR_HEADERS_TIMEOUT", "it took too long"],
  ["UND_ERR_BODY_TIMEOUT", "it took too long"],
]);

/** In plain words, without an address of ours. */
function toRefusal(thrown: unknown): FetchRefusal {
  for (let at = thrown, i = 0; at instanceof Error && i < 4; at = at.cause, i++) {
    if (at instanceof FetchRefusal) return at;
  }
  const code: unknown = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return new FetchRefusal(words.get(code) ?? "the connection failed", { cause: thrown });
}
