import type { ChatCompletion } from "../../../operations/types.ts";
import type { AnsweredUsage } from "../types.ts";

type ServiceTier = NonNullable<ChatCompletion["service_tier"]>;

/** Capacity that was used → OpenAI's class of service. It has no word for batches. */
const tiers: ReadonlyMap<string, ServiceTier> = new Map([
  ["standard", "default"],
  ["priority", "priority"],
]);

/** The class of service that was used; undefined where OpenAI has no word for it. Speed is a class of its own there. */
export function toServiceTier({ speed, service_tier }: AnsweredUsage): ServiceTier | undefined {
  if (speed === "fast") return "fast";
  return service_tier == null ? undefined : tiers.get(service_tier);
}
