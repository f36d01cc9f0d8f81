import { isObject, parseJson } from "../../json.ts";
import { mixedPrompt } from "../check-completions.ts";
import { randomText } from "../ids.ts";
import { jsonTypeOf, type Mistake, paramOf } from "../mistake.ts";
import type { Counts, Personality, Rule } from "../personality.ts";
import { badRequest, type Problem, type UsualErrors, usualError } from "../problem.ts";
import type { ChatRequest } from "../types.ts";
import { totals } from "../usage.ts";

/** reference: upstream-auth.md §9; the words as people quote them in public reports. */
const usual: UsualErrors = {
  400: { type: "invalid_request_error", message: "Invalid request." },
  401: { type: "authentication_error", message: "Authentication Fails (no such user)" },
  402: { type: "unknown_error", message: "Insufficient Balance" },
  404: { type: "invalid_request_error", message: "Not Found" },
  422: { type: "invalid_request_error", message: "Invalid parameters." },
  429: { type: "rate_limit_error", message: "Rate limit reached." },
  500: { type: "server_error", message: "The server had an error." },
  503: { type: "service_unavailable_error", message: "The server is overloaded." },
};

const code = "invalid_request_error";

/** The code is the same word for all that is wrong with a request. */
function errorBody(problem: Problem): unknown {
  const { status, message, type, param, more } = problem;
  const said = problem.code ?? (status < 500 ? code : null);
  return {
    error: { message, type: type ?? usualError(status, usual).type, param: param ?? null, code: said, ...more },
  };
}

/** The words of its JSON library. */
function sayMistake({ keyword, path, value, types, words }: Mistake): Problem {
  const begin = "Failed to deserialize the JSON body into the target type";
  if (keyword === "required") return refused(`${begin}: missing field \`${path.at(-1)}\``);
  if (keyword === "tagged" || keyword === "enum") {
    return refused(`${begin}: ${paramOf(path)}: unknown variant \`${value}\`, expected one of ${listed(words)}`);
  }
  return refused(`${begin}: ${paramOf(path)}: invalid type: ${jsonTypeOf(value)}, expected ${types[0] ?? "a value"}`);
}

const refused = (message: string): Problem => ({ status: 422, message, code });
const listed = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(", ");
const bad = (message: string): Problem => badRequest(message, undefined, code);

const roles = ["system", "user", "assistant", "tool"];
const isReasoner = (model: string): boolean => model === "deepseek-reasoner";
const thinks = ({ model, thinking }: Pick<ChatRequest, "model" | "thinking">): boolean =>
  isReasoner(model) || (isObject(thinking) && thinking["type"] === "enabled");

const rules: readonly Rule<ChatRequest>[] = [
  ({ messages }) => {
    const at = messages.findIndex(({ role }) => !roles.includes(role));
    const path = ["messages", String(at), "role"];
    const mistake = { keyword: "enum", path, types: [], words: roles, limit: 0 };
    return at < 0 ? undefined : sayMistake({ ...mistake, value: messages[at]?.role });
  },
  ({ n }) => (n != null && n !== 1 ? bad("Invalid n value (currently only n = 1 is supported)") : undefined),
  ({ tools }) => (tools?.some(({ type }) => type !== "function") ? refused("unknown variant `custom`") : undefined),
  ({ response_format: format }) =>
    format?.type === "json_schema" ? bad("This response_format type is unavailable now") : undefined,
  ({ response_format: format, messages }) =>
    format?.type === "json_object" && !/json/i.test(JSON.stringify(messages))
      ? bad("Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.")
      : undefined,
  ({ model, logprobs, top_logprobs }) =>
    isReasoner(model) && (logprobs === true || top_logprobs != null)
      ? bad("deepseek-reasoner does not support the parameter `logprobs`")
      : undefined,
  (request) => {
    const at = request.messages.findIndex(
      (message) =>
        message.role === "assistant" && message.tool_calls?.length && message.reasoning_content === undefined,
    );
    return at >= 0 && thinks(request)
      ? bad(`Missing \`reasoning_content\` field in the assistant message at message index ${at}.`)
      : undefined;
  },
];

