import { type ExecFileException, execFile } from "node:child_process";
import type { AuthConfig } from "../../config/config.ts";
import { GatewayError } from "../../errors.ts";
import { toBearer } from "./bearer.ts";
import { redact } from "./redact.ts";
import type { Grant } from "./refreshing.ts";

/** The `command` kind of auth in routes.yaml. */
export type CommandAuth = Extract<AuthConfig, { kind: "command" }>;

const defaultTtlMs = 5 * 60_000;
const maxOutputBytes = 64 * 1024;

/**
 * Runs a command and takes the token it prints: as such, or in JSON as `access_token` or `token` with
 * `expires_in` (seconds), `expiry` or `expiration` (a date, or seconds since the epoch).
 *
 * No shell sees the arguments. The token lives for the configured ttl, else as it says, else five minutes.
 * Fails: rejects with `upstream_auth_error`; what the command wrote to stderr is only in the cause, redacted.
 */
export async function runTokenCommand(auth: CommandAuth, now: () => number): Promise<Grant> {
  const printed = parseOutput(await run(auth), now());
  const expiresAtMs = auth.ttlMs === undefined ? printed.expiresAtMs : now() + auth.ttlMs;
  return {
    headers: { authorization: toBearer(printed.token) },
    expiresAtMs: expiresAtMs ?? now() + defaultTtlMs,
  };
}

function run(auth: CommandAuth): Promise<string> {
  const [file = "", ...argv] = auth.argv;
  const options = {
    timeout: auth.timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: maxOutputBytes,
    windowsHide: true,
  } as const;
  return new Promise((resolve, reject) => {
    try {
      execFile(file, argv, options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout.trim());
        else reject(failed(whatHappened(error, auth.timeoutMs), stderr));
      });
    } catch {
      // Some failures are thrown on the spot: an argument too long, or with a NUL in it.
      reject(failed("could not be started"));
    }
  });
}

function whatHappened(error: ExecFileException, timeoutMs: number): string {
  if (error.code === "ENOENT") return "was not found";
  if (error.code === "EACCES") return "may not be executed";
  if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return "printed far more than a token";
  if (error.killed === true) return `did not finish within ${timeoutMs} ms`;
  if (typeof error.code === "number") return `ended with exit code ${error.code}`;
  return error.signal ? `was ended by ${error.signal}` : "could not be started";
}

interface Printed {
  readonly token: string;
  readonly expiresAtMs: number | undefined;
}

function parseOutput(output: string, nowMs: number): Printed {
  if (output === "") throw failed("printed nothing");
  const printed = output.startsWith("{") ? parseJson(output, nowMs) : { token: output, expiresAtMs: undefined };
  // A header value cannot hold anything else, and a line of help text is no token.
  if (!/^[\x21-\x7e]+$/.test(printed.token)) throw failed("printed something that is not a token");
  return printed;
}

function parseJson(output: string, nowMs: number): Printed {
  let parsed: unknown;
  try {
    parsed = JSON.parse(output);
  } catch {
    throw failed("printed JSON that cannot be parsed");
  }
  const fields = new Map<string, unknown>(Object.entries(Object(parsed)));
  const token = fields.get("access_token") ?? fields.get("token");
  if (typeof token !== "string") throw failed("printed JSON without access_token or token");
  const lifeMs = Number(fields.get("expires_in") ?? Number.NaN) * 1_000;
  const expiresAtMs = Number.isFinite(lifeMs)
    ? nowMs + lifeMs
    : toTime(fields.get("expiry") ?? fields.get("expiration"));
  return { token: token.trim(), expiresAtMs };
}

/** A date, or a count since the epoch: in seconds, or in milliseconds when it is too large for seconds. */
function toTime(value: unknown): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const count = Number(value);
  const timeMs = Number.isNaN(count) ? Date.parse(String(value)) : count > 1e11 ? count : count * 1_000;
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

// The original error is not kept: it holds the whole command line, which may hold a secret.
function failed(what: string, stderr = ""): GatewayError {
  const cause = stderr === "" ? undefined : new Error(`stderr: ${redact(stderr)}`);
  return new GatewayError("upstream_auth_error", `The auth command for the upstream ${what}.`, { cause });
}
