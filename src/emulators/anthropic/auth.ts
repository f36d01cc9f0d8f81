import type { IncomingHttpHeaders } from "node:http";
import type { AuthOptions } from "../vertex/auth.ts";
import { badRequest, type Refusal, refusal } from "./refusals.ts";
import type { Surface } from "./surface.ts";
import { texts } from "./texts.ts";

export type { AuthOptions };

/** The refusal of a request without the right key; API keys and access tokens may both be bearers. */
export function checkAuth(headers: IncomingHttpHeaders, { auth, token }: AuthOptions): Refusal | undefined {
  if (auth === "none") return undefined;
  const key = textOf(headers["x-api-key"]);
  const bearer = /^Bearer +(\S.*)$/i.exec(headers.authorization ?? "")?.[1];
  const credential = key === "" ? bearer : key;
  if (credential === undefined) return refusal(401, texts.noKey());
  if (token === undefined || (typeof token === "string" ? credential === token : token(credential))) return undefined;
  return refusal(401, key === "" ? texts.wrongToken() : texts.wrongKey());
}

/** The version that changed what requests may hold. */
const newest = "2026-10-21";
const versions: Readonly<Record<Surface["name"], readonly string[]>> = {
  direct: ["2023-01-01", "2023-06-01", newest],
  vertex: ["vertex-2023-10-16", newest],
  bedrock: ["bedrock-2023-05-31", newest],
};

export const isNewer = (version: string): boolean => version === newest;

/** The version of a header; of Vertex AI it stands in the body. */
export const versionOf = (headers: IncomingHttpHeaders): string => textOf(headers["anthropic-version"]);

/** The refusal of a version that is missing or that nobody knows. */
export function checkVersion(version: string, { name }: Surface): Refusal | undefined {
  if (version === "") return badRequest(texts.noVersion());
  if (versions[name].includes(version)) return undefined;
  return badRequest(texts.wrongVersion(name === "direct" ? "anthropic-version" : "anthropic_version", version));
}

/** The beta features a header switches on. */
export const betasOf = (headers: IncomingHttpHeaders): readonly string[] =>
  textOf(headers["anthropic-beta"])
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** The refusal of beta features that there are not, or not there. */
export function checkBetas(betas: readonly string[], { name }: Surface): Refusal | undefined {
  const strange = betas.filter((beta) => {
    const [feature = ""] = beta.split(/-\d{4}-\d{2}-\d{2}$/);
    return feature === beta || !features.has(feature) || (name !== "direct" && directOnly.has(feature));
  });
  return strange.length === 0 ? undefined : badRequest(texts.unknownBetas(strange));
}

const textOf = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? header.join(",") : (header ?? "");

/** Beta features without their dates. */
const features: ReadonlySet<string> = new Set([
  ...["computer-use", "output-128k", "output-300k", "mcp-client", "dev-full-thinking", "interleaved-thinking"],
  ...["code-execution", "context-1m", "context-management", "model-context-window-exceeded", "fast-mode"],
  ...["user-profiles", "advisor-tool", "thinking-token-count", "server-side-fallback", "fallback-credit", "compact"],
  ...["mid-conversation-tool-changes", "mid-conversation-system", "mid-conversation-system-clear-at", "effort"],
  ...["mid-conversation-output-config", "structured-outputs", "task-budgets", "thinking-display-updates"],
  ...["thinking-binding-controls", "inline-tools", "message-threads", "prompt-caching", "pdfs", "token-counting"],
  ...["token-efficient-tools", "files-api", "extended-cache-ttl", "skills", "cache-diagnosis", "max-tokens-3-5-sonnet"],
  ...["fine-grained-tool-streaming", "web-search", "web-fetch", "search-results", "tool-examples", "advanced-tool-use"],
  ...["tool-search-tool", "oauth", "claude-code"],
]);
const directOnly: ReadonlySet<string> = new Set([
  ...["structured-outputs", "files-api", "code-execution", "mcp-client", "skills", "fast-mode", "oauth"],
  ...["server-side-fallback", "fallback-credit", "user-profiles", "message-threads"],
]);
