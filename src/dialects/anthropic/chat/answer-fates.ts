import { type Fate, ignored, mapped, reported, type Under } from "../../fates.ts";

/** The fields below one that is dropped, its variants among them. */
export type Below<Parent extends string> = Under<Parent> | `${Parent}<${string}`;

// What becomes of fields that whole answers and streams have alike.
export const ownId: Fate = ignored("the answer bears the gateway's id");
export const ownModel: Fate = ignored("the answer names the model that was asked for");
export const blocks: Fate = mapped("choices[].message.**", "choices[].finish_reason");
export const content: Fate = mapped("choices[].message.content");
export const annotations: Fate = mapped("choices[].message.annotations.**");
export const url: Fate = mapped("choices[].message.annotations.**");
export const title: Fate = mapped("choices[].message.annotations[].url_citation.title");
export const passage: Fate = ignored("annotations name a source and do not quote it");
export const forModel: Fate = ignored("only the model can read it");
export const inRequest: Fate = ignored("the source says where to look, and its parts have no address");
export const ofDocument: Fate = reported(
  "annotations cite pages of the web, and documents of the request have no address",
);
export const thinking: Fate = mapped("choices[].message.reasoning_content", "choices[].message.thinking_blocks.**");
export const kept: Fate = mapped("choices[].message.thinking_blocks.**");
export const calls: Fate = mapped("choices[].message.**", "choices[].finish_reason");
export const args: Fate = mapped("choices[].message.tool_calls[].function.arguments");
export const caller: Fate = ignored("the client answers a call alike, whoever makes it");
export const toolset: Fate = ignored("the client's tools stand in no sets");
export const toolOfAnthropic: Fate = reported("what Anthropic's own tools do is seen by the text alone");
export const summary: Fate = reported("the client keeps the conversation itself");
export const otherModel: Fate = reported("the answer names the model that was asked for");
export const finish: Fate = mapped("choices[].finish_reason");
export const declined: Fate = mapped(
  "choices[].finish_reason",
  "choices[].message.refusal",
  "choices[].message.content",
);
export const refusal: Fate = mapped("choices[].message.refusal");
export const whichText: Fate = ignored("an answer does not say which text ended it");
export const counts: Fate = mapped("usage.**", "service_tier");
export const prompt: Fate = mapped("usage.prompt_tokens", "usage.total_tokens", "usage.prompt_tokens_details.**");
export const written: Fate = mapped("usage.prompt_tokens", "usage.total_tokens", "usage.prompt_tokens_details.**");
export const completion: Fate = mapped(
  "usage.completion_tokens",
  "usage.total_tokens",
  "usage.completion_tokens_details.**",
);
export const thought: Fate = mapped("usage.completion_tokens_details.reasoning_tokens");
export const searches: Fate = ignored("OpenAI counts tokens and no searches");
export const tier: Fate = mapped("service_tier");
export const noTier: Fate = ignored("OpenAI has no word for it");
export const noSpeed: Fate = ignored("the class of service says it");
export const place: Fate = ignored("where the model ran is not said");
export const times: Fate = mapped("usage.**");
export const advice: Fate = ignored("another model's tokens are not this model's");
export const inTheirSum: Fate = ignored("their sum is told");
export const inSums: Fate = ignored("the sums hold it already");
export const container: Fate = reported("the client has no way to use it again");
export const notAsked: Fate = ignored("nobody asked for it");
export const edits: Fate = reported("what was taken out of the conversation is not said");
