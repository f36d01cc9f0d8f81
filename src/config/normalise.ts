import { Secret } from "../secret.ts";
import { toCategory } from "./check-safety.ts";
import type {
  Config,
  DeploymentConfig,
  ModelConfig,
  Price,
  ProviderConfig,
  ProxyConfig,
  Routes,
  Timeouts,
} from "./config.ts";
import { followAlias } from "./follow-alias.ts";
import { deepFreeze } from "./freeze.ts";
import { hasKeys, masterKeyOf } from "./lets-in.ts";
import type { Mistake, Path } from "./mistakes.ts";
import { toAccounts, toLimits } from "./normalise-accounts.ts";
import { toAuth } from "./normalise-auth.ts";
import { toSecrets, toStores } from "./normalise-stores.ts";
import { absolutePath, millisecondsOf, sizeOf } from "./normalise-values.ts";
import { splitUse } from "./use.ts";

type Model = Exclude<Routes["models"][string], string>;
type Provider = Routes["providers"][string];

type IsFromEnv = (path: Path) => boolean;

const timeoutDefaults: Timeouts = { connectMs: 10_000, firstByteMs: 120_000, idleMs: 120_000, totalMs: 1_200_000 };

/**
 * Turns a checked routes.yaml into the one value the gateway is built from: short forms spelled out, defaults filled
 * in, names resolved, units converted, secrets sealed, all of it frozen.
 *
 * `file` is the path of routes.yaml, which relative paths in it start at. `proxy` is what the environment says.
 * `isFromEnv` says whether the value at a place of the file holds something from there.
 */
export function normalise(
  routes: Routes,
  file: string,
  warnings: readonly Mistake[],
  proxy: ProxyConfig | undefined,
  isFromEnv: IsFromEnv,
): Config {
  const top = toTimeouts(routes.timeouts, timeoutDefaults);
  const providers = Object.entries(routes.providers).map(([name, one]) => toProvider(name, one, top, file, isFromEnv));
  return deepFreeze({
    file,
    server: toServer(routes),
    ...toStores(routes, file),
    ...toAccounts(routes),
    alerts: routes.alerts?.webhook ? { webhook: routes.alerts.webhook } : undefined,
    onStoreFailure: routes.limits?.on_store_failure ?? "closed",
    log: { level: routes.log?.level ?? "info", format: routes.log?.format },
    providers,
    models: Object.entries(routes.models).map(([name, one]) => toModel(name, one, providers, routes)),
    aliases: toAliases(routes),
    proxy,
    warnings,
  });
}

function toServer(routes: Routes): Config["server"] {
  const server = routes.server ?? {};
  const master = masterKeyOf(routes);
  return {
    host: toHost(server.host),
    port: server.port ?? 4000,
    auth: server.auth ?? (hasKeys(routes) ? "keys" : "none"),
    defaultModel: server.default_model,
    maxBodyBytes: sizeOf(server.max_body ?? "100MB"),
    drainMs: millisecondsOf(server.drain ?? "30s"),
    corsOrigins: server.cors?.origins ?? [],
    secrets: toSecrets(server.secret),
    masterKey: master === undefined ? undefined : new Secret(master),
    admin: master === undefined ? undefined : toAdmin(server.admin),
    defaultKey: server.default_key,
  };
}

/** Without the brackets that addresses of IPv6 have in URLs. */
function toHost(host = "127.0.0.1"): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

function toAdmin(admin: NonNullable<Routes["server"]>["admin"]): Config["server"]["admin"] {
  return admin && { host: toHost(admin.host), port: admin.port };
}

function toTimeouts(timeouts: Routes["timeouts"], defaults: Timeouts): Timeouts {
  const or = (text: string | undefined, fallback: number): number =>
    text === undefined ? fallback : millisecondsOf(text);
  return {
    connectMs: or(timeouts?.connect, defaults.connectMs),
    firstByteMs: or(timeouts?.first_byte, defaults.firstByteMs),
    idleMs: or(timeouts?.idle, defaults.idleMs),
    totalMs: or(timeouts?.total, defaults.totalMs),
  };
}

