import { blocksOf, type Checked, eachBlock, eachMessage, first, type PlacedBlock, type Rule } from "./rule.ts";
import { texts } from "./texts.ts";
import type { InputMessage, ResultContent } from "./types.ts";
import { promptTokens } from "./usage.ts";

/** Rules about messages and their texts. */
export const messageRules: readonly Rule[] = [
  ({ request }) => (request.messages.length === 0 ? texts.noMessages() : undefined),
  ({ request, family }) =>
    !family.systemMessages && request.messages.some(({ role }) => role === "system") ? texts.systemRole() : undefined,
  ({ request }) => {
    const role = request.messages[0]?.role;
    if (role === "system") return texts.systemFirst();
    return role === "user" ? undefined : texts.firstRole();
  },
  eachMessage(({ role }, index, { request: { messages } }) => {
    const behind = messages[index + 1]?.role ?? "assistant";
    const fits = messages[index - 1]?.role === "user" && behind === "assistant";
    return role === "system" && !fits ? texts.systemPlace(index) : undefined;
  }),
  ({ request: { system } }) => (system === "" ? texts.emptyText("system") : undefined),
  ({ request: { system } }) =>
    Array.isArray(system) ? first(system, ({ text }) => wrongText(text, "system")) : undefined,
  eachMessage(emptyContent),
  eachBlock(misplaced),
  eachBlock(emptyBlock),
  eachMessage((message, index, { request: { messages } }) => {
    const ends = message.role === "assistant" && messages[index + 1]?.role !== "assistant";
    const last = ends ? blocksOf(message).at(-1)?.type : undefined;
    return last === "thinking" || last === "redacted_thinking" ? texts.thoughtLast(index) : undefined;
  }),
  ({ request: { messages }, family }) => {
    const message = messages.at(-1);
    if (message?.role !== "assistant" || family.prefill) return undefined;
    return isPaused(message) ? undefined : texts.prefill();
  },
  ({ request: { messages } }) => {
    const message = messages.at(-1);
    const last = message?.role === "assistant" ? blocksOf(message).at(-1) : undefined;
    return last?.type === "text" && /\s$/.test(last.text) ? texts.prefillSpace() : undefined;
  },
  ({ request, family: { window, endsAtWindow } }) => {
    const tokens = promptTokens(request);
    if (tokens > window) return texts.tooLong(tokens, window);
    const output = request.max_tokens ?? 0;
    return !endsAtWindow && tokens + output > window ? texts.tooLongTogether(tokens, output, window) : undefined;
  },
];

/** An answer that a tool of Anthropic's has paused comes back as it was, to be gone on with. */
const isPaused = (message: InputMessage): boolean =>
  /^(server_tool_use|.+_tool_result)$/.test(blocksOf(message).at(-1)?.type ?? "");

/** A blank text is no text either. */
function wrongText(text: string, place: string): string | undefined {
  if (text === "") return texts.emptyText(place);
  return text.trim() === "" ? texts.blankText(place) : undefined;
}

/** Only the assistant's last message may be empty. */
function emptyContent({ role, content }: InputMessage, index: number, { request }: Checked): string | undefined {
  const isLast = index === request.messages.length - 1;
  return content.length === 0 && !(role === "assistant" && isLast) ? texts.emptyContent(index) : undefined;
}

/** Whose messages a block belongs to; the others may be anybody's. */
const owners: Readonly<Record<string, InputMessage["role"]>> = {
  tool_use: "assistant",
  server_tool_use: "assistant",
  thinking: "assistant",
  redacted_thinking: "assistant",
  tool_result: "user",
  image: "user",
  search_result: "user",
};

function misplaced({ block, message, index, path }: PlacedBlock, { newerVersion }: Checked): string | undefined {
  const owner = owners[block.type];
  if (owner !== undefined && message.role !== owner) return texts.onlyIn(index, block.type, owner);
  // What the newer version of the API refuses.
  if (!newerVersion) return undefined;
  if (block.type === "document" && message.role === "assistant") return texts.onlyIn(index, "document", "user");
  if (message.role !== "user") return undefined;
  const quoting = block.type === "text" ? [block] : block.type === "search_result" ? block.content : [];
  return quoting.some(({ citations }) => (citations ?? []).length > 0) ? texts.userCitations(path) : undefined;
}

function emptyBlock({ block, message, path }: PlacedBlock): string | undefined {
  // An empty message has been spoken of.
  if (block.type === "text") return message.content === "" ? undefined : wrongText(block.text, "messages");
  if (block.type !== "tool_result" || !Array.isArray(block.content)) return undefined;
  return first(block.content, (part: ResultContent) =>
    part.type === "text" ? wrongText(part.text, `${path}.tool_result`) : undefined,
  );
}
