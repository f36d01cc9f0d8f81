import type { ErrorName } from "../../../errors.ts";
import { type Fate, ignored, mapped, refused, reported, type Under } from "../../fates.ts";

/** The fields below one that is dropped. */
export type Below<Parent extends string> = Under<Parent>;

// What becomes of fields that whole answers and streams have alike.
export const blocks: Fate = mapped("choices[].message.**", "choices[].finish_reason");
export const content: Fate = mapped("choices[].message.content");
export const annotations: Fate = mapped("choices[].message.annotations.**");
export const cited: Fate = mapped("choices[].message.content", "choices[].message.annotations.**");
export const passage: Fate = ignored("annotations name a source and do not quote it");
export const domain: Fate = mapped("choices[].message.annotations[].url_citation.title");
export const ofDocument: Fate = reported(
  "annotations cite pages of the web, and documents of the request have no address",
);
export const thinking: Fate = mapped("choices[].message.reasoning_content", "choices[].message.thinking_blocks.**");
export const kept: Fate = mapped("choices[].message.thinking_blocks.**");
export const calls: Fate = mapped("choices[].message.**", "choices[].finish_reason");
export const callId: Fate = mapped("choices[].message.tool_calls[].id");
export const callName: Fate = mapped("choices[].message.tool_calls[].function.name");
export const args: Fate = mapped("choices[].message.tool_calls[].function.arguments");
export const media: Fate = reported("an answer shows no media");
export const ofHost: Fate = reported("what the host's own tools do is seen by the text alone");
export const echo: Fate = reported("a part of requests, not of answers");
export const who: Fate = ignored("the answer is the assistant's");
export const finish: Fate = mapped("choices[].finish_reason");
export const broken: Fate = refused("the model made a mess of its answer", "upstream_invalid_response");
export const counts: Fate = mapped("usage.**");
export const prompt: Fate = mapped("usage.prompt_tokens", "usage.total_tokens", "usage.prompt_tokens_details.**");
export const completion: Fate = mapped("usage.completion_tokens", "usage.total_tokens");
export const inTheirSum: Fate = ignored("their sum is told");
export const tier: Fate = mapped("service_tier");
export const noSpeed: Fate = ignored("the class of service says it");
export const measured: Fate = ignored("how long the model took is not part of an answer");
export const own: Fate = reported("fields of one model have no place in an answer");
export const trace: Fate = reported("what happened on the way is the operator's matter");
export const padding: Fate = ignored("letters without a meaning");
export const failure = (error: ErrorName): Fate => refused("an answer that breaks off is a failure", error);
