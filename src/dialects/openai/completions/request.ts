import type { CompletionRequest } from "../../../operations/types.ts";
import type { AnswerKind, Facts, Translated } from "../../dialect.ts";
import { hostFacts } from "../hosts.ts";
import type { Json } from "../json.ts";
import { putStream } from "../stream-options.ts";

/**
 * A request for legacy completions in the words of one server, which has them itself.
 *
 * Shape: {@link CompletionRequest} → the same operation of the upstream; pure. Streams always ask for the counts.
 */
export function toCompletionBody(request: CompletionRequest, facts: Facts, kind: AnswerKind): Translated<Json, Facts> {
  const host = hostFacts(facts.host);
  const body: Json = { ...request, model: facts.upstreamModel };
  for (const name in body) if (host.lacks.completions.has(name)) delete body[name];
  putStream(body, kind, request.stream_options, host);
  return { body, changes: [], context: facts };
}
