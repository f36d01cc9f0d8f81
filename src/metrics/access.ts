import type { Config } from "../config/config.ts";
import { isLoopback } from "../config/loopback.ts";

/**
 * Who may read /metrics: anybody where only this machine can ask, or where no keys are asked for; elsewhere those who
 * have a key, as model names and traffic are nobody else's business.
 */
export function metricsAccess({ server }: Pick<Config, "server">): "public" | "key" {
  return server.auth === "none" || isLoopback(server.host) ? "public" : "key";
}
