import { Secret } from "../secret.ts";
import type { Environment, ProxyConfig, ProxyServer } from "./config.ts";
import type { Report } from "./report.ts";

/**
 * The proxies that the environment asks for; undefined when it asks for none.
 *
 * Names in lower case win over the others. HTTP_PROXY also serves `https:` where HTTPS_PROXY is not set. An empty
 * variable asks for none. A value that is no proxy's URL is reported, without being shown: it may hold a password.
 *
 * @see https://undici.nodejs.org/#/docs/api/EnvHttpProxyAgent
 */
export function readProxy(env: Environment, report: Report): ProxyConfig | undefined {
  const http = serverOf(env, "HTTP_PROXY", report);
  const https = valueIn(env, "HTTPS_PROXY") === undefined ? http : serverOf(env, "HTTPS_PROXY", report);
  if (http === undefined && https === undefined) return undefined;
  const noProxy = (valueIn(env, "NO_PROXY") ?? "").split(/[,\s]+/).filter((rule) => rule !== "");
  return { http, https, noProxy };
}

function valueIn(env: Environment, name: string): string | undefined {
  return (env[name.toLowerCase()] ?? env[name])?.trim();
}

function serverOf(env: Environment, name: string, report: Report): ProxyServer | undefined {
  const text = valueIn(env, name) ?? "";
  if (text === "") return undefined;
  const server = parseServer(text);
  if (server !== undefined) return server;
  const message = `the environment variable ${name} is not the URL of an HTTP proxy, as in http://proxy.example:3128`;
  report.mistakeAt({ start: 0, end: 0 }, [], { message });
  return undefined;
}

function parseServer(text: string): ProxyServer | undefined {
  // Many write host and port alone, as curl takes it.
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.hostname === "") return undefined;
  if (url.username === "" && url.password === "") return { origin: url.origin, authorization: undefined };
  try {
    const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    const authorization = new Secret(`Basic ${Buffer.from(login).toString("base64")}`);
    return { origin: url.origin, authorization };
  } catch {
    return undefined;
  }
}
