import type { AuthConfig } from "../../config/config.ts";
import { GatewayError } from "../../errors.ts";
import { toBearer } from "./bearer.ts";
import { redact, scrub } from "./redact.ts";
import type { Grant } from "./refreshing.ts";
import { runProgram } from "./run-program.ts";
import { parseToken } from "./token-text.ts";

/** The `command` kind of auth in routes.yaml. */
export type CommandAuth = Extract<AuthConfig, { kind: "command" }>;

const defaultTtlMs = 5 * 60_000;
const maxOutputBytes = 64 * 1024;

/**
 * Runs a command and takes the token it prints, as such or in JSON.
 *
 * No shell sees the arguments. The token lives for the configured ttl, else as it says, else five minutes.
 * Fails: rejects with `upstream_auth_error`; what the command wrote to stderr is only in the cause, redacted.
 */
export async function runTokenCommand(auth: CommandAuth, now: () => number): Promise<Grant> {
  const ended = await runProgram(auth.argv, { timeoutMs: auth.timeoutMs, maxOutputBytes });
  if ("problem" in ended) throw failed(ended.problem, scrub(ended.stderr, valuesIn(auth.argv)));
  const printed = parseToken(ended.stdout, now());
  if (typeof printed === "string") throw failed(`printed ${printed}`);
  const expiresAtMs = auth.ttlMs === undefined ? printed.expiresAtMs : now() + auth.ttlMs;
  return {
    headers: { authorization: toBearer(printed.token) },
    expiresAtMs: expiresAtMs ?? now() + defaultTtlMs,
  };
}

/** What a program was told, without its name and the names of its options: programs like to repeat it. */
function valuesIn([, ...args]: readonly string[]): readonly string[] {
  return args.map((arg) => arg.replace(/^--?[\w-]+=/, "")).filter((value) => !value.startsWith("-"));
}

function failed(what: string, stderr = ""): GatewayError {
  const cause = stderr === "" ? undefined : new Error(`stderr: ${redact(stderr)}`);
  return new GatewayError("upstream_auth_error", `The auth command for the upstream ${what}.`, { cause });
}
