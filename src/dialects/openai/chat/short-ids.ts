import { isJson, type Json } from "../json.ts";

const short = /^[a-zA-Z0-9]{9}$/;
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * Messages whose ids of calls have nine letters and digits, for servers that take no others. The same id becomes the
 * same short one wherever and whenever it stands, and one that is short already stays.
 */
export function withShortIds(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.map((message: unknown) => (isJson(message) ? shortened(message) : message));
}

function shortened(message: Json): Json {
  const { tool_call_id: id, tool_calls: calls } = message;
  return {
    ...message,
    ...(typeof id === "string" && { tool_call_id: shortId(id) }),
    ...(Array.isArray(calls) && {
      tool_calls: calls.map((call: unknown) =>
        isJson(call) && typeof call["id"] === "string" ? { ...call, id: shortId(call["id"]) } : call,
      ),
    }),
  };
}

/** FNV-1a of 64 bits, of which 53 are said: two of the few ids of a conversation are not alike by chance. */
export function shortId(id: string): string {
  if (short.test(id)) return id;
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(id)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  let text = "";
  for (let at = 0; at < 9; at++) {
    text += digits.charAt(Number(hash % 62n));
    hash /= 62n;
  }
  return text;
}
