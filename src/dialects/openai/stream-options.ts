import type { ChatRequest } from "../../operations/types.ts";
import type { HostFacts } from "./hosts.ts";
import type { Json } from "./json.ts";

/** The options of a stream: the counts are always asked for, and OpenAI knows no counts in every chunk. */
export function streamOptions(wanted: ChatRequest["stream_options"], { strict }: HostFacts): Json {
  const options: Json = { ...wanted, include_usage: true };
  if (strict) delete options["continuous_usage_stats"];
  return options;
}
