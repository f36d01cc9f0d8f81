import { mixedPrompt } from "../check-completions.ts";
import { randomText, unixNow } from "../ids.ts";
import { strangerTo } from "../known.ts";
import type { Mistake } from "../mistake.ts";
import type { Counts, Personality, Rule } from "../personality.ts";
import type { Problem, UsualErrors } from "../problem.ts";
import { usualError } from "../problem.ts";
import { bendAnswer, bendChunks, type Quirks } from "../quirks.ts";
import type { ChatRequest } from "../types.ts";
import { totals } from "../usage.ts";

const usual: UsualErrors = {
  400: { type: "invalid_request_error", message: "The request is invalid." },
  401: { type: "invalid_request_error", message: "Unauthorized" },
  404: { type: "invalid_request_error", message: "no Route matched with those values" },
  422: { type: "invalid_request_error", message: "The request is invalid." },
  429: { type: "rate_limited", message: "Rate limit exceeded", code: "1300" },
  500: { type: "internal_server_error", message: "Internal Server Error", code: "1000" },
  503: { type: "service_unavailable", message: "Service unavailable.", code: "3800" },
};

/** Codes are numbers in texts. A list of mistakes stands where others have the message. */
function errorBody({ status, message, type, param, code, more }: Problem): unknown {
  const error = { type: type ?? usualError(status, usual).type, param: param ?? null, code: code ?? null };
  return { object: "error", message: more ?? message, ...error };
}

const refused = (message: string, type: string, code: string): Problem => ({ status: 400, message, type, code });

/** pydantic's list, as far as its first item. */
function sayMistake({ keyword, path, value, types, words }: Mistake): Problem {
  const loc = ["body", ...path.map((step) => (/^\d+$/.test(step) ? Number(step) : step))];
  const [type, msg] =
    keyword === "unknown"
      ? ["extra_forbidden", "Extra inputs are not permitted"]
      : keyword === "required"
        ? ["missing", "Field required"]
        : words.length > 0 || keyword === "enum"
          ? ["literal_error", `Input should be ${words.map((word) => `'${word}'`).join(" or ")}`]
          : [`${types[0] ?? "value"}_type`, `Input should be a valid ${types.join(" or ")}`];
  return { status: 422, message: "", more: { detail: [{ type, loc, msg, input: value ?? null }] } };
}

const isShort = (id: string): boolean => /^[a-zA-Z0-9]{9}$/.test(id);
const order = "invalid_request_message_order";

const rules: readonly Rule<ChatRequest>[] = [
  ({ messages }) => {
    const last = messages.at(-1);
    const fine = last?.role === "user" || last?.role === "tool" || (last?.role === "assistant" && last.prefix === true);
    const text = `Expected last role User or Tool (or Assistant with prefix True) for serving but got ${last?.role}`;
    return fine ? undefined : refused(text, order, "3230");
  },
  ({ messages }) => {
    const ids = messages.flatMap((message) =>
      message.role === "tool"
        ? [message.tool_call_id]
        : message.role === "assistant"
          ? (message.tool_calls ?? []).map(({ id }) => id)
          : [],
    );
    const wrong = ids.find((id) => !isShort(id));
    const text = `Tool call id was ${wrong} but must be a-z, A-Z, 0-9, with a length of 9.`;
    return wrong === undefined ? undefined : refused(text, "invalid_function_call", "3280");
  },
  ({ tools }) => {
    const at = tools?.findIndex(({ type }) => type !== "function") ?? -1;
    const mistake = { keyword: "enum", value: "custom", types: [], words: ["function"], limit: 0 };
    return at < 0 ? undefined : sayMistake({ ...mistake, path: ["tools", String(at), "type"] });
  },
  ({ tool_choice: choice }) => {
    const words = ["auto", "none", "any", "required"];
    if (typeof choice !== "string" || words.includes(choice)) return undefined;
    return sayMistake({ keyword: "enum", path: ["tool_choice"], value: choice, types: [], words, limit: 0 });
  },
];

/** Thoughts are parts of the content. */
const parts: Quirks = new Set(["content_parts"]);
const showsThoughts = (body: object): boolean => /"reasoning_content":"./.test(JSON.stringify(body));

