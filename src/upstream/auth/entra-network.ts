import type { DefaultAzureCredentialOptions } from "@azure/identity";
import { type Dispatcher, fetch } from "undici";
import { scrub } from "./redact.ts";

/** The library's idea of a way to the network. */
type HttpClient = NonNullable<DefaultAzureCredentialOptions["httpClient"]>;
type PipelineRequest = Parameters<HttpClient["sendRequest"]>[0];
type PipelineResponse = Awaited<ReturnType<HttpClient["sendRequest"]>>;
type PipelineHeaders = PipelineResponse["headers"];

/** Where the library's requests go, and how long they may take. */
export interface EntraNetworkOptions {
  /** For Entra ID: with the provider's own authorities, and through the environment's proxy. */
  readonly dispatcher: Dispatcher;
  /** For what is on the machine itself, which no proxy leads to. */
  readonly direct: Dispatcher;
  /** For all requests of one grant together. */
  readonly timeoutMs: number;
}

/** The way to the network for one grant. */
export interface EntraClient {
  readonly httpClient: HttpClient;
  /** Why Entra ID itself could not be asked, at last: the library forgets it. Undefined where it could. */
  readonly failure: () => unknown;
  /** A text without anything that was sent or received: endpoints like to repeat what they were told. */
  readonly scrub: (text: string) => string;
}

/** Managed identities are asked for at an address of the machine: Azure's own, or one that its agents listen on. */
const onMachine = /^(?:169\.254\.\d+\.\d+|127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/** A way to the network for Azure's library, which would else open connections of its own. */
export function createEntraClient({ dispatcher, direct, timeoutMs }: EntraNetworkOptions): EntraClient {
  const deadline = AbortSignal.timeout(timeoutMs);
  const secrets = new Set<string>();
  let failure: unknown;

  async function sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    const isNear = onMachine.test(new URL(request.url).hostname);
    try {
      const answer = await send(request, isNear ? direct : dispatcher);
      if (!isNear) failure = undefined;
      return answer;
    } catch (thrown) {
      if (!isNear) failure = thrown;
      throw thrown;
    }
  }

  async function send(request: PipelineRequest, way: Dispatcher): Promise<PipelineResponse> {
    const body = typeof request.body === "string" ? request.body : undefined;
    for (const secret of secretsOf(request.headers, body ?? "")) secrets.add(secret);
    const answer = await fetch(request.url, {
      method: request.method,
      headers: request.headers.toJSON(),
      body: body ?? null,
      // The body is a credential: it goes to the endpoint the library named and no further.
      redirect: "manual",
      signal: request.timeout > 0 ? AbortSignal.any([deadline, AbortSignal.timeout(request.timeout)]) : deadline,
      dispatcher: way,
    });
    const bodyAsText = await answer.text();
    if (answer.ok) for (const secret of valuesOf(bodyAsText)) secrets.add(secret);
    return { request, status: answer.status, headers: new AnswerHeaders(answer.headers), bodyAsText };
  }

  return { httpClient: { sendRequest }, failure: () => failure, scrub: (text) => scrub(text, secrets) };
}

/** Headers of an answer in the form that the library reads. */
class AnswerHeaders implements PipelineHeaders {
  readonly #values: Map<string, string>;

  constructor(entries: Iterable<[string, string]>) {
    this.#values = new Map(entries);
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string | number | boolean): void {
    this.#values.set(name.toLowerCase(), String(value));
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(this.#values);
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#values.entries();
  }
}

const secretFields = ["client_secret", "client_assertion", "refresh_token", "assertion"];
const secretHeaders = ["authorization", "x-identity-header", "secret"];

function* secretsOf(headers: PipelineHeaders, body: string): Generator<string> {
  for (const name of secretHeaders) yield headers.get(name)?.replace(/^\w+ /, "") ?? "";
  const form = new URLSearchParams(body);
  for (const name of secretFields) yield form.get(name) ?? "";
}

/** Tokens are members of JSON. */
function valuesOf(text: string): readonly string[] {
  try {
    const body: unknown = JSON.parse(text);
    return ["access_token", "refresh_token", "id_token", "client_info"]
      .map((name): unknown => Reflect.get(Object(body), name))
      .filter((value) => typeof value === "string");
  } catch {
    return [];
  }
}
