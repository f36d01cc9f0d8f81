import { isJson, type Json, put } from "../json.ts";

/** What OpenAI says of a token that can hardly be. JSON has no minus infinity: servers that mean it say null. */
const unlikely = -9999;

/**
 * Completes the likelihoods of a choice: both lists are there, and every token has its four members. Servers leave
 * `refusal`, `bytes` and `top_logprobs` out. What is no token is left out, what is no list of tokens is null. True when
 * anything was changed; the choice is changed in place.
 */
export function mendLogprobs(choice: Json): boolean {
  const { logprobs } = choice;
  if (logprobs === undefined || logprobs === null) return false;
  if (!isJson(logprobs)) return put(choice, "logprobs", null);
  const content = mendList(logprobs, "content");
  return mendList(logprobs, "refusal") || content;
}

function mendList(logprobs: Json, name: "content" | "refusal"): boolean {
  const tokens = logprobs[name];
  if (!Array.isArray(tokens)) return put(logprobs, name, null);
  let changed = keepTokens(logprobs, name, tokens);
  for (const token of tokens.filter(isToken)) {
    changed = mendToken(token) || changed;
    const near = token["top_logprobs"];
    if (!Array.isArray(near)) {
      changed = put(token, "top_logprobs", []);
      continue;
    }
    changed = keepTokens(token, "top_logprobs", near) || changed;
    for (const one of near.filter(isToken)) changed = mendToken(one) || changed;
  }
  return changed;
}

function keepTokens(holder: Json, name: string, list: readonly unknown[]): boolean {
  const tokens = list.filter(isToken);
  return tokens.length < list.length && put(holder, name, tokens);
}

function mendToken(token: Json): boolean {
  const { logprob, bytes } = token;
  const changed = typeof logprob !== "number" && put(token, "logprob", unlikely);
  return (!isBytes(bytes) && put(token, "bytes", null)) || changed;
}

const isToken = (value: unknown): value is Json => isJson(value) && typeof value["token"] === "string";
const isBytes = (value: unknown): boolean => value === null || (Array.isArray(value) && value.every(Number.isInteger));
