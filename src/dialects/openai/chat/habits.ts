import type { Change } from "../../../operations/types.ts";
import type { HostFacts } from "../hosts.ts";
import { isJson, type Json } from "../json.ts";

/** Two names for one limit. Where both are given the newer one counts. */
export function nameTokenLimit(body: Json, { maxCompletionTokens }: HostFacts, thinks: boolean): void {
  const [name, other] = ["max_tokens", "max_completion_tokens"] as const;
  if (!maxCompletionTokens && body[other] != null) {
    body[name] = body[other];
    delete body[other];
  } else if (thinks && body[name] != null) {
    body[other] ??= body[name];
    delete body[name];
  }
}

/** What makes answers repeatable, under the server's name. */
export function nameSeed(body: Json, { seed }: HostFacts): void {
  if (seed === "seed" || !("seed" in body)) return;
  body[seed] = body["seed"];
  delete body["seed"];
}

/** A call that must be made, in the server's word. */
export function nameForced(body: Json, { forced }: HostFacts): void {
  if (body["tool_choice"] === "required") body["tool_choice"] = forced;
}

/**
 * The form of the answer as the server takes it: any object as a schema that any object fits, or a schema as JSON of
 * whatever form, with the schema in words at the end, where the places of other messages stay what they are.
 */
export function nameFormat(body: Json, { jsonObject, jsonSchema }: HostFacts): readonly Change[] {
  const { response_format: format } = body;
  if (!isJson(format)) return [];
  if (!jsonObject && format["type"] === "json_object") {
    body["response_format"] = { type: "json_schema", json_schema: { name: "object", schema: { type: "object" } } };
  }
  if (jsonSchema || format["type"] !== "json_schema") return [];
  body["response_format"] = { type: "json_object" };
  const messages: readonly unknown[] = Array.isArray(body["messages"]) ? body["messages"] : [];
  body["messages"] = [...messages, { role: "system", content: inWords(format["json_schema"]) }];
  return [{ verb: "downgraded", path: "response_format" }];
}

const inWords = (schema: unknown): string =>
  `Answer with JSON and nothing else. It must be an object that fits the schema in this description of it: ${JSON.stringify(schema)}`;

/** Thoughts in every message of the assistant's, in place of a list of its own. */
export function withThoughts(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.map((message: unknown) =>
    isJson(message) && message["role"] === "assistant" && message["reasoning_content"] == null
      ? { ...message, reasoning_content: "" }
      : message,
  );
}

/** Messages of which the user's is the last. */
export interface UserLast {
  readonly messages: readonly unknown[];
  /** The places that they had before, where they were moved. */
  readonly order: readonly number[] | undefined;
}

/**
 * Instructions that stand at the end, before what the user said last; alone they are what the user says. Undefined where
 * none stands there.
 */
export function toUserLast(messages: unknown): UserLast | undefined {
  if (!Array.isArray(messages)) return undefined;
  const said: readonly unknown[] = messages;
  const end = said.findLastIndex((message) => roleOf(message) !== "system") + 1;
  if (end === said.length) return undefined;
  const at = said.findLastIndex((message) => roleOf(message) === "user");
  if (at >= 0) {
    const places = [...said.keys()];
    const order = [...places.slice(0, at), ...places.slice(end), ...places.slice(at, end)];
    return { messages: order.map((place) => said[place]), order };
  }
  const last = said.at(-1);
  return isJson(last) ? { messages: [...said.slice(0, -1), { ...last, role: "user" }], order: undefined } : undefined;
}

const roleOf = (message: unknown): unknown => (isJson(message) ? message["role"] : undefined);
