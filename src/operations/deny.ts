import { GatewayError } from "../errors.ts";
import type { Change } from "./types.ts";

/**
 * Takes the fields out that a model's entry denies, each with a notice.
 *
 * @param toClientPath a path in the request as the client's own: where they said `max_output_tokens` they are told of it
 *
 * Fails: throws `unsupported_parameter` where the entry refuses what it does not support.
 */
export function denyParams<Request extends object>(
  request: Request,
  denied: readonly string[],
  unsupported: "report" | "refuse" | "ignore",
  toClientPath: (path: string) => string = (path) => path,
): { readonly request: Request; readonly changes: readonly Change[] } {
  const sent = denied.filter((name) => Reflect.get(request, name) != null);
  const [first] = sent;
  if (first === undefined) return { request, changes: [] };
  if (unsupported === "refuse") {
    const param = toClientPath(first);
    throw new GatewayError(
      "unsupported_parameter",
      `Unsupported parameter: '${param}' is not supported with this model.`,
      { param },
    );
  }
  const rest = { ...request };
  for (const name of sent) Reflect.deleteProperty(rest, name);
  const changes =
    unsupported === "ignore" ? [] : sent.map((name) => ({ verb: "reported" as const, path: toClientPath(name) }));
  return { request: rest, changes };
}
