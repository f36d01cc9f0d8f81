import { Secret } from "../secret.ts";
import { azureCloudAt } from "./azure-clouds.ts";
import { type AuthObject, refreshMarginDefault } from "./check-auth.ts";
import type { AuthConfig, ProviderType, Routes } from "./config.ts";
import { absolutePath, millisecondsOf } from "./normalise-values.ts";

type Provider = Routes["providers"][string];

/** What a provider without `auth` does. Those that are planned never get here. */
const defaults: Readonly<Partial<Record<ProviderType, Provider["auth"]>>> = { vertex: "adc", bedrock: "aws" };

/** A provider's `auth` in its one spelled-out form. Secrets are sealed here. */
export function toAuth(provider: Provider, file: string): AuthConfig {
  const auth = provider.auth ?? defaults[provider.type] ?? "none";
  if (typeof auth === "object") return fromObject(auth, file);
  if (auth === "entra") return { kind: auth, ...azureCloudAt(provider.base_url) };
  return auth === "aws" ? { kind: auth, region: regionOf(provider) } : { kind: auth };
}

function regionOf(provider: Provider): string {
  const region = "region" in provider ? provider.region : undefined;
  if (region === undefined) throw new Error("auth aws was not checked");
  return region;
}

function fromObject(auth: AuthObject, file: string): AuthConfig {
  const { service_account, api_key, bearer, bearer_file, header, command } = auth;
  if (service_account !== undefined) return { kind: "service_account", file: absolutePath(service_account, file) };
  if (api_key !== undefined) return { kind: "api_key", key: new Secret(api_key) };
  if (bearer !== undefined) return { kind: "bearer", token: new Secret(bearer) };
  if (bearer_file !== undefined) return { kind: "bearer_file", file: absolutePath(bearer_file, file) };
  if (header !== undefined) return { kind: "header", name: header.name.toLowerCase(), value: new Secret(header.value) };
  if (command === undefined) throw new Error("auth was not checked");
  return {
    kind: "command",
    argv: [...command],
    ttlMs: auth.ttl === undefined ? undefined : millisecondsOf(auth.ttl),
    refreshMarginMs: millisecondsOf(auth.refresh_margin ?? refreshMarginDefault),
    timeoutMs: millisecondsOf(auth.timeout ?? "10s"),
  };
}
