import type { Row } from "./alteration.ts";
import { converseAnswerPartRows } from "./converse-answers.ts";
import { converseConversationRows } from "./converse-conversations.ts";
import { converseErrorRows } from "./converse-errors.ts";
import { converseMediaRows } from "./converse-media.ts";
import { converseSettingRows } from "./converse-settings.ts";
import { converseVectorRows } from "./converse-vectors.ts";

const dialect = "src/dialects/converse";
const chat = `${dialect}/chat`;

/** Lines of the translators of requests to Converse, taken out or turned around. */
export const converseRequestRows: readonly Row[] = [
  ...converseConversationRows,
  ...converseSettingRows,
  ...converseMediaRows,
  ["temperatures go above 1", `${chat}/sampling.ts`, "Math.min(temperature, 1)", "temperature"],
  ["Nova's candidates go to the top", `${chat}/sampling.ts`, '=== "inferenceConfig.topK"', '=== "k"'],
  ["every model takes seeds", `${chat}/sampling.ts`, "seed != null && model.seed", "seed != null"],
  ["capacity is not asked for", `${chat}/sampling.ts`, "return { serviceTier: { type: tier } };", "return {};"],
  ["thinking off is thinking", `${chat}/thinking.ts`, "if (isOff(wish)) return", "if (!isOff(wish)) return"],
  ["new names are not told", `${chat}/tools.ts`, "if (sent !== name) changes.push", "if (sent === name) changes.push"],
  [
    "every model can be made to call one tool",
    `${chat}/tool-choice.ts`,
    'wanted.kind === "one" && forced.has("tool")',
    'wanted.kind === "one"',
  ],
  [
    "every model can be made to call",
    `${chat}/tool-choice.ts`,
    'forced.has("any") ? { any: {} } : undefined',
    "{ any: {} }",
  ],
  ["required is forgotten", `${chat}/tool-choice.ts`, 'if (choice === "required") return { kind: "some" };', ""],
  ["a call in words is not told", `${chat}/tool-choice.ts`, 'changes.push({ verb: "downgraded", path: param });', ""],
  ["none is forgotten", `${chat}/request.ts`, "hasTools(request) && !wantsNoTools(request)", "hasTools(request)"],
  [
    "calls are streamed by models that cannot",
    `${chat}/request.ts`,
    'model.tools === "whole" ? "unary" : kind',
    'model.tools === "whole" ? kind : kind',
  ],
  [
    "nothing stands between results and what follows",
    `${chat}/messages.ts`,
    "last?.role === role && model.aloneResults",
    "last?.role === role && !model.aloneResults",
  ],
  [
    "every model has a place for instructions",
    `${chat}/messages.ts`,
    "if (!draft.model.system) turns",
    "if (draft.model.system) turns",
  ],
  ["the model begins", `${chat}/messages.ts`, 'turns[0]?.role !== "user"', 'turns[0]?.role === "?"'],
  ["documents stand without a word", `${chat}/messages.ts`, "return isMute ?", "return !isMute ?"],
  [
    "calls of a model without tools are calls",
    `${chat}/turn-calls.ts`,
    "if (!draft.calls) return { text: `[call",
    "if (draft.calls) return { text: `[call",
  ],
  ["every model is held to schemas", `${chat}/output.ts`, "if (model.schemas && !searches) {", "if (!searches) {"],
  [
    "a form in words is not told",
    `${chat}/output.ts`,
    'changes.push({ verb: "downgraded", path: "response_format.json_schema" });',
    "",
  ],
  ["every model caches", `${chat}/cache.ts`, "!model.caching || ", ""],
  ["an hour in the cache is not told", `${chat}/cache.ts`, 'ttl === "1h" || ', ""],
  ["there is room for any number of marks", `${chat}/cache.ts`, "points.size - maxPoints", "maxPoints - points.size"],
  [
    "only three keywords stand at the top of any schema",
    `${dialect}/schema/parameters.ts`,
    "schema = plain\n",
    "schema = !plain\n",
  ],
  [
    "what is lost at the top is not told",
    `${dialect}/schema/parameters.ts`,
    "if (!isKept && !mute.has(keyword) && !isOpen",
    "if (isKept && !mute.has(keyword) && !isOpen",
  ],
  [
    "who names no arguments takes any",
    `${dialect}/schema/parameters.ts`,
    "isSilent ? { ...object, additionalProperties: false } : object",
    "object",
  ],
  ["circles are followed", `${dialect}/schema/inline.ts`, "cycles.has(name) || ", ""],
  ["copies go down any number of levels", `${dialect}/schema/inline.ts`, "depth >= deepest || ", ""],
  ["there is room for any number of copies", `${dialect}/schema/inline.ts`, "return spend(cost);", "return true;"],
  [
    "what stands beside a reference is lost",
    `${dialect}/schema/inline.ts`,
    "isObject(target) ? joined(target, beside) : beside",
    "isObject(target) ? target : beside",
  ],
  [
    "what a reference leads to gives way",
    `${dialect}/schema/inline.ts`,
    ": { allOf: [target, beside] };",
    ": { ...target, ...beside };",
  ],
];

