import { isJson, type Json, put } from "../json.ts";

/**
 * Brings the text of a message or delta into one form: content in parts, as reasoning models of Mistral send it, becomes
 * text and thoughts; thoughts under OpenRouter's, vLLM's and Ollama's name `reasoning` are said as `reasoning_content`
 * too, the name that most clients read. What is no text is none. True when anything was changed; the message is changed
 * in place.
 *
 * @see reference: openai-surface §8, upstream-auth §9
 */
export function mendContent(message: Json): boolean {
  const changed = mendText(message);
  const { reasoning, reasoning_content: thoughts } = message;
  if (typeof reasoning !== "string" || reasoning === "") return changed;
  if (typeof thoughts === "string" && thoughts !== "") return changed;
  return put(message, "reasoning_content", reasoning);
}

function mendText(message: Json): boolean {
  const { content } = message;
  if (content === undefined || content === null || typeof content === "string") return false;
  if (!Array.isArray(content)) return put(message, "content", null);
  const parts = content.filter(isJson);
  const thoughts = parts.filter((part) => part["type"] === "thinking").map((part) => textOf(part["thinking"]));
  message["content"] = parts.map((part) => (part["type"] === "thinking" ? "" : textOf(part["text"]))).join("");
  if (thoughts.length > 0) message["reasoning_content"] = thoughts.join("");
  return true;
}

/** A text, or the texts of a list of parts. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return "";
  return value.map((part) => (isJson(part) && typeof part["text"] === "string" ? part["text"] : "")).join("");
}
