import type { components } from "../../generated/types/routes.closed.ts";
import type { Secret } from "../secret.ts";
import type { Mistake } from "./mistakes.ts";

type Schemas = components["schemas"];

/** routes.yaml as written, once it has the right shape. */
export type Routes = Schemas["Routes"];
/** The word under a provider's `type`. */
export type ProviderType = Schemas["Provider"]["type"];
/** The server behind an `openai` provider, by whose habits it is spoken to. */
export type ServerKind = NonNullable<Extract<Schemas["Provider"], { type: "openai" }>["server"]>;
export type LogLevel = NonNullable<Schemas["Log"]["level"]>;
export type LogFormat = NonNullable<Schemas["Log"]["format"]>;
export type Guardrail = Readonly<Schemas["Guardrail"]>;
export type Unsupported = Schemas["Unsupported"];
export type Conformance = Schemas["Conformance"];
export type ResponseModel = Schemas["ResponseModel"];
export type Tokenizer = Schemas["Tokenizer"];
/** US dollars per million tokens, as decimal text. */
export type Price = Readonly<Schemas["Price"]>;

export interface Timeouts {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

/** Where a provider's credential comes from. Paths are absolute; a command is run without a shell. */
export type AuthConfig =
  | { readonly kind: "none" }
  | { readonly kind: "adc" }
  /** The region that requests are signed for. */
  | { readonly kind: "aws"; readonly region: string }
  | { readonly kind: "service_account"; readonly file: string }
  /** The scope of its tokens, and who gives them where that is not said by the environment. */
  | { readonly kind: "entra"; readonly scope: string; readonly authority: string | undefined }
  | { readonly kind: "api_key"; readonly key: Secret }
  | { readonly kind: "bearer"; readonly token: Secret }
  | { readonly kind: "bearer_file"; readonly file: string }
  | { readonly kind: "header"; readonly name: string; readonly value: Secret }
  | {
      readonly kind: "command";
      readonly argv: readonly string[];
      /** Undefined when only the command's own output can say. */
      readonly ttlMs: number | undefined;
      readonly refreshMarginMs: number;
      readonly timeoutMs: number;
    };

/** An HTTP proxy. */
export interface ProxyServer {
  /** Scheme, host and port alone, as http://proxy.example:3128. */
  readonly origin: string;
  /** The value of `proxy-authorization`, where the proxy wants one. */
  readonly authorization: Secret | undefined;
}

/** The proxies of the environment: HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
export interface ProxyConfig {
  /** For `http:` upstreams. */
  readonly http: ProxyServer | undefined;
  /** For `https:` upstreams. */
  readonly https: ProxyServer | undefined;
  /** The hosts that are reached without one, as they were written. */
  readonly noProxy: readonly string[];
}

export interface ProviderConfig {
  /** The entry's name under `providers`, and the label in metrics. */
  readonly name: string;
  readonly type: ProviderType;
  /** Undefined behind a base URL, or in Vertex AI's express mode (an API key and no project). */
  readonly project: string | undefined;
  readonly location: string | undefined;
  /** Version in Google's URLs and Azure's: the default of Vertex AI is v1beta1, of the Developer API v1beta, of Azure v1. */
  readonly apiVersion: string;
  /** Of AWS. */
  readonly region: string | undefined;
  /** What every request goes through at Bedrock. */
  readonly guardrail: Guardrail | undefined;
  /** Without a slash at the end. */
  readonly baseUrl: string | undefined;
  /** What the file says is behind the URL of a provider that speaks OpenAI's language. */
  readonly server: ServerKind | undefined;
  readonly auth: AuthConfig;
  /** Sent with every request; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Which of them hold something from the environment: not to be shown. */
  readonly headersFromEnv: readonly string[];
  /** Absolute paths of PEM files. The certificate and its key come together or not at all. */
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  /** The most connections that are kept to one host. Undefined: as many as the transport allows. */
  readonly connections: number | undefined;
  readonly timeouts: Timeouts;
}

export interface DeploymentConfig {
  readonly provider: ProviderConfig;
  /** May end in `*` under a wildcard model: the part the client's name adds goes there. */
  readonly upstreamModel: string;
  /** The model behind an endpoint whose name does not tell. */
  readonly family: string | undefined;
  readonly weight: number;
  /** The deployment's own, or else the model's; undefined where the file says none. */
  readonly price: Price | undefined;
  /** The model's timeouts over this provider's over the top ones. */
  readonly timeouts: Timeouts;
  /** Thresholds of Google's safety filters by Google's name of the category, the deployment's over the model's. */
  readonly safety: Readonly<Record<string, string>> | undefined;
  /** Addresses in a request are fetched for an upstream that does not do so itself. */
  readonly fetchMedia: boolean;
}

export interface ModelConfig {
  /** May end in `*`. */
  readonly name: string;
  readonly strategy: "fallback" | "weighted";
  /** At least one, in the order of the file. */
  readonly deployments: readonly DeploymentConfig[];
  readonly unsupported: Unsupported;
  readonly conformance: Conformance;
  readonly responseModel: ResponseModel;
  readonly paramsDeny: readonly string[];
  /** What prompts in token ids are read by. */
  readonly tokenizer: Tokenizer;
  readonly price: Price | undefined;
  /** Those of the first deployment. */
  readonly timeouts: Timeouts;
  /** For all callers together; undefined where it has none. */
  readonly limits: LimitsConfig | undefined;
}