/** Lines of the translators of Converse's answers, taken out or turned around. */
export const converseAnswerRows: readonly Row[] = [
  ...converseAnswerPartRows,
  ...converseErrorRows,
  ...converseVectorRows,
  [
    "thoughts are lost",
    "src/dialects/anthropic/chat/message-pieces.ts",
    'message.reasoning_content = (message.reasoning_content ?? "") + piece.text;',
    "",
  ],
  [
    "signed thoughts are lost",
    "src/dialects/anthropic/chat/message-pieces.ts",
    "message.thinking_blocks = [...(message.thinking_blocks ?? []), piece.block];",
    "",
  ],
  [
    "a refusal is not told",
    `${chat}/response.ts`,
    "|| Boolean(message.content)) ?? null",
    "|| Boolean(message.content)) && null",
  ],
  [
    "what stands beside the answer goes unmentioned",
    `${chat}/response.ts`,
    "if (trace != null) tell(`${at}trace`);",
    "",
  ],
  ["a mess is an answer", `${chat}/response.ts`, "if (failure !== undefined) return failure;", ""],
  [
    "streams: a mess is an answer",
    `${chat}/stream.ts`,
    "const failure = finishFailure(stop.stopReason);\n    if (failure !== undefined) return failure;",
    "finishFailure(stop.stopReason);",
  ],
  [
    "streams: a failure is passed over",
    `${chat}/stream.ts`,
    "if (failure !== undefined) return failure;\n      if (!validate",
    "if (!validate",
  ],
  ["streams: counts are lost", `${chat}/stream.ts`, "if (metadata.usage != null) usage = toUsage(metadata.usage);", ""],
  [
    "streams: a refusal is not told",
    `${chat}/stream.ts`,
    "if (refusal !== undefined) chunks.push",
    "if (refusal === undefined) chunks.push",
  ],
  [
    "streams: nobody speaks",
    `${chat}/stream.ts`,
    'return [chunk({ role: "assistant", content: "", refusal: null }), ...chunks];',
    "return chunks;",
  ],
  ["signatures are lost", `${chat}/answer-blocks.ts`, 'signature += signed ?? "";', "void signed;"],
  [
    "unsigned thoughts are to be kept",
    `${chat}/answer-blocks.ts`,
    'if (signature !== "") blocks',
    'if (signature !== "?") blocks',
  ],
  ["sealed thoughts are lost", `${chat}/answer-blocks.ts`, 'if (sealed !== "") blocks', 'if (sealed === "?") blocks'],
  [
    "thoughts are shown to whom does not want them",
    `${chat}/answer-blocks.ts`,
    'thought !== "" && context.showsThoughts',
    'thought !== ""',
  ],
  [
    "a block stays of one kind",
    `${chat}/answer-blocks.ts`,
    "kind === undefined || at.kind === kind ||",
    "kind !== null ||",
  ],
  ["a full answer is an ordinary stop", `${chat}/finish.ts`, '["max_tokens", "length"],', ""],
  ["a guardrail is an ordinary stop", `${chat}/finish.ts`, '["guardrail_intervened", "content_filter"],', ""],
  ["a full context is an ordinary stop", `${chat}/finish.ts`, '["model_context_window_exceeded", "length"],', ""],
  [
    "calls end as an ordinary stop",
    `${chat}/finish.ts`,
    'finish === "stop" && calls !== "none" ? calls : finish',
    "finish",
  ],
  ["cached tokens count twice", `${dialect}/usage.ts`, "isAmong ? input - cached : input", "input"],
  ["what is written to the cache is not counted", `${dialect}/usage.ts`, "...(cacheWrite && { cacheWrite }),", ""],
  ["an hour in the cache is five minutes", `${dialect}/usage.ts`, "Math.min(long, sum)", "0 * Math.min(long, sum)"],
  ["counts that are told in part are whole", `${dialect}/usage.ts`, 'provenance: "partial"', 'provenance: "exact"'],
  [
    "a prompt too long is any bad request",
    `${dialect}/errors.ts`,
    'tooLong.test(message) ? "context_length_exceeded" : name',
    "name",
  ],
  [
    "a limit too high is any bad request",
    `${dialect}/errors.ts`,
    'if (limitTooHigh.test(message)) return "invalid_value";',
    "",
  ],
  ["accounts of ours are shown", `${dialect}/errors.ts`, '.replace(/\\b\\d{12}\\b/g, "…")', ""],
];
