import type { ChatCompletion } from "../../../operations/types.ts";
import type { AnswerHeaders } from "../../dialect.ts";

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

/** The words of requests, in which the Developer API answers too. */
const toldTiers: ReadonlyMap<unknown, ServiceTier> = new Map([
  ["standard", "default"],
  ["priority", "priority"],
  ["flex", "flex"],
]);

/** The same where the answer itself does not say it: the Developer API tells it in a header alone. */
export function tierIn(headers: AnswerHeaders | undefined): ServiceTier | undefined {
  return toldTiers.get(headers?.["x-gemini-service-tier"]);
}