function toProvider(
  name: string,
  provider: Provider,
  top: Timeouts,
  file: string,
  isFromEnv: IsFromEnv,
): ProviderConfig {
  const written = Object.entries(provider.headers ?? {});
  const headers = written.map(([key, value]) => [key.toLowerCase(), value]);
  const fromEnv = written.filter(([key]) => isFromEnv(["providers", name, "headers", key]));
  return {
    name,
    type: provider.type,
    project: "project" in provider ? provider.project : undefined,
    location: "location" in provider ? provider.location : undefined,
    apiVersion: toApiVersion(provider),
    region: "region" in provider ? provider.region : undefined,
    guardrail: "guardrail" in provider ? provider.guardrail : undefined,
    baseUrl: provider.base_url?.replace(/\/+$/, ""),
    server: "server" in provider ? provider.server : undefined,
    auth: toAuth(provider, file),
    headers: Object.fromEntries(headers),
    headersFromEnv: fromEnv.map(([key]) => key.toLowerCase()),
    ...toTls(provider.tls, file),
    connections: provider.connections,
    timeouts: toTimeouts(provider.timeouts, top),
  };
}

/** Defaults of the version in Google's URLs and Azure's. */
const apiVersions: Readonly<Partial<Record<Provider["type"], string>>> = { gemini: "v1beta", azure: "v1" };

function toApiVersion(provider: Provider): ProviderConfig["apiVersion"] {
  const written = "api_version" in provider ? provider.api_version : undefined;
  return written ?? apiVersions[provider.type] ?? "v1beta1";
}

function toTls(tls: Provider["tls"], file: string): Pick<ProviderConfig, "caFile" | "certFile" | "keyFile"> {
  const pathOf = (text: string | undefined) => (text === undefined ? undefined : absolutePath(text, file));
  return { caFile: pathOf(tls?.ca_file), certFile: pathOf(tls?.cert_file), keyFile: pathOf(tls?.key_file) };
}

function toModel(
  name: string,
  short: string | Model,
  providers: readonly ProviderConfig[],
  routes: Routes,
): ModelConfig {
  const model: Model = typeof short === "string" ? { deployments: [short] } : short;
  const deployments = model.deployments.map((one) => toDeployment(one, model, providers));
  return {
    name,
    strategy: model.strategy === "weighted" ? "weighted" : "fallback",
    deployments,
    unsupported: model.unsupported ?? "report",
    conformance: model.conformance ?? "observe",
    responseModel: model.response_model ?? "requested",
    paramsDeny: model.params_deny ?? [],
    tokenizer: model.tokenizer ?? "cl100k_base",
    price: toPrice(model.price),
    timeouts: deployments[0]?.timeouts ?? toTimeouts(model.timeouts, toTimeouts(routes.timeouts, timeoutDefaults)),
    limits: toLimits(model),
  };
}

function toPrice(price: Model["price"]): Price | undefined {
  return price === undefined ? undefined : { ...price };
}

function toDeployment(
  short: Model["deployments"][number],
  model: Model,
  providers: readonly ProviderConfig[],
): DeploymentConfig {
  const deployment = typeof short === "string" ? { use: short } : short;
  const use = splitUse(deployment.use);
  const provider = providers.find((one) => one.name === use?.provider);
  if (use === undefined || provider === undefined) throw new Error("a deployment was not checked");
  return {
    provider,
    upstreamModel: use.upstreamModel,
    family: "family" in deployment ? deployment.family : undefined,
    weight: ("weight" in deployment ? deployment.weight : undefined) ?? 1,
    price: toPrice(("price" in deployment ? deployment.price : undefined) ?? model.price),
    timeouts: toTimeouts(model.timeouts, provider.timeouts),
    safety: toSafety(model.safety, "safety" in deployment ? deployment.safety : undefined),
    fetchMedia: ("fetch_media" in deployment ? deployment.fetch_media : undefined) ?? model.fetch_media ?? false,
  };
}

function toSafety(ofModel: Model["safety"], own: Model["safety"]): DeploymentConfig["safety"] {
  const entries = Object.entries({ ...named(ofModel), ...named(own) });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function named(safety: Model["safety"]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(safety ?? {}).map(([word, threshold]) => [toCategory(word), threshold]));
}

function toAliases(routes: Routes): ReadonlyMap<string, string> {
  const aliases = new Map(Object.entries(routes.aliases ?? {}));
  return new Map([...aliases].map(([alias, target]) => [alias, followAlias(alias, aliases).end ?? target]));
}
