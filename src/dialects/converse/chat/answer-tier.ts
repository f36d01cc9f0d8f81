import type { ChatCompletion } from "../../../operations/types.ts";
import type { Capacity } from "../types.ts";

type ServiceTier = NonNullable<ChatCompletion["service_tier"]>;

/** Capacity that was used → OpenAI's class of service. */
const tiers: ReadonlyMap<string, ServiceTier> = new Map([
  ["default", "default"],
  ["flex", "flex"],
  ["priority", "priority"],
  ["reserved", "scale"],
]);

/** The class of service that was used; undefined where nothing is said. Hurry is a class of its own there. */
export function toServiceTier({ serviceTier, performanceConfig }: Capacity): ServiceTier | undefined {
  if (performanceConfig?.latency === "optimized") return "fast";
  return tiers.get(serviceTier?.type ?? "");
}
