import type { ChatMessage } from "../../../operations/types.ts";
import type { Place } from "./places.ts";

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
