import type { Facts } from "../dialect.ts";
import type { Json } from "./json.ts";

/** The members every chunk of an answer repeats. */
export interface Frame {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

/** The first answer's own frame, completed where a server leaves members out. */
export function frameOf(answer: Json, facts: Facts, prefix: "chatcmpl" | "cmpl"): Frame {
  const { id, created, model } = answer;
  return {
    id: typeof id === "string" && id !== "" ? id : `${prefix}-${facts.callId}`,
    created: typeof created === "number" && Number.isInteger(created) ? created : facts.createdSec,
    model: facts.responseModel ?? (typeof model === "string" && model !== "" ? model : facts.upstreamModel),
  };
}

/** What was done to an answer: nothing, only its model's name written anew, or more. */
export type Touched = "no" | "model" | "yes";

/** Writes a frame into an answer. */
export function putFrame(answer: Json, frame: Frame, object: string): Touched {
  const same = answer["id"] === frame.id && answer["created"] === frame.created && answer["object"] === object;
  const named = answer["model"] === frame.model;
  if (same && named) return "no";
  const touched = same && typeof answer["model"] === "string" ? "model" : "yes";
  Object.assign(answer, frame, { object });
  return touched;
}
