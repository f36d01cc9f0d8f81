import { type Client, createClient } from "../../generated/admin-sdk/client/index.ts";
import type { Environment } from "../config/config.ts";
import { CommandFailure } from "./failure.ts";
import { printable } from "./table.ts";

/** Options of every command that asks a running gateway. */
export const gatewayArgs = {
  url: { type: "string", description: "The gateway's address. Else SPECGATE_URL, else http://127.0.0.1:4000." },
} as const;

export const jsonArgs = {
  json: { type: "boolean", description: "Print JSON instead of lines for people." },
} as const;

/** How long a gateway may take to answer. */
const patienceMs = 60_000;

/** A gateway, and who asks it. */
export interface Gateway {
  /** Without a slash at its end. */
  readonly url: string;
  readonly client: Client;
}

/**
 * The admin API of a running gateway. The master key comes from the environment alone: others on the machine can read
 * the words of a command.
 *
 * Fails: throws a `CommandFailure` where there is no master key, or the address is none.
 */
export function adminOf(env: Environment, url: string | undefined): Gateway {
  const key = env["SPECGATE_MASTER_KEY"];
  if (key === undefined || key === "") {
    throw new CommandFailure("set SPECGATE_MASTER_KEY to the master key of the gateway (server.master_key)", 2);
  }
  return gatewayOf(env, url, key);
}

/** A gateway that is asked with a key. Fails: throws a `CommandFailure` where the address is none. */
export function gatewayOf(env: Environment, url: string | undefined, key: string): Gateway {
  const baseUrl = urlOf(env, url);
  // A key follows no redirect.
  return { url: baseUrl, client: createClient({ baseUrl, auth: key, redirect: "error", fetch: patient }) };
}

/** Where the gateway is: as the command line says, else the environment. Fails: throws a `CommandFailure`. */
export function urlOf(env: Environment, url: string | undefined): string {
  if (url !== undefined) return plainUrl(url, "--url");
  return plainUrl(env["SPECGATE_URL"] || "http://127.0.0.1:4000", "SPECGATE_URL");
}

/** An address without a slash at its end, and without the `/v1` that clients write behind it. */
export function plainUrl(given: string, option: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new CommandFailure(`${option}: expected an address as http://127.0.0.1:4000`, 2);
  }
  if (url.username !== "" || url.password !== "") {
    throw new CommandFailure(`${option}: an address has no user and no password here`, 2);
  }
  return url.href.replace(/\/+$/, "").replace(/\/v1$/, "");
}

const patient: typeof fetch = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(patienceMs) });

/** What hey-api's client gives. */
interface Answer<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

/** The answer's data. Fails: rejects with a `CommandFailure` in the gateway's own words. */
export async function answered<Data>(asked: Promise<Answer<Data>>, { url }: Pick<Gateway, "url">): Promise<Data> {
  return (await whole(asked, { url })).data;
}

/** The same with the response. */
export async function whole<Data>(
  asked: Promise<Answer<Data>>,
  { url }: Pick<Gateway, "url">,
): Promise<{ readonly data: Data; readonly response: Response }> {
  const { data, error, response } = await asked;
  if (response === undefined) throw new CommandFailure(`${url}: ${unreachable(error)}`);
  if (data !== undefined && response.ok) return { data, response };
  throw new CommandFailure(`${url}: ${refusal(error, response.status)}`);
}

function unreachable(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return "the gateway does not answer";
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return `the gateway cannot be reached${code}`;
}

/** A gateway without an admin API answers as any server does that does not know the path. */
function refusal(error: unknown, status: number): string {
  const inner = isObject(error) && isObject(error["error"]) ? error["error"] : {};
  const { message } = inner;
  if (status === 401) return "the key is refused; SPECGATE_MASTER_KEY has to be the gateway's master key";
  if (typeof message !== "string") return `it answered with status ${status}, and not as Specgate does`;
  const isUnknownPath = status === 404 && /^Unknown request URL|^Invalid URL/i.test(message);
  return isUnknownPath ? noAdmin : printable(message);
}

const noAdmin =
  "there is no admin API here: it needs server.master_key, and may have an address of its own (server.admin)";

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