/** What may be said of a key, a user, a team, or of end users. Undefined: nothing is limited. */
export interface AccountConfig {
  /** The models that may be asked for, by the names clients use; `*` at the end stands for any. */
  readonly models: readonly string[] | undefined;
  readonly budget: BudgetConfig | undefined;
  readonly limits: LimitsConfig | undefined;
}

/** How much money may be spent. Money is whole nanodollars. */
export interface BudgetConfig {
  /** Undefined: as much as anybody likes, and it is counted. */
  readonly maxNanoUsd: bigint | undefined;
  /** From here on there are warnings. */
  readonly softNanoUsd: bigint | undefined;
  /** How long a budget lasts, as it was written: `30d`, `month`. Undefined: for ever. */
  readonly period: string | undefined;
}

/** A user or a team of routes.yaml. */
export interface NamedAccountConfig extends AccountConfig {
  readonly name: string;
}

export interface KeyConfig extends AccountConfig {
  readonly name: string;
  /** SHA-256 of the key, lower-case hex. The key itself is not kept. */
  readonly digest: string;
  /** Whose it is: a user of routes.yaml or of the database. */
  readonly user: string | undefined;
  readonly team: string | undefined;
  /** Whether what is said by it is kept, where `ledger.content` lets it. */
  readonly keepsContent: boolean;
}

/** What new keys of the admin API have where they do not say. */
export interface KeyDefaults extends AccountConfig {
  readonly expiresMs: number | undefined;
}

/** Keys, users, teams, budgets and the ledger: a file of SQLite's, or a database that replicas share. */
export type DatabaseConfig =
  | {
      readonly kind: "sqlite";
      /** Its absolute path. */
      readonly file: string;
    }
  | {
      readonly kind: "postgres";
      readonly url: Secret;
      /** Brings its tables up to date at start. */
      readonly autoMigrate: boolean;
    };

/** How the ledger is kept, where there is a database. */
export interface LedgerConfig {
  /** `committed`: a row is written before the answer's last byte leaves. `batched`: at most `windowMs` after it. */
  readonly durability: "committed" | "batched";
  readonly windowMs: number;
  /** Rows survive a loss of power too. */
  readonly fsync: boolean;
  /** Older rows are deleted; undefined: none. */
  readonly retentionMs: number | undefined;
  /** How long what was said is kept, of the keys that want it; undefined: of nobody. */
  readonly contentRetentionMs: number | undefined;
}

/** routes.yaml, checked, completed with defaults and deeply frozen. */
export interface Config {
  /** As it was given to the loader. */
  readonly file: string;
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** `none` also when no keys are configured on loopback. */
    readonly auth: "keys" | "none";
    /** A model, an alias, or a name that a wildcard model serves. */
    readonly defaultModel: string | undefined;
    readonly maxBodyBytes: number;
    readonly drainMs: number;
    /** Web pages that may call, as a browser names them; `*` stands for any. Empty: none. */
    readonly corsOrigins: readonly string[];
    /** What is kept for clients is encrypted with the first one; empty only where nothing outlives the process. */
    readonly secrets: readonly Secret[];
    /** Opens the admin API; undefined: there is none. */
    readonly masterKey: Secret | undefined;
    /** The admin API's own address; undefined: it shares the gateway's. */
    readonly admin: { readonly host: string; readonly port: number } | undefined;
    /** The name of the key of routes.yaml that callers have who send none. */
    readonly defaultKey: string | undefined;
  };
  /** What replicas share; undefined where there is nothing of the kind. */
  readonly redis: { readonly url: Secret } | undefined;
  /** What outlives the process. */
  readonly database: DatabaseConfig | undefined;
  readonly ledger: LedgerConfig;
  readonly keys: readonly KeyConfig[];
  readonly users: readonly NamedAccountConfig[];
  readonly teams: readonly NamedAccountConfig[];
  /** What holds for each end user, the `user` of a request, who has no account of their own. */
  readonly endUsers: AccountConfig | undefined;
  readonly keyDefaults: KeyDefaults;
  /** Hears of budgets that come to their soft limit. */
  readonly alerts: { readonly webhook: string } | undefined;
  /** What becomes of requests with limits while the store that counts them fails: `open` lets them pass. */
  readonly onStoreFailure: "open" | "closed";
  readonly log: {
    readonly level: LogLevel;
    /** Undefined: pretty on a terminal, JSON elsewhere. */
    readonly format: LogFormat | undefined;
  };
  readonly providers: readonly ProviderConfig[];
  readonly models: readonly ModelConfig[];
  /** Alias → the name of a model, or a name that a wildcard model serves. Never another alias. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Undefined: everything is reached directly. */
  readonly proxy: ProxyConfig | undefined;
  /** What works but should not stay, as a key written into the file. */
  readonly warnings: readonly Mistake[];
}

/** How much may be asked: per minute, and at a time. A member that is undefined has no limit. */
export interface LimitsConfig {
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
  readonly parallel: number | undefined;
}

/** The environment as the loader sees it; `process.env` has this shape. */
export type Environment = Readonly<Record<string, string | undefined>>;
