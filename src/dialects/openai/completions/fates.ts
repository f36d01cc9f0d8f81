import {
  type CompletionRequestField,
  completionRequestShape,
  completionResponseShape,
} from "../../../../generated/fields/openai.ts";
import { type Fates, gateway } from "../../fates.ts";
import type { OpenAICondition } from "../conditions.ts";
import { countsInChunks, modelName, obfuscation, type PassTable, passRequest, passResponse } from "../pass-through.ts";

/** What does not go where it came from. */
const others: Partial<Fates<CompletionRequestField, OpenAICondition>> = {
  model: gateway("resolve"),
  n: gateway("fan-out"),
  stream: gateway("operation"),
  stream_options: gateway("reply"),
  "stream_options.include_usage": gateway("reply"),
  "stream_options.include_obfuscation": obfuscation,
  "stream_options.continuous_usage_stats": countsInChunks,
};

/** What becomes of each field of a request for legacy completions, where the server has them itself. */
export const requestFates: PassTable = {
  ...passRequest("completions", completionRequestShape),
  ...others,
};

/** What becomes of each field of an answer, whole or streamed. */
export const responseFates: PassTable = { ...passResponse(completionResponseShape), model: modelName };
