import type { UpstreamFailure } from "../dialect.ts";
import { noForcedCalls } from "./models.ts";

/**
 * What a refusal says of the model itself. Whether one that cannot be kept from thinking can be made to call a tool
 * differs from place to place: where it cannot it is asked to choose from then on.
 *
 * @see reference: openai-chat-to-anthropic §2.1
 */
export function learnsFrom({ status, text }: UpstreamFailure): string | undefined {
  return status === 400 && forced.test(text) ? noForcedCalls : undefined;
}

/** At the beginning of what is said: further on it may be a client's own words. Quotes are escaped in JSON. */
const forced =
  /"message": ?"(?:thinking may not be enabled when tool_choice forces tool use|tool_choice: type \\?"(?:tool|any)\\?"[^.]* not supported for this model)/i;
