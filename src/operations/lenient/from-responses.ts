import { refuse, wrongType } from "../invalid.ts";
import { fromItems } from "./from-items.ts";
import { isList, isObject, type Json } from "./json.ts";
import type { Origins } from "./origins.ts";

/** Whether a body sent to the chat endpoint is a request of the Responses API, as Cursor sends it. */
export function isResponsesShaped(body: Json): boolean {
  return body["messages"] == null && body["input"] != null;
}

/**
 * A request of the Responses API as a chat request. Its tools, its choice of them and the parts of its messages are
 * still flat; chat's own mending sees to them.
 *
 * What chat has no word for (`include`, `truncation`, `background`, …) is kept, so that the fate table tells of it.
 * Fails: what would change the meaning of the request and is not here: an earlier response, a conversation, a prompt
 * template; input that is no input.
 *
 * @see reference: openai-responses §2, §3, §5
 */
export function fromResponses(body: Json, origins: Origins): Json {
  refuseWhatIsKeptElsewhere(body);
  const {
    messages: _messages,
    input,
    instructions,
    max_output_tokens: limit,
    reasoning,
    text,
    top_logprobs: alternatives,
    previous_response_id: _previous,
    conversation: _conversation,
    prompt: _prompt,
    ...rest
  } = body;
  const chat = {
    ...rest,
    messages: toMessages(instructions, input, body, origins),
    ...(limit == null ? {} : { max_completion_tokens: rest["max_completion_tokens"] ?? limit }),
    ...fromReasoning(reasoning, rest),
    ...fromText(text, rest, origins),
    // Here zero asks for none, and there is no switch beside it.
    ...(alternatives == null || alternatives === 0 ? {} : { logprobs: true, top_logprobs: alternatives }),
  };
  return origins.note(chat, body, { members: membersOf(rest) });
}

/** Where the members of the chat request stood, unless they stood there under chat's own name. */
function membersOf(rest: Json): Readonly<Record<string, string>> {
  const moved = {
    messages: ".input",
    max_completion_tokens: ".max_output_tokens",
    reasoning_effort: ".reasoning.effort",
    response_format: ".text.format",
    verbosity: ".text.verbosity",
  };
  return Object.fromEntries(Object.entries(moved).filter(([name]) => rest[name] == null));
}

const elsewhere = {
  previous_response_id: "Responses are not kept here: send the whole conversation in 'input'.",
  conversation: "Conversations are not kept here: send the whole conversation in 'input'.",
  prompt: "Prompt templates are not kept here: send the prompt itself in 'instructions' and 'input'.",
} as const;

function refuseWhatIsKeptElsewhere(body: Json): void {
  for (const [param, why] of Object.entries(elsewhere)) {
    const value = body[param];
    if (value == null || value === "") continue;
    const message = `Unsupported parameter: '${param}' is not supported on this endpoint. ${why}`;
    throw refuse("unsupported_parameter", param, message);
  }
}

function toMessages(instructions: unknown, input: unknown, body: Json, origins: Origins): readonly unknown[] {
  const messages = toInputMessages(input, body, origins);
  if (instructions == null || instructions === "") return messages;
  if (typeof instructions !== "string") throw wrongType("instructions", "a string", instructions);
  const members = { role: "", content: "" };
  return [origins.note({ role: "system", content: instructions }, body, { at: ".instructions", members }), ...messages];
}

function toInputMessages(input: unknown, body: Json, origins: Origins): readonly unknown[] {
  if (typeof input === "string") {
    const members = { role: "", content: "" };
    return [origins.note({ role: "user", content: input }, body, { at: ".input", members })];
  }
  if (isList(input)) return fromItems(input, origins);
  throw wrongType("input", "one of a string or array of input items", input);
}

/** The effort has a name of its own in chat; what else is said about reasoning stays where it was. */
function fromReasoning(reasoning: unknown, rest: Json): Json {
  if (!isObject(reasoning)) return reasoning == null ? {} : { reasoning };
  const { effort, ...others } = reasoning;
  return {
    ...(Object.values(others).some((value) => value != null) ? { reasoning: others } : {}),
    ...(effort == null || rest["reasoning_effort"] != null ? {} : { reasoning_effort: effort }),
  };
}

function fromText(text: unknown, rest: Json, origins: Origins): Json {
  if (text == null) return {};
  if (!isObject(text)) throw wrongType("text", "an object", text);
  const { format, verbosity, ...others } = text;
  return {
    ...(Object.values(others).some((value) => value != null) ? { text: others } : {}),
    ...(format == null || rest["response_format"] != null ? {} : { response_format: toFormat(format, origins) }),
    ...(verbosity == null || rest["verbosity"] != null ? {} : { verbosity }),
  };
}

function toFormat(format: unknown, origins: Origins): unknown {
  if (!isObject(format) || format["type"] !== "json_schema" || isObject(format["json_schema"])) return format;
  const { type, ...schema } = format;
  return origins.note({ type, json_schema: origins.note(schema, format) }, format);
}
