import type { UpstreamFailure } from "../dialect.ts";
import { noCallIds } from "./chat/turn-calls.ts";

/**
 * What a refusal says of the upstream itself. Hosts that do not know ids on calls yet, or not for a model, say that the
 * name `id` is unknown: calls and results go without from then on, and are paired by their names.
 *
 * @see reference: openai-chat-to-gemini §5.4
 */
export function learnsFrom({ status, text }: UpstreamFailure): string | undefined {
  return status === 400 && unknownId.test(text) ? noCallIds : undefined;
}

/** Quotes are escaped in JSON; the place names the part that holds the id. */
const unknownId = /Unknown name \\?"id\\?" at '[^']*function_?(?:call|response)/i;
