import type { UpstreamFailure } from "../dialect.ts";
import type { Lesson } from "./models.ts";

/** What Bedrock says where a model does not take something. */
const lessons: readonly (readonly [said: RegExp, lesson: Lesson])[] = [
  [/doesn.t support tool use in streaming mode/i, "no-streamed-tools"],
  [/doesn.t support tool use\b/i, "no-tools"],
  [/doesn.t support the toolConfig\.toolChoice\.any field/i, "no-any"],
  [/doesn.t support the toolConfig\.toolChoice\.tool field/i, "no-tool"],
  [/doesn.t support system messages/i, "no-system"],
  [/doesn.t support the stopSequences field/i, "no-stops"],
  [/doesn.t support the (?:outputConfig|strict|toolConfig\.tools[\w.[\]]*strict)\b/i, "no-schemas"],
  [/doesn.t support the reasoningContent field|cannot contain reasoning content/i, "no-thoughts"],
  [/extraneous key \[cachePoint\]|doesn.t support (?:the cachePoint field|prompt caching)/i, "no-caching"],
  [/doesn.t support assistant message prefill|must end with a user message/i, "no-prefill"],
];

/**
 * What a refusal says of the model itself: which models take what differs from family to family and changes without a
 * notice, so that Bedrock's own word counts more than a table.
 */
export function learnsFrom({ status, text }: UpstreamFailure): Lesson | undefined {
  return status === 400 ? lessons.find(([said]) => said.test(text))?.[1] : undefined;
}
