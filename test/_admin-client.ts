import { type Client, createClient } from "../generated/admin-sdk/client/index.ts";

/** A client of one gateway's admin API, as @hey-api/openapi-ts made it from specs/admin.yaml. */
export function adminClient(baseUrl: string, auth?: string): Client {
  return createClient(auth === undefined ? { baseUrl } : { baseUrl, auth });
}
