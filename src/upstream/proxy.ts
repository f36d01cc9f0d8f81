import { BlockList, isIP } from "node:net";
import type { ProxyConfig, ProxyServer } from "../config/config.ts";

/** Metadata servers of clouds: they tell secrets to whoever asks from this machine, so nobody is put in between. */
const metadataHost = /^(?:169\.254\.\d+\.\d+|metadata\.google\.internal|fd00:ec2::254|fe80:.*)$/;

const defaultPorts: ReadonlyMap<string, string> = new Map([
  ["http:", "80"],
  ["https:", "443"],
]);

/**
 * The proxy on the way to an origin; undefined when it is reached directly.
 *
 * A rule of NO_PROXY is `*`, a host with all below it, `.suffix` for the same, `*.suffix` for those below alone, an
 * address, or a network as 10.0.0.0/8; each may end in `:port`. Only in NO_PROXY is loopback an exception too.
 *
 * @see https://undici.nodejs.org/#/docs/api/EnvHttpProxyAgent
 */
export function proxyFor(origin: string, proxy: ProxyConfig | undefined): ProxyServer | undefined {
  if (proxy === undefined) return undefined;
  const { protocol, hostname, port } = new URL(origin);
  const server = protocol === "https:" ? proxy.https : proxy.http;
  const host = plain(hostname);
  if (server === undefined || metadataHost.test(host)) return undefined;
  const realPort = port === "" ? defaultPorts.get(protocol) : port;
  return proxy.noProxy.some((rule) => excepts(rule, host, realPort)) ? undefined : server;
}

function excepts(rule: string, host: string, port: string | undefined): boolean {
  const { name, port: onlyPort } = splitPort(rule);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (name === "*") return true;
  if (name.includes("/")) return isInNetwork(host, name);
  const domain = plain(name.replace(/^\*?\./, ""));
  return (host === domain && !name.startsWith("*.")) || host.endsWith(`.${domain}`);
}

/** `host:443`, `[::1]:443`; an IPv6 address without brackets has no port. */
function splitPort(rule: string): { readonly name: string; readonly port?: string | undefined } {
  const [, name, port] = /^(\[.*\]|[^:]*):(\d+)$/.exec(rule) ?? [];
  return name === undefined ? { name: rule } : { name, port };
}

/** A host in the one form they are compared in: lower case, no brackets, no dot at the end. */
function plain(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/(?<=.)\.$/, "");
}

function isInNetwork(host: string, network: string): boolean {
  const [address = "", bits = ""] = plain(network).split("/");
  const family = isIP(host);
  if (family === 0 || isIP(address) !== family || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(address, Number(bits), type);
  return list.check(host, type);
}
