import type { Secret } from "../../secret.ts";
import type { Credential } from "../credential.ts";
import { createBearerCredential } from "./bearer.ts";
import { createStaticCredential } from "./static.ts";

/** Where a host looks for an API key; `authorization` stands for a bearer token. */
export type ApiKeyHeader = "authorization" | "x-goog-api-key" | "x-api-key" | "api-key";

/** An API key, in the header its provider expects. */
export function createApiKeyCredential(key: Secret, header: ApiKeyHeader): Credential {
  return header === "authorization" ? createBearerCredential(key) : createStaticCredential({ [header]: key });
}
