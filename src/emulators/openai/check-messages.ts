import { familyOf } from "./families.ts";
import type { Rule } from "./personality.ts";
import { badRequest, type Problem } from "./problem.ts";
import { texts } from "./texts.ts";
import type { ChatRequest, Message } from "./types.ts";

/** OpenAI's rules about the conversation. */
export const messageRules: readonly Rule<ChatRequest>[] = [
  eachMessage((message, index) =>
    message.role === "assistant" && says(message) === undefined
      ? badRequest(texts.nullContent(), `messages.[${index}].content`)
      : undefined,
  ),
  orphanTool,
  missingResult,
  eachMessage(foreignPart),
  eachMessage(wrongImage),
  ({ response_format, messages }) =>
    response_format?.type === "json_object" && !/json/i.test(JSON.stringify(messages))
      ? badRequest(texts.noJsonWord(), "messages")
      : undefined,
  ({ model }, { promptTokens }) => {
    const limit = familyOf(model)?.contextTokens ?? Infinity;
    return promptTokens > limit
      ? badRequest(texts.tooManyTokens(limit, promptTokens), "messages", "context_length_exceeded")
      : undefined;
  },
];

function eachMessage(rule: (message: Message, index: number) => Problem | undefined): Rule<ChatRequest> {
  return ({ messages }) => {
    for (const [index, message] of messages.entries()) {
      const problem = rule(message, index);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** What a message of the assistant holds; undefined where it is nothing at all. */
function says(message: Message & { role: "assistant" }): unknown {
  return (
    message.content ?? message.refusal ?? message.audio ?? message.tool_calls?.[0] ?? message.function_call ?? undefined
  );
}

const callIdsOf = (message: Message | undefined): readonly string[] =>
  message?.role === "assistant" ? (message.tool_calls ?? []).map(({ id }) => id) : [];

/** Results follow the calls they belong to, with nothing but other results between. */
function orphanTool({ messages }: ChatRequest): Problem | undefined {
  for (const [index, message] of messages.entries()) {
    if (message.role !== "tool") continue;
    const caller = messages.slice(0, index).findLast(({ role }) => role !== "tool");
    if (!callIdsOf(caller).includes(message.tool_call_id))
      return badRequest(texts.orphanTool(), `messages.[${index}].role`);
  }
  return undefined;
}

function missingResult({ messages }: ChatRequest): Problem | undefined {
  for (const [index, message] of messages.entries()) {
    const wanted = callIdsOf(message);
    const next = messages.findIndex(({ role }, at) => at > index && role !== "tool");
    const answers = messages.slice(index + 1, next === -1 ? undefined : next);
    const given = answers.map((answer) => (answer.role === "tool" ? answer.tool_call_id : ""));
    const missing = wanted.filter((id) => !given.includes(id));
    if (missing.length > 0) return badRequest(texts.missingResult(missing.join(", ")), `messages.[${index}].role`);
  }
  return undefined;
}

/** The parts that OpenAI takes from a user; from a tool it takes texts. */
const ofUser = ["text", "image_url", "input_audio", "file"];
const ofTool = ["text"];

/** Parts that only other servers take. */
function foreignPart(message: Message, index: number): Problem | undefined {
  if ((message.role !== "user" && message.role !== "tool") || typeof message.content === "string") return undefined;
  const known = message.role === "user" ? ofUser : ofTool;
  const types = message.content.map((part) => part.type);
  const at = types.findIndex((type) => !known.includes(type));
  if (at === -1) return undefined;
  if (types[at] === "image_url") return badRequest(texts.imageOfTool(index), `messages[${index}]`, "invalid_value");
  const words = known.map((word) => `'${word}'`);
  const listed = words.length === 1 ? words.join("") : `${words.slice(0, -1).join(", ")}, and ${words.at(-1)}`;
  const text = texts.wrongWord(types[at] ?? "", listed);
  return badRequest(text, `messages[${index}].content[${at}].type`, "invalid_value");
}

function wrongImage(message: Message, index: number): Problem | undefined {
  if (message.role !== "user" || typeof message.content === "string") return undefined;
  const at = message.content.findIndex(
    (part) => part.type === "image_url" && !/^(https?:\/\/|data:image\/)/.test(part.image_url.url),
  );
  const param = `messages[${index}].content[${at}].image_url.url`;
  return at === -1 ? undefined : badRequest(texts.imageUrl(param), param, "invalid_image_url");
}
