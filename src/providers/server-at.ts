import type { ServerKind } from "../config/config.ts";

/** Ports that a server listens on unless it is told otherwise. */
const ports: ReadonlyMap<string, ServerKind> = new Map([
  ["8000", "vllm"],
  ["11434", "ollama"],
  ["1234", "lmstudio"],
  ["8080", "llamacpp"],
]);

/** Hosts of services, and of all that is below them. */
const services: readonly (readonly [domain: string, server: ServerKind])[] = [
  ["api.openai.com", "openai"],
  ["openrouter.ai", "openrouter"],
  ["api.deepseek.com", "deepseek"],
  ["api.groq.com", "groq"],
  ["api.mistral.ai", "mistral"],
  ["api.x.ai", "xai"],
  ["ollama.com", "ollama"],
];

/**
 * The server a base URL most likely leads to. Hosts of services tell by their name; a port tells only where no name
 * does, on this machine or a private network, since a public host on port 8000 may be anything.
 *
 * @see reference: upstream-auth §§5–8
 */
export function serverAt(baseUrl: string | undefined): ServerKind {
  if (baseUrl === undefined) return "openai";
  const url = URL.parse(baseUrl);
  if (url === null) return "other";
  const { hostname, port } = url;
  const named = services.find(([domain]) => isOf(hostname, domain));
  if (named !== undefined) return named[1];
  return (isNear(hostname) ? ports.get(port) : undefined) ?? "other";
}

function isOf(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}

/** Names that no public host has. */
const nearNames = /^[^.]+$|\.(?:internal|local|localhost|lan|home\.arpa)$/;
const nearAddresses = /^(?:0\.0\.0\.0|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/;

/** This machine, a private address, or a name that only a private network knows, as containers call each other. */
function isNear(hostname: string): boolean {
  if (hostname.startsWith("[")) return hostname === "[::1]" || /^\[f[cd]/.test(hostname);
  return nearNames.test(hostname) || (/^[\d.]+$/.test(hostname) && nearAddresses.test(hostname));
}
