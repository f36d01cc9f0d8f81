import type { JWTOptions } from "google-auth-library";
import { type Dispatcher, fetch } from "undici";
import { scrub } from "./redact.ts";

/** The library's idea of `fetch`. */
export type TokenFetch = NonNullable<NonNullable<JWTOptions["transporterOptions"]>["fetchImplementation"]>;

/** Where the library's requests go, and how long they may take. */
export interface NetworkOptions {
  readonly dispatcher: Dispatcher;
  /** For all requests together, the library's own retries included. */
  readonly timeoutMs: number;
}

/** The way to the network for one grant. */
export interface Network {
  readonly fetch: TokenFetch;
  /** Requests to the first URL go to the second: the library knows one token endpoint only. */
  readonly redirect: (from: string, to: string) => void;
  /** Takes what must not be seen, beside what requests carry anyway. */
  readonly hide: (secret: string) => void;
  /** A text without anything that was sent, received or hidden: endpoints like to repeat what they were told. */
  readonly scrub: (text: string) => string;
}

/**
 * A way to the network for Google's library: undici's own fetch, because Node's bundled one refuses another undici's
 * dispatcher; its answer is copied into Node's Response, the class the library knows.
 */
export function createNetwork({ dispatcher, timeoutMs }: NetworkOptions): Network {
  const deadline = AbortSignal.timeout(timeoutMs);
  const urls = new Map<string, string>();
  const secrets = new Set<string>();
  return {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const body = request.body === null ? null : await request.text();
      for (const secret of secretsOf(request.headers, body ?? "")) secrets.add(secret);
      const answer = await fetch(urls.get(request.url) ?? request.url, {
        method: request.method,
        headers: Object.fromEntries(request.headers),
        body,
        // The body is a credential: it goes to the endpoint the library named and no further.
        redirect: "manual",
        signal: AbortSignal.any([request.signal, deadline]),
        dispatcher,
      });
      const text = await answer.text();
      if (answer.ok) for (const secret of valuesOf(text)) secrets.add(secret);
      const { status } = answer;
      return new Response(text === "" ? null : text, { status, headers: Object.fromEntries(answer.headers) });
    },
    redirect: (from, to) => urls.set(from, to),
    hide: (secret) => secrets.add(secret),
    scrub: (text) => scrub(text, secrets),
  };
}

const secretFields = ["assertion", "subject_token", "actor_token", "refresh_token", "client_secret"];
const secretHeaders = ["authorization", "x-aws-ec2-metadata-token", "x-amz-security-token"];

function* secretsOf(headers: Headers, body: string): Generator<string> {
  for (const name of secretHeaders) yield* words(headers.get(name) ?? "");
  const form = new URLSearchParams(body);
  for (const name of secretFields) yield form.get(name) ?? "";
}

/** `Basic` hides two secrets in one word. */
function* words(header: string): Generator<string> {
  const [scheme = "", value = ""] = header.split(" ");
  yield value === "" ? scheme : value;
  if (scheme === "Basic") yield* Buffer.from(value, "base64").toString("utf8").split(":").slice(1);
}

/** Tokens are text, or members of JSON: there every long word is taken for one. */
function valuesOf(text: string): readonly string[] {
  try {
    const body: unknown = JSON.parse(text);
    return Object.values(Object(body)).filter((value) => typeof value === "string");
  } catch {
    return [text.trim()];
  }
}
