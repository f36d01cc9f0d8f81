import type { ChatRequest } from "../../operations/types.ts";
import type { AnswerKind } from "../dialect.ts";
import type { HostFacts } from "./hosts.ts";
import type { Json } from "./json.ts";

/**
 * Writes into a body whether it is to be streamed: the counts are always asked for where a server can be asked, and
 * OpenAI knows no counts in every chunk.
 */
export function putStream(body: Json, kind: AnswerKind, wanted: ChatRequest["stream_options"], host: HostFacts): void {
  delete body["stream"];
  delete body["stream_options"];
  if (kind !== "stream") return;
  body["stream"] = true;
  const options = optionsFor(wanted, host);
  if (Object.keys(options).length > 0) body["stream_options"] = options;
}

/** What a server does not take is not said; what nobody knows is its own matter. */
function optionsFor(wanted: ChatRequest["stream_options"], { strict, streamOptions }: HostFacts): Json {
  const options: Json = { ...wanted, include_usage: true };
  const isWhole = streamOptions === "all";
  if (strict || !isWhole) delete options["continuous_usage_stats"];
  if (!isWhole) delete options["include_obfuscation"];
  if (streamOptions === "none") delete options["include_usage"];
  return options;
}
