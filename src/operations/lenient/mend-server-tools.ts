import { defined, isList, isObject, type Json } from "./json.ts";
import type { Origins } from "./origins.ts";

/** Tools that clients write among their own and that the model's host runs by itself. */
interface ServerTools {
  /** The tools that are left, in their order. */
  readonly rest: readonly unknown[];
  /** Members of the request that say the others. */
  readonly members: Json;
}

/** Google's tools by the names they have in its SDKs and in LiteLLM's requests. */
const googles: Readonly<Record<string, string>> = {
  googleSearch: "googleSearch",
  google_search: "googleSearch",
  codeExecution: "codeExecution",
  code_execution: "codeExecution",
  urlContext: "urlContext",
  url_context: "urlContext",
};

/**
 * Takes tools out of the list that a host runs by itself: a search as OpenAI's Responses API and Anthropic have it
 * becomes `web_search_options`, which is chat's own word for it, and Google's tools go where Google's settings are.
 * Undefined where there are none.
 */
export function splitServerTools(chat: Json, origins: Origins): ServerTools | undefined {
  const { tools } = chat;
  if (!isList(tools)) return undefined;
  const googleTools: Json[] = [];
  let search: Json | undefined;
  const rest = tools.filter((tool) => {
    if (!isObject(tool)) return true;
    const name = googleName(tool);
    if (name !== undefined) googleTools.push(origins.note({ [name]: origins.note({}, tool) }, tool));
    else if (isSearch(tool)) search ??= toSearch(tool, origins);
    else return true;
    return false;
  });
  if (rest.length === tools.length) return undefined;
  return { rest, members: { ...searchMember(chat, search), ...googleMember(chat, googleTools, origins) } };
}

function googleName(tool: Json): string | undefined {
  if (tool["type"] !== undefined || tool["function"] !== undefined) return undefined;
  const [name, ...others] = Object.keys(tool);
  return name === undefined || others.length > 0 || !Object.hasOwn(googles, name) ? undefined : googles[name];
}

/** `web_search`, `web_search_preview`, and either with a date behind it. */
function isSearch({ type }: Json): boolean {
  return typeof type === "string" && /^web_search(?:_preview)?(?:_\d[\d_]*)?$/.test(type);
}

function toSearch(tool: Json, origins: Origins): Json {
  const { search_context_size: size, user_location: place } = tool;
  const location = isObject(place) ? toLocation(place, origins) : undefined;
  return origins.note(defined({ search_context_size: size ?? undefined, user_location: location }), tool);
}

/** Chat has a wrapper around what the others say flat. */
function toLocation(place: Json, origins: Origins): Json {
  const { type, approximate, ...flat } = place;
  const known = isObject(approximate) ? approximate : origins.note(flat, place);
  return origins.note({ type: type ?? "approximate", approximate: known }, place);
}

function searchMember(chat: Json, search: Json | undefined): Json {
  return search === undefined || chat["web_search_options"] != null ? {} : { web_search_options: search };
}

function googleMember(chat: Json, googleTools: readonly Json[], origins: Origins): Json {
  const [first] = googleTools;
  if (first === undefined) return {};
  const { google } = chat;
  // A client that has no such member hears of its tool where a server lacks all of it.
  if (!isObject(google)) return { google: origins.note({ tools: googleTools }, first, { members: { tools: "" } }) };
  const own = isList(google["tools"]) ? google["tools"] : [];
  return { google: { ...google, tools: [...own, ...googleTools] } };
}
