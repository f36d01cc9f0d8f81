import type { ChatRequest } from "../../../operations/types.ts";
import type { Facts } from "../../dialect.ts";
import { developerApi } from "../models.ts";

/** The tier in Google's words; undefined for the usual one. `fast` is OpenAI's newer word for `priority`. */
export function serviceTier({ service_tier: tier }: ChatRequest): "flex" | "priority" | undefined {
  if (tier === "flex") return "flex";
  return tier === "priority" || tier === "fast" ? "priority" : undefined;
}

/**
 * Vertex AI is told the tier in a header.
 *
 * @see specs/vertex.yaml#/components/parameters/SharedRequestType
 */
export function tierHeaders(request: ChatRequest, { host }: Facts): Readonly<Record<string, string>> | undefined {
  const tier = host === developerApi ? undefined : serviceTier(request);
  return tier === undefined ? undefined : { "x-vertex-ai-llm-shared-request-type": tier };
}
