import type { DeploymentConfig } from "../config/config.ts";
import type { Audit } from "../dialects/audit.ts";
import type { Dialect, Operation } from "../dialects/dialect.ts";
import { GatewayError } from "../errors.ts";
import type { ChatChunk, ChatCompletion, ChatRequest } from "../operations/types.ts";
import { type Link, linksIn, withLinks } from "./links.ts";

/** What stands at a web address. */
interface Fetched {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** What one request fetches. */
interface Fetching {
  /**
   * Fails: rejects with an Error whose message says why; with `overloaded` where others fetch too much, and with another
   * GatewayError where the request is over.
   */
  readonly fetch: (url: string) => Promise<Fetched>;
  /** To be called when all is there. */
  readonly end: () => void;
}

/** Begins to fetch for a request. */
type Open<Signal> = (signal: Signal) => Fetching;

/** What came of an address: what stood there, or why it was not fetched. */
type Found = Fetched | Unfetched;

interface Unfetched {
  /** The end of a sentence. */
  readonly why: string;
  /** Whether it may be had later. */
  readonly isBusy?: true;
}

/** Who may be asked, as far as it matters here. */
export interface MediaPlace {
  readonly deployment: Pick<DeploymentConfig, "fetchMedia" | "family">;
  readonly dialect: Dialect;
  readonly upstreamModel: string;
  readonly host: string;
}

/** How a place does an operation, as far as requests go in. */
interface Serving<Request, Body, Chunk> {
  readonly audit: Audit<Request>;
  readonly operation: Operation<Request, Body, Chunk>;
}

/** What was fetched for a request. */
export interface FetchedMedia<Request, Body, Chunk> {
  /** The same ways to serve, with bytes where a place does not take an address. */
  readonly serving: <Place extends MediaPlace, Served extends Serving<Request, Body, Chunk>>(
    servedBy: (place: Place) => Served | undefined,
  ) => (place: Place) => Served | undefined;
}

/** Fetches what a request needs; undefined where that is nothing. */
export type Media<Signal, Request, Body, Chunk> = (
  request: Request,
  places: readonly MediaPlace[],
  signal: Signal,
) => Promise<FetchedMedia<Request, Body, Chunk>> | undefined;

type ChatMedia = FetchedMedia<ChatRequest, ChatCompletion, ChatChunk>;

/** The most addresses of one request, and how many are asked at a time. */
const maxLinks = 20;
const atOnce = 4;
/** All of a request together. */
const maxBytes = 50 * 1024 * 1024;

/**
 * Fetches what a client names by its address for upstreams that do not, where `fetch_media` is on for a model: the
 * upstream gets a data URL. Undefined where there is nothing to fetch. What cannot be fetched fails the request at the
 * places that need it: `invalid_image_url` or `invalid_value`, or `overloaded`, naming the parameter.
 */
export function createMedia<Signal>(open: Open<Signal>): Media<Signal, ChatRequest, ChatCompletion, ChatChunk> {
  return (request, places, signal) => {
    const fetching = places.filter(({ deployment }) => deployment.fetchMedia);
    if (fetching.length === 0) return undefined;
    const links = linksIn(request.messages).filter((link) => fetching.some((place) => !takes(place, link)));
    return links.length === 0 ? undefined : fetchAll(links, open(signal));
  };
}

/** Whether a place takes an address as it is. */
function takes({ dialect, upstreamModel, host, deployment: { family } }: MediaPlace, { url }: Link): boolean {
  const fetches = dialect.operations.chat?.fetches;
  return fetches === undefined || fetches(url, { upstreamModel, host, family });
}

async function fetchAll(links: readonly Link[], { fetch, end }: Fetching): Promise<ChatMedia> {
  const found = new Map<string, Found>();
  const waiting = [...new Set(links.map(({ url }) => url))];
  const tooMany = waiting.splice(maxLinks);
  for (const url of tooMany) found.set(url, { why: `a request may hold ${maxLinks} addresses that are fetched` });
  let size = 0;
  const work = async (): Promise<void> => {
    for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
      const got = size > maxBytes ? tooMuch : await fetch(url).catch(reasonOf);
      if ("bytes" in got) size += got.bytes.length;
      found.set(url, size > maxBytes ? tooMuch : got);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, work));
  } finally {
    end();
  }
  return { serving: servingWith(found) };
}

const tooMuch: Unfetched = { why: `all together are larger than ${maxBytes / 1024 / 1024} MB` };
const busy: Unfetched = { why: "too much is being fetched at this moment; try again", isBusy: true };

/** Fails: throws what ends the whole request. */
function reasonOf(thrown: unknown): Unfetched {
  if (thrown instanceof GatewayError && thrown.errorName === "overloaded") return busy;
  if (thrown instanceof GatewayError) throw thrown;
  return { why: thrown instanceof Error ? thrown.message : "the connection failed" };
}

function servingWith(found: ReadonlyMap<string, Found>): ChatMedia["serving"] {
  const data = new Map<string, string>();
  return (servedBy) => (place) => {
    const served = servedBy(place);
    if (served === undefined || !place.deployment.fetchMedia) return served;
    const filled = new WeakMap<object, ChatRequest>();
    const fill = (request: ChatRequest): ChatRequest => {
      const known = filled.get(request);
      if (known !== undefined) return known;
      const messages = withLinks(request.messages, (link) => (takes(place, link) ? undefined : inPlaceOf(link)));
      const made = { ...request, messages };
      filled.set(request, made);
      return made;
    };
    const { audit, operation } = served;
    return {
      ...served,
      audit: (request, facts, unsupported) => audit(fill(request), facts, unsupported),
      operation: { ...operation, open: (request, facts, kind) => operation.open(fill(request), facts, kind) },
    };
  };

  function inPlaceOf(link: Link): string | undefined {
    const got = found.get(link.url);
    if (got === undefined) return undefined;
    const name = link.isFile ? "invalid_value" : "invalid_image_url";
    if ("why" in got) {
      const message = `'${link.path}' could not be fetched: ${got.why}.`;
      throw new GatewayError(got.isBusy === true ? "overloaded" : name, message, { param: link.path });
    }
    const { mediaType, bytes } = got;
    if (bytes.length === 0) {
      throw new GatewayError(name, `'${link.path}' could not be fetched: it is empty.`, { param: link.path });
    }
    // A page that says "not found" in a friendly way is no picture.
    if (!link.isFile && /^text\/|xml$|json$/.test(mediaType) && mediaType !== "image/svg+xml") {
      const message = `'${link.path}' is of type '${mediaType}', which is neither a picture nor a video.`;
      throw new GatewayError(name, message, { param: link.path });
    }
    let url = data.get(link.url);
    if (url === undefined) {
      url = `data:${mediaType || "application/octet-stream"};base64,${bytes.toString("base64")}`;
      data.set(link.url, url);
    }
    return url;
  }
}
