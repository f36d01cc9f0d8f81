import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { HostFacts } from "../hosts.ts";
import type { WebSearchTool } from "../types.ts";

/**
 * The search of the web that the client asks for. This version of it is the one that all hosts have that search at all.
 *
 * @see reference: openai-chat-to-anthropic §2
 */
export function toWebSearch(
  { web_search_options: options }: ChatRequest,
  host: HostFacts,
  changes: Change[],
): WebSearchTool | undefined {
  if (options == null) return undefined;
  if (!host.webSearch) {
    // The fate table has told of all that says something; an empty object says nothing and is dropped all the same.
    if (Object.keys(options).length === 0) changes.push({ verb: "reported", path: "web_search_options" });
    return undefined;
  }
  const tool: WebSearchTool = { type: "web_search_20250305", name: "web_search" };
  const { city, region, country, timezone } = options.user_location?.approximate ?? {};
  const known = Object.entries({ city, region, country, timezone }).filter(([, word]) => word != null && word !== "");
  if (known.length > 0) tool.user_location = { type: "approximate", ...Object.fromEntries(known) };
  return tool;
}
