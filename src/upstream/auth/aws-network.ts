import type { Dispatcher } from "undici";

/** A request of AWS's library, as far as it matters here. */
interface AwsRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What AWS's library sends its requests by. */
interface AwsHandler {
  readonly metadata: { readonly handlerProtocol: string };
  readonly handle: (request: AwsRequest) => Promise<{
    readonly response: {
      readonly statusCode: number;
      readonly headers: Record<string, string>;
      readonly body: Uint8Array;
    };
  }>;
  readonly destroy: () => void;
  readonly updateHttpClientConfig: () => void;
  readonly httpHandlerConfigs: () => Record<string, never>;
}

/**
 * A way to the network for AWS's library: ours, so that the services which hand out keys are reached with the provider's
 * trust and by the environment's proxies. The container's and the machine's own address are asked by the library itself,
 * and never by a proxy.
 */
export function createAwsHandler(dispatcher: Dispatcher, signal: AbortSignal): AwsHandler {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    handle: async (request: AwsRequest) => {
      const { protocol, hostname, port, method, path, query, headers, body } = request;
      const answer = await dispatcher.request({
        origin: `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`,
        path: path + toQuery(query),
        method: method === "GET" ? "GET" : "POST",
        // Ours says how long the body is.
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !/^content-length$/i.test(name))),
        body: body ?? null,
        signal,
      });
      const bytes = await answer.body.bytes();
      return { response: { statusCode: answer.statusCode, headers: flat(answer.headers), body: bytes } };
    },
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

function toQuery(query: AwsRequest["query"] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one ?? ""]));
  return pairs.length === 0 ? "" : `?${pairs.map((pair) => pair.map(encodeURIComponent).join("=")).join("&")}`;
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]));
}
