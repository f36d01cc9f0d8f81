/** What the name of an upstream model at Bedrock means. */
export interface BedrockModel {
  /** The id of the model or of its profile, without an ARN's account and place. */
  readonly name: string;
  /** It speaks Anthropic's language. */
  readonly isClaude: boolean;
  /** The region that an ARN is of. */
  readonly region: string | undefined;
}

const arn = /^arn:aws[\w-]*:bedrock:([a-z0-9-]*):\d*:[a-z0-9-]+\/(.+)$/s;

/**
 * Reads an upstream model: the id of a model (`anthropic.claude-…`), of an inference profile (`us.anthropic.claude-…`),
 * or an ARN of either. ARNs of profiles of one's own tell nothing of their model: then `family` does.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-use.html
 * @see reference: openai-chat-to-anthropic §1
 */
export function toBedrockModel(text: string, family?: string): BedrockModel {
  const [, region, named] = arn.exec(text) ?? [];
  const name = named ?? text;
  return { name, isClaude: /(?:^|\.)claude-/i.test(family ?? name), region: region === "" ? undefined : region };
}