const usage = (counts: Counts): ReturnType<Personality["usage"]> => ({
  ...totals(counts),
  ...(counts.cached > 0 && { prompt_tokens_details: { cached_tokens: counts.cached } }),
});

const page = (status: number, message: string): { status: number; type: string; body: string } => ({
  status,
  type: "application/json",
  body: JSON.stringify({ message }),
});

const isEmbedder = (model: string): boolean => /embed/.test(model);

/** Mistral: strict about members, with names and words of its own. */
export const mistral: Personality = {
  name: "mistral",
  wantsKey: true,
  types: { json: "application/json", stream: "text/event-stream; charset=utf-8" },
  headers: () => ({ "mistral-correlation-id": randomText(32, "hex") }),
  lacks: ["completions"],
  models: {
    listed: ["mistral-large-latest", "mistral-small-latest", "magistral-medium-latest", "mistral-embed"],
    knows: (model) =>
      /^(?:open-)?(?:mistral|mixtral|magistral|ministral|codestral|devstral|pixtral|voxtral)-/.test(model),
    describe: (id) => ({ id, object: "model", created: unixNow(), owned_by: "mistralai", name: id, aliases: [] }),
    retrieves: true,
    answersAs: (model) => model,
  },
  errors: {
    usual,
    body: errorBody,
    noJson: () => ({
      status: 422,
      message: "",
      more: { detail: [{ type: "json_invalid", loc: ["body", 0], msg: "JSON decode error" }] },
    }),
    noModel: () =>
      sayMistake({ keyword: "required", path: ["model"], value: undefined, types: [], words: [], limit: 0 }),
    unknownModel: (model) => refused(`Invalid model: ${model}`, "invalid_model", "1500"),
    mistake: sayMistake,
    wrongKey: () => ({ status: 401, type: "application/json", body: '{"detail":"Unauthorized"}' }),
    noRoute: () => page(404, "no Route matched with those values"),
    wrongMethod: () => page(405, "Method Not Allowed"),
    inStream: (problem) => ({ body: errorBody(problem) }),
  },
  strict: true,
  chat: {
    strangers: strangerTo({
      top: [
        ...["model", "temperature", "top_p", "max_tokens", "stream", "stop", "random_seed", "metadata", "messages"],
        ...["response_format", "tools", "tool_choice", "presence_penalty", "frequency_penalty", "n", "prediction"],
        ...["parallel_tool_calls", "prompt_mode", "reasoning_effort", "safe_prompt", "guardrails"],
      ],
      messages: {
        system: ["content"],
        user: ["content"],
        assistant: ["content", "tool_calls", "prefix"],
        tool: ["content", "tool_call_id", "name"],
      },
    }),
    rules,
    limits: ["max_tokens"],
    choices: true,
    logprobs: false,
    ids: { answer: () => randomText(32, "hex"), call: () => randomText(9) },
    thoughts: () => "reasoning_content",
    thinks: ({ model, reasoning_effort }) =>
      reasoning_effort === "high" || /^magistral/.test(model) || (reasoning_effort === "none" ? false : undefined),
    functions: false,
    callsEnd: () => "tool_calls",
    dressAnswer: (answer) => (showsThoughts(answer) ? bendAnswer({ ...answer }, parts) : { ...answer }),
    dressChunk: (chunk) => (showsThoughts(chunk) ? (bendChunks([{ ...chunk }], parts)[0] ?? {}) : { ...chunk }),
  },
  completions: {
    rules: [mixedPrompt],
    choices: false,
    logprobs: false,
    id: () => randomText(32, "hex"),
    dress: (answer) => ({ ...answer }),
  },
  embeddings: {
    dimensions: (model) => (isEmbedder(model) ? 1024 : undefined),
    refuse: (model) => (isEmbedder(model) ? undefined : refused(`Invalid model: ${model}`, "invalid_model", "1500")),
    base64: true,
    form: {
      members: new Set(["model", "input", "output_dimension", "output_dtype", "encoding_format", "metadata"]),
      dimensions: "output_dimension",
      tokens: false,
    },
  },
  stream: {
    firstDelta: { role: "assistant" },
    closing: { content: "" },
    callPieces: 1,
    usage: () => "always",
    // With the reason, in the chunk that has it.
    usageChoices: "last",
    usageNull: false,
  },
  usage,
};
