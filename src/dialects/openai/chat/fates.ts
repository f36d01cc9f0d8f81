import {
  type ChatChunkField,
  type ChatRequestField,
  type ChatResponseField,
  chatChunkShape,
  chatRequestShape,
  chatResponseShape,
} from "../../../../generated/fields/openai.ts";
import {
  type ConditionalFate,
  emulated,
  type Fate,
  type Fates,
  gateway,
  ignored,
  mapped,
  refused,
  when,
} from "../../fates.ts";
import type { OpenAICondition } from "../conditions.ts";
import { type HostFacts, hostFacts, knownHosts } from "../hosts.ts";
import {
  countsAtEnd,
  countsInChunks,
  modelName,
  obfuscation,
  type PassTable,
  passRequest,
  passResponse,
} from "../pass-through.ts";

const asTool = (tools: string, to: string) =>
  when<OpenAICondition>({ "functions-as-tools": mapped(tools) }, mapped(to, `${to}.**`));

/** A part that a tool has shown makes a message of the user's. */
const aMessage = mapped("messages[].**");

const likelihoods = (to: string) =>
  when<OpenAICondition>({ "no-logprobs": refused("this server does not say how likely tokens are") }, mapped(to));

/** What does not go where it came from. */
const others: Partial<Fates<ChatRequestField, OpenAICondition>> = {
  model: gateway("resolve"),
  n: gateway("fan-out"),
  parallel_tool_calls: emulated(
    "calls after the first are dropped, for servers that make them all the same",
    "chat/parallel_tool_calls",
  ),
  stream: gateway("operation"),
  stream_options: gateway("reply"),
  "stream_options.include_usage": countsAtEnd,
  "stream_options.include_obfuscation": obfuscation,
  "stream_options.continuous_usage_stats": countsInChunks,
  max_completion_tokens: when<OpenAICondition>(
    { "max-tokens-only": mapped("max_tokens") },
    mapped("max_completion_tokens"),
  ),
  max_tokens: when<OpenAICondition>({ "newer-limit-only": mapped("max_completion_tokens") }, mapped("max_tokens")),
  logprobs: likelihoods("logprobs"),
  top_logprobs: likelihoods("top_logprobs"),
  functions: asTool("tools.**", "functions"),
  "functions[].name": asTool("tools[].function.name", "functions[].name"),
  "functions[].description": asTool("tools[].function.description", "functions[].description"),
  "functions[].parameters": asTool("tools[].function.parameters.**", "functions[].parameters"),
  function_call: asTool("tool_choice.**", "function_call"),
  "function_call=none": asTool("tool_choice", "function_call"),
  "function_call=auto": asTool("tool_choice", "function_call"),
  "function_call.name": asTool("tool_choice.function.name", "function_call.name"),
  "messages[]<tool>": aMessage,
  "messages[]<tool>.content": aMessage,
  "messages[]<function>": asTool("messages.**", "messages[]"),
  "messages[]<function>.name": when<OpenAICondition>(
    { "functions-as-tools": ignored("the id of its call stands for it") },
    mapped("messages[].name"),
  ),
  "messages[]<assistant>.function_call": asTool("messages[].tool_calls.**", "messages[].function_call"),
  "messages[]<assistant>.function_call.name": asTool(
    "messages[].tool_calls[].function.name",
    "messages[].function_call.name",
  ),
  "messages[]<assistant>.function_call.arguments": asTool(
    "messages[].tool_calls[].function.arguments",
    "messages[].function_call.arguments",
  ),
};

const noCustom = refused("this server knows tools with JSON arguments only");

/** Tools whose input is plain text, and all that stands in them. */
function customTools(table: PassTable): PassTable {
  const lines = Object.entries(table).filter(([key]) => /^(?:tools\[\]|tool_choice)<custom>/.test(key));
  return Object.fromEntries(lines.map(([key, line]) => [key, refusedFirst(line)]));
}

function refusedFirst(line: Fate | ConditionalFate<OpenAICondition>): ConditionalFate<OpenAICondition> {
  const { cases, otherwise } = line.kind === "when" ? line : { cases: {}, otherwise: line };
  // Where there are none, nothing else about them is ever asked.
  const kept = Object.entries(cases).filter(([host]) => hostFacts(host).customTools);
  return when({ "no-custom-tools": noCustom, ...Object.fromEntries(kept) }, otherwise);
}

const shownKey = /^messages\[\]<tool>\.content\[\]<(?:image_url|input_audio|file)>/;

/** What tools have shown, which a message of the user's holds then: its places have the same names, but not the same numbers. */
function shownByTools(table: PassTable): PassTable {
  const lines = Object.entries(table).filter(([key]) => shownKey.test(key));
  return Object.fromEntries(lines.map(([key, line]) => [key, moved(key, line)]));
}

function moved(key: string, line: Fate | ConditionalFate<OpenAICondition>): Fate | ConditionalFate<OpenAICondition> {
  if (line.kind === "when") return { ...line, otherwise: elsewhere(key, line.otherwise) };
  return elsewhere(key, line);
}

