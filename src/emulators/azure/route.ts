import type { Problem } from "../openai/problem.ts";

/** What can be asked for. */
export type AzureOperation = "chat" | "completions" | "embeddings" | "models";

/** What a URL names. */
export interface AzureRoute {
  readonly operation: AzureOperation;
  /** The deployment in the path; undefined where the body names it. */
  readonly deployment: string | undefined;
  /** `v1`, or a date. */
  readonly version: string;
  /** Why there is nothing at the URL. */
  readonly problem?: Problem;
}

const operations: ReadonlyMap<string, AzureOperation> = new Map([
  ["chat/completions", "chat"],
  ["completions", "completions"],
  ["embeddings", "embeddings"],
]);

const dated = /^20(?:2[2-9]|[3-9]\d)-\d{2}-\d{2}(?:-preview)?$/;

/** Azure's gateway answers before the service behind it is asked. */
const notFound: Problem = { status: 404, message: "Resource not found", code: "404" };
const wrongVersion: Problem = { status: 400, message: "API version not supported", code: "BadRequest" };

/**
 * Finds what a URL names. Deployments have URLs of their own under every dated version; the v1 surface needs no version,
 * and knows `v1` and `preview`.
 */
export function matchAzureRoute(method: string, path: string, version: string | null): AzureRoute {
  const [, deployment, below] = /^\/openai\/deployments\/([^/]+)\/(.+)$/.exec(path) ?? [];
  const operation = operations.get(below ?? "");
  const isThere = method === "POST" && operation !== undefined && version !== null && dated.test(version);
  if (isThere && deployment !== undefined) return { operation, deployment: decodeURIComponent(deployment), version };
  const [, ofBody = ""] = /^\/openai\/v1\/(.+)$/.exec(path) ?? [];
  const named =
    ofBody === "models" && method === "GET" ? "models" : method === "POST" ? operations.get(ofBody) : undefined;
  const route = { operation: named ?? "chat", deployment: undefined, version: "v1" };
  if (named === undefined) return { ...route, problem: notFound };
  return version === null || version === "v1" || version === "preview" ? route : { ...route, problem: wrongVersion };
}
