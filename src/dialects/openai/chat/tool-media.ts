import type { GatewayError } from "../../../errors.ts";
import type { ChatMessage } from "../../../operations/types.ts";

type UserMessage = Extract<ChatMessage, { role: "user" }>;
type ToolMessage = Extract<ChatMessage, { role: "tool" }>;
type UserPart = Exclude<UserMessage["content"], string>[number];
type ToolPart = Exclude<ToolMessage["content"], string>[number];

/** Messages whose tools say texts only. */
export interface TextResults {
  readonly messages: readonly ChatMessage[];
  /** Where the client has each of them; undefined where each stands in its own place. */
  readonly places: readonly Place[] | undefined;
}

/** Where a message is from. */
export interface Place {
  readonly message: string;
  /** The places of its parts, where it has any. */
  readonly parts: readonly string[];
}

/**
 * What tools have shown as the user's: servers take nothing but texts from tools. All of it follows the last result of
 * its turn in one message, since results must stand together. The very same list where no tool has shown anything.
 *
 * @see reference: openai-surface §8
 */
export function toTextResults(messages: readonly ChatMessage[]): TextResults {
  if (!messages.some(showsMedia)) return { messages, places: undefined };
  const made: ChatMessage[] = [];
  const places: Place[] = [];
  const shown: UserPart[] = [];
  const shownAt: string[] = [];
  function tellShown(): void {
    const [first] = shownAt;
    if (first === undefined) return;
    made.push({ role: "user", content: shown.splice(0) });
    places.push({ message: first, parts: shownAt.splice(0) });
  }
  for (const [i, message] of messages.entries()) {
    if (message.role !== "tool" && message.role !== "function") tellShown();
    const at = `messages[${i}]`;
    if (message.role !== "tool" || typeof message.content === "string" || !showsMedia(message)) {
      made.push(message);
      places.push({ message: at, parts: [] });
      continue;
    }
    const texts: ToolPart[] = [];
    const textsAt: string[] = [];
    for (const [j, part] of message.content.entries()) {
      const partAt = `${at}.content[${j}]`;
      if (part.type === "text") {
        texts.push(part);
        textsAt.push(partAt);
      } else {
        shown.push(part);
        shownAt.push(partAt);
      }
    }
    made.push({ ...message, content: texts.length === 0 ? "" : texts });
    places.push({ message: at, parts: textsAt });
  }
  tellShown();
  return { messages: made, places };
}

function showsMedia(message: ChatMessage): boolean {
  if (message.role !== "tool" || typeof message.content === "string") return false;
  return message.content.some((part) => part.type !== "text");
}

/** A refusal that names the place the client has a message or a part in; any other error as it is. */
export function atOwnPlace(error: GatewayError, places: readonly Place[] | undefined): GatewayError {
  const { param } = error;
  if (places === undefined || param === null) return error;
  const own = ownPath(param, places);
  return own === param
    ? error
    : error.with({ param: own, message: error.message.replaceAll(`'${param}'`, `'${own}'`) });
}

/** `messages[2].content[0].image_url.url` and `messages.[2].role` are both ways servers name a place. */
function ownPath(path: string, places: readonly Place[]): string {
  const [whole, index, part] = /^messages\.?\[(\d+)\](?:\.content\[(\d+)\])?/.exec(path) ?? [];
  const place = places[Number(index)];
  if (whole === undefined || place === undefined) return path;
  const rest = path.slice(whole.length);
  if (part !== undefined) return (place.parts[Number(part)] ?? `${place.message}.content[${part}]`) + rest;
  // Of the message that was made for them, the first one tells.
  return place.message + (place.message.includes(".") ? "" : rest);
}
