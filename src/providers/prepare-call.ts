import { createFinalURL, createQuerySerializer, defaultPathSerializer } from "openapi-fetch";
import type { ProviderConfig } from "../config/config.ts";
import type { PreparedCall } from "./provider.ts";

const querySerializer = createQuerySerializer();

/**
 * A call of an API, its URL made once: base URL, path template and query by the serializer that belongs to the types.
 * A prefix in the base URL stays; the provider's own headers win.
 */
export function prepareCall(
  provider: ProviderConfig,
  baseUrl: string,
  path: string,
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>>,
): PreparedCall {
  const url = new URL(
    createFinalURL(path, {
      baseUrl,
      params: { path: { ...params }, query: { ...query } },
      querySerializer,
      pathSerializer,
    }),
  );
  const headers = { "content-type": "application/json", ...provider.headers };
  return { origin: url.origin, path: url.pathname + url.search, headers };
}

/** Plain to `encodeURIComponent`, while Google's paths are told to hold no other marks than `.`, `_`, `@` and `-`. */
const marks = /[!'()*~]/g;

/** Every segment is encoded, so that no model name can leave its place; `@` is plain in Vertex's own URLs. */
function pathSerializer(path: string, params: Record<string, unknown>): string {
  // Half a surrogate pair, which JSON can hold, cannot be encoded.
  const entries = Object.entries(params).map(([name, value]) => [name, String(value).toWellFormed()]);
  return defaultPathSerializer(path, Object.fromEntries(entries))
    .replaceAll("%40", "@")
    .replaceAll(marks, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
