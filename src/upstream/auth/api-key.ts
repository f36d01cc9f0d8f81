import type { Secret } from "../../secret.ts";
import type { Credential } from "../credential.ts";
import { createStaticCredential } from "./static.ts";

/** A Google API key: for the Gemini Developer API, and for Vertex AI in express mode. */
export function createApiKeyCredential(key: Secret): Credential {
  return createStaticCredential({ "x-goog-api-key": key });
}