/**
 * A model that is told of a schema in words keeps to the form, and forgets the bounds. The description is the JSON at the
 * end of an instruction.
 */
function schemaInWords({ messages, response_format: format }: ChatRequest): unknown {
  if (format?.type !== "json_object") return undefined;
  const told = messages.findLast(({ role }) => role === "system")?.content;
  const [text] = /\{.*\}/s.exec(typeof told === "string" ? told : "") ?? [];
  const described = text === undefined ? undefined : parseJson(text.replace(/,?"(?:minimum|maximum)":\d+/g, ""));
  return isObject(described) ? (described["schema"] ?? undefined) : undefined;
}

function usage(counts: Counts): ReturnType<Personality["usage"]> {
  return {
    ...totals(counts),
    prompt_tokens_details: { cached_tokens: counts.cached },
    ...(counts.thinking > 0 && { completion_tokens_details: { reasoning_tokens: counts.thinking } }),
    prompt_cache_hit_tokens: counts.cached,
    prompt_cache_miss_tokens: counts.input - counts.cached,
  };
}

const noRoute = (): Problem => ({ status: 404, message: "Not Found" });
const fingerprint = `fp_${randomText(10, "hex")}_prod0820_fp8_kvcache`;

/** DeepSeek: passes over what it does not know, answers in JSON but by no schema, and shows its thoughts. */
export const deepseek: Personality = {
  name: "deepseek",
  wantsKey: true,
  types: { json: "application/json", stream: "text/event-stream; charset=utf-8" },
  headers: () => ({ "x-ds-trace-id": randomText(32, "hex") }),
  lacks: ["completions", "embeddings"],
  models: {
    listed: ["deepseek-chat", "deepseek-reasoner"],
    knows: (model) => /^deepseek-(?:chat|reasoner|v4-(?:flash|pro))$/.test(model),
    describe: (id) => ({ id, object: "model", owned_by: "deepseek" }),
    retrieves: false,
    answersAs: (model) => model,
  },
  errors: {
    usual,
    body: errorBody,
    noJson: () => refused("Failed to parse the request body as JSON"),
    noModel: () =>
      sayMistake({ keyword: "required", path: ["model"], value: undefined, types: [], words: [], limit: 0 }),
    unknownModel: () => bad("Model Not Exist"),
    mistake: sayMistake,
    wrongKey: (key) => ({
      status: 401,
      message: `Authentication Fails, Your api key: ****${(key ?? "").slice(-4)} is invalid`,
      type: "authentication_error",
    }),
    noRoute,
    wrongMethod: noRoute,
    inStream: (problem) => ({ body: errorBody(problem) }),
  },
  strict: false,
  chat: {
    reads: new Set([
      ...["model", "messages", "frequency_penalty", "presence_penalty", "max_tokens", "response_format", "stop"],
      ...["stream", "stream_options", "temperature", "top_p", "tools", "tool_choice", "logprobs", "top_logprobs"],
      ...["thinking", "reasoning_effort", "n"],
    ]),
    rules,
    limits: ["max_tokens"],
    choices: false,
    logprobs: true,
    schemaInWords,
    ids: {
      answer: () => `${randomText(8, "hex")}-${randomText(4, "hex")}-${randomText(12, "hex")}`,
      call: () => `call_00_${randomText(24)}`,
    },
    thoughts: () => "reasoning_content",
    thinks: (request) => thinks(request) || undefined,
    functions: false,
    callsEnd: () => "tool_calls",
    dressAnswer: (answer) => ({ ...answer, system_fingerprint: fingerprint }),
    dressChunk: (chunk) => ({ ...chunk, system_fingerprint: fingerprint }),
  },
  completions: {
    rules: [mixedPrompt],
    choices: false,
    logprobs: false,
    id: () => randomText(32, "hex"),
    dress: (answer) => ({ ...answer }),
  },
  embeddings: { dimensions: () => undefined, refuse: () => noRoute(), base64: false },
  stream: {
    opening: () => ({ role: "assistant", content: "" }),
    closing: { content: "" },
    callPieces: 4,
    usage: () => "asked",
    usageChoices: "none",
    usageNull: true,
    comment: "keep-alive",
  },
  usage,
};
