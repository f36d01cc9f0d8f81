import { isObject, type JsonObject } from "../json.ts";
import type { Answer } from "../script.ts";

/** A habit of some servers. */
export type Quirk = NonNullable<Answer["quirks"]>[number];
export type Quirks = ReadonlySet<Quirk>;

/** The habits a script's answer shows. */
export const quirksOf = ({ quirks = [] }: Answer): Quirks => new Set(quirks);

/** Bodies of a stream's events, bent as the quirks say. They are JSON objects until then. */
export function bendChunks(chunks: readonly JsonObject[], quirks: Quirks): readonly JsonObject[] {
  const bent = chunks.map((chunk) =>
    bendHead(
      mapChoices(chunk, (choice) => bendChoice(choice, quirks)),
      quirks,
    ),
  );
  return quirks.has("azure_first") ? [azureOpening(chunks[0] ?? {}), ...bent] : bent;
}

/** The body of a whole answer, bent as the quirks say. */
export function bendAnswer(body: JsonObject, quirks: Quirks): JsonObject {
  const bent = mapChoices(body, (choice) => {
    const { message } = choice;
    return isObject(message) ? { ...choice, message: bendCalls(bendContent(message, quirks), quirks, true) } : choice;
  });
  const { usage: _usage, ...uncounted } = bent;
  return bendHead(quirks.has("no_usage") ? uncounted : bent, quirks);
}

function mapChoices(body: JsonObject, bend: (choice: JsonObject) => JsonObject): JsonObject {
  const { choices } = body;
  if (!Array.isArray(choices)) return body;
  return { ...body, choices: choices.map((choice: unknown) => (isObject(choice) ? bend(choice) : choice)) };
}

function bendHead(body: JsonObject, quirks: Quirks): JsonObject {
  if (!quirks.has("no_head")) return body;
  const { id: _id, object: _object, created: _created, model: _model, ...rest } = body;
  return rest;
}

function bendChoice(choice: JsonObject, quirks: Quirks): JsonObject {
  const { delta } = choice;
  if (!isObject(delta)) return choice;
  if (quirks.has("null_delta") && typeof choice["finish_reason"] === "string") return { ...choice, delta: null };
  return { ...choice, delta: bendCalls(bendContent(delta, quirks), quirks, false) };
}

function bendCalls(message: JsonObject, quirks: Quirks, whole: boolean): JsonObject {
  const calls = message["tool_calls"];
  if (!Array.isArray(calls)) return message;
  return { ...message, tool_calls: calls.map((call) => (isObject(call) ? bendCall(call, quirks, whole) : call)) };
}

function bendCall(call: JsonObject, quirks: Quirks, whole: boolean): JsonObject {
  const { id, index, ...rest } = call;
  const later = !whole && id === undefined;
  const kept = quirks.has("no_ids") ? undefined : later && quirks.has("empty_ids") ? "" : id;
  return {
    ...(index !== undefined && !quirks.has("no_index") && { index }),
    ...(kept !== undefined && { id: kept }),
    ...rest,
  };
}

/** Thoughts and words as parts, the way Magistral gives them. */
function bendContent(message: JsonObject, quirks: Quirks): JsonObject {
  if (!quirks.has("content_parts")) return message;
  const { reasoning, reasoning_content, reasoning_details: _details, content, ...rest } = message;
  const thoughts = reasoning ?? reasoning_content;
  const parts = [
    ...(typeof thoughts === "string" && thoughts !== ""
      ? [{ type: "thinking", thinking: [{ type: "text", text: thoughts }] }]
      : []),
    ...(typeof content === "string" && content !== "" ? [{ type: "text", text: content }] : []),
  ];
  return parts.length > 0 ? { ...rest, content: parts } : { ...rest, ...("content" in message && { content }) };
}

/** What Azure sends before the answer: what its filter found in the prompt, and no choices. */
const azureOpening = (first: JsonObject): JsonObject => ({
  id: "",
  object: first["object"],
  created: 0,
  model: "",
  choices: [],
  prompt_filter_results: [{ prompt_index: 0, content_filter_results: { hate: { filtered: false, severity: "safe" } } }],
});

/** The body and the status of an error, bent as the quirks say. */
export function bendError(
  body: unknown,
  status: number,
  quirks: Quirks,
): { readonly body: unknown; readonly status: number } {
  const error = isObject(body) && isObject(body["error"]) ? body["error"] : undefined;
  const text = error?.["message"];
  const bent =
    quirks.has("string_errors") && text !== undefined
      ? { error: text }
      : quirks.has("integer_codes") && error !== undefined
        ? { error: { ...error, code: status } }
        : body;
  return { body: bent, status: quirks.has("ok_errors") ? 200 : status };
}
