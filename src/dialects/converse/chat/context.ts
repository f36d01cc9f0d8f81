import type { AnthropicContext } from "../../anthropic/chat/context.ts";

export type { ClientTool } from "../../anthropic/chat/context.ts";

/** What the way back needs to know of the request: the same as of one to Claude. */
export type ConverseContext = AnthropicContext;
