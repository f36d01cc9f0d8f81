import { ask } from "./_anthropic.ts";

/** A request, and what is said against it. Headers are added to the usual ones. */
export type Case = [name: string, body: unknown, text: string, headers?: Record<string, string>];

export const newer = { "anthropic-version": "2026-10-21" };

/** A request of one text with further members. */
export const hi = (more: object = {}): object => ask("Hi", more);

/** A conversation, with further members. */
export const talk = (messages: readonly object[], more: object = {}): object => ask("", { messages, ...more });

export const user = (...content: unknown[]): object => ({ role: "user", content });
export const assistant = (...content: unknown[]): object => ({ role: "assistant", content });
export const system = (content: unknown = "Be brief."): object => ({ role: "system", content });
export const text = (words: string, more: object = {}): object => ({ type: "text", text: words, ...more });
export const call = (id = "t1", more: object = {}): object => ({ type: "tool_use", id, name: "f", input: {}, ...more });
export const result = (id = "t1", more: object = {}): object => ({
  type: "tool_result",
  tool_use_id: id,
  content: "done",
  ...more,
});
export const image = (media_type: string, data: string): object => ({
  type: "image",
  source: { type: "base64", media_type, data },
});
export const pdf = (data: string): object => ({
  type: "document",
  source: { type: "base64", media_type: "application/pdf", data },
});
export const linked = (type: "image" | "document", url = "https://a.example/1"): object => ({
  type,
  source: { type: "url", url },
});

export const png = "iVBORw0KGgoAAAANSUhEUg==";
export const jpeg = "/9j/4AAQSkZJRg==";

/** A tool with a schema of these members. */
export const tool = (schema: object = {}, more: object = {}): object => ({
  name: "f",
  input_schema: { type: "object", properties: {}, ...schema },
  ...more,
});
export const tools: object[] = [tool()];

/** A conversation in which `f` has been called and has answered. */
export const loop = (first: readonly unknown[], more: object = {}): object =>
  talk([user(text("a")), assistant(...first, call()), user(result())], { tools, ...more });

/** A schema of an object that has these members and no others. */
export const closed = (properties: object, more: object = {}): object => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});