/** Without a part there is no message to hold it. */
function elsewhere(key: string, fate: Fate): Fate {
  if (fate.kind !== "mapped") return fate;
  return key.endsWith(">") ? aMessage : mapped(...fate.to.filter((place) => place.endsWith(".**")));
}

/** Where a server's habit gives a field a fate of its own. */
interface Habit {
  readonly keys: RegExp;
  readonly has: (host: HostFacts) => boolean;
  readonly fate: (line: Fate | ConditionalFate<OpenAICondition>) => Fate;
}

/** In the same place, but not as it came. */
const respoken: Habit["fate"] = (line) => {
  const fate = line.kind === "when" ? line.otherwise : line;
  return fate.kind === "mapped" ? mapped(...fate.to.map((place) => place.replace(/(?:\.\*\*)?$/, ".**"))) : fate;
};
const shortened = emulated("nine letters and digits stand for the ids of calls", "chat/call-ids");

const habits: readonly Habit[] = [
  { keys: /^seed$/, has: ({ seed }) => seed === "random_seed", fate: () => mapped("random_seed") },
  { keys: /^tool_choice(?:=required)?$/, has: ({ forced }) => forced === "any", fate: respoken },
  {
    keys: /^response_format(?:$|<json_schema>)/,
    has: ({ jsonSchema }) => !jsonSchema,
    fate: () => mapped("response_format.**", "messages[].**"),
  },
  {
    keys: /^messages\[\](?:<tool>\.tool_call_id|<assistant>\.tool_calls\[\]<\w+>\.id)$/,
    has: ({ anyCallIds }) => !anyCallIds,
    fate: () => shortened,
  },
  {
    keys: /^messages\[\]<(?:system|developer)>(?!\.name)/,
    has: ({ lastInstruction }) => !lastInstruction,
    fate: respoken,
  },
  {
    keys: /^messages(?:\[\](?:<assistant>(?:\.tool_calls(?:\[\](?:<\w+>)?)?)?)?)?$/,
    has: ({ anyCallIds, wantsThoughts }) => !anyCallIds || wantsThoughts,
    fate: respoken,
  },
];

/** The table with what only some servers want otherwise. */
function withHabits(table: PassTable): PassTable {
  return Object.fromEntries(
    Object.entries(table).map(([key, line]) => {
      const cases = habits
        .filter(({ keys }) => keys.test(key))
        .flatMap(({ has, fate }) =>
          knownHosts.filter((host) => has(hostFacts(host))).map((host) => [host, fate(line)]),
        );
      if (cases.length === 0) return [key, line];
      const { cases: known, otherwise } = line.kind === "when" ? line : { cases: {}, otherwise: line };
      return [key, when<OpenAICondition>({ ...Object.fromEntries(cases), ...known }, otherwise)];
    }),
  );
}

const passed = withHabits(passRequest("chat", chatRequestShape));

/**
 * What becomes of each field of a chat request.
 *
 * @see reference: upstream-auth §§3, 5–9
 */
export const requestFates: PassTable = { ...passed, ...customTools(passed), ...shownByTools(passed), ...others };

const theModels = ignored("an answer is the assistant's");
const theCalls = ignored("a call is of the kind of what it holds");
const calls = (said: string) => mapped(`${said}.**`, "choices[].finish_reason");
const thoughts = (said: string) => mapped(`${said}.reasoning`, `${said}.reasoning_content`);

/** What does not come back as it is. */
const otherAnswers: Partial<Fates<ChatResponseField | ChatChunkField, OpenAICondition>> = {
  model: modelName,
  "choices[].message.reasoning": thoughts("choices[].message"),
  "choices[].message.tool_calls": calls("choices[].message.tool_calls"),
  "choices[].message.tool_calls[]<function>": calls("choices[].message.tool_calls"),
  "choices[].message.tool_calls[]<custom>": calls("choices[].message.tool_calls"),
  "choices[].message.function_call": calls("choices[].message.function_call"),
  "choices[].delta.reasoning": thoughts("choices[].delta"),
  "choices[].delta.tool_calls": calls("choices[].delta.tool_calls"),
  "choices[].delta.tool_calls[].type": theCalls,
  "choices[].delta.tool_calls[].type=function": theCalls,
  "choices[].delta.tool_calls[].type=custom": theCalls,
  "choices[].delta.function_call": calls("choices[].delta.function_call"),
  "choices[].delta.role": theModels,
  "choices[].delta.role=assistant": theModels,
  "choices[].delta.role=developer": theModels,
  "choices[].delta.role=system": theModels,
  "choices[].delta.role=user": theModels,
  "choices[].delta.role=tool": theModels,
};

/** What becomes of each field of an answer, whole or streamed. */
export const responseFates: PassTable = { ...passResponse(chatResponseShape, chatChunkShape), ...otherAnswers };
