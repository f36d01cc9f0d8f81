import type { ChatCompletion } from "../../../operations/types.ts";

type ServiceTier = NonNullable<ChatCompletion["service_tier"]>;

/** How Google bills a call → OpenAI's class of service. Both sell bought capacity; OpenAI calls that scale. */
const tiers: ReadonlyMap<string, ServiceTier> = new Map([
  ["ON_DEMAND", "default"],
  ["ON_DEMAND_PRIORITY", "priority"],
  ["ON_DEMAND_FLEX", "flex"],
  ["PROVISIONED_THROUGHPUT", "scale"],
]);

/** The class of service that was used; undefined where OpenAI has no word for it. */
export function toServiceTier(trafficType: string | null | undefined): ServiceTier | undefined {
  return trafficType == null ? undefined : tiers.get(trafficType);
}
