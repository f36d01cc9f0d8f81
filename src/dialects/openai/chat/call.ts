import { isJson, type Json } from "../json.ts";

/** What a call calls: a function with JSON arguments, or a custom tool with a text. Undefined where it calls nothing. */
export function madeIn(call: Json): Json | undefined {
  if (isJson(call["function"])) return call["function"];
  return isJson(call["custom"]) ? call["custom"] : undefined;
}

/** The two kinds there are; servers leave the word out, or have one of their own. */
export function kindOf(call: Json): "function" | "custom" {
  return isJson(call["custom"]) && !isJson(call["function"]) ? "custom" : "function";
}

/** A text that says something; undefined for all else. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Arguments as the text they should be; some servers send the object, or nothing. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
