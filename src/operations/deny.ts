import { GatewayError } from "../errors.ts";
import type { Change, ChatRequest } from "./types.ts";

/**
 * Takes the fields out that a model's entry denies, each with a notice.
 * Fails: throws `unsupported_parameter` where the entry refuses what it does not support.
 */
export function denyParams(
  request: ChatRequest,
  denied: readonly string[],
  unsupported: "report" | "refuse" | "ignore",
): { readonly request: ChatRequest; readonly changes: readonly Change[] } {
  const sent = denied.filter((name) => Reflect.get(request, name) != null);
  const [first] = sent;
  if (first === undefined) return { request, changes: [] };
  if (unsupported === "refuse") {
    const message = `Unsupported parameter: '${first}' is not supported with this model.`;
    throw new GatewayError("unsupported_parameter", message, { param: first });
  }
  const rest = { ...request };
  for (const name of sent) Reflect.deleteProperty(rest, name);
  const changes = unsupported === "ignore" ? [] : sent.map((path) => ({ verb: "reported" as const, path }));
  return { request: rest, changes };
}
