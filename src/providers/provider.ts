import type { ProviderConfig } from "../config/config.ts";
import type { DialectName } from "../dialects/dialect.ts";
import type { OperationName } from "../operations/types.ts";

/** How a streamed answer is cut into events where it is no `text/event-stream`: Amazon's frames. */
export type Framing = "eventstream";

/** Where one kind of call goes: made once per deployment, used by every request. */
export interface PreparedCall {
  /** Scheme, host and port: the pool it uses and the only place its credential may go. */
  readonly origin: string;
  /** Path and query, already encoded. */
  readonly path: string;
  /** Fixed headers, lower-case names; credentials are added at sending. */
  readonly headers: Readonly<Record<string, string>>;
  /** Members that every body has beside the dialect's own, which win. */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  /** Of a call that streams; server-sent events where nothing is said. */
  readonly framing?: Framing | undefined;
}

/** The calls of one operation. */
export interface PreparedCalls {
  readonly unary: PreparedCall;
  readonly stream: PreparedCall;
}

/** A host type: where its models live and which wire language each speaks. Pure data and URL building. */
export interface Provider {
  readonly type: ProviderConfig["type"];
  /** The header an `api_key` goes into; `authorization` carries it as a bearer token. */
  readonly apiKeyHeader: "authorization" | "x-goog-api-key" | "x-api-key" | "api-key";
  /** The word by which the dialect knows this host's habits; a host may have others for some of its models. */
  readonly hostOf: (provider: ProviderConfig, upstreamModel: string) => string;
  /** The dialects this host speaks. */
  readonly dialects: readonly DialectName[];
  /** The one it speaks for a model; `family` is what the config says of one whose name does not tell. */
  readonly dialectOf: (provider: ProviderConfig, upstreamModel: string, family?: string) => DialectName;
  /** The model as its dialect is to name it: in a body that says one, and where the families of models are told. */
  readonly modelOf: (provider: ProviderConfig, upstreamModel: string) => string;
  /**
   * URLs and fixed headers for one upstream model.
   * Fails with undefined when the host does not serve the operation.
   */
  readonly prepare: (
    provider: ProviderConfig,
    upstreamModel: string,
    operation: OperationName,
    family?: string,
  ) => PreparedCalls | undefined;
}
