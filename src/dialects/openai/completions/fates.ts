import {
  type CompletionRequestField,
  completionRequestShape,
  completionResponseShape,
} from "../../../../generated/fields/openai.ts";
import { type Fates, gateway, mapped, refused, when } from "../../fates.ts";
import type { OpenAICondition } from "../conditions.ts";
import {
  countsAtEnd,
  countsInChunks,
  modelName,
  obfuscation,
  type PassTable,
  passRequest,
  passResponse,
} from "../pass-through.ts";

/** What does not go where it came from. */
const others: Partial<Fates<CompletionRequestField, OpenAICondition>> = {
  model: gateway("resolve"),
  n: gateway("fan-out"),
  suffix: when<OpenAICondition>({ "no-gaps": refused("this server fills no gaps") }, mapped("suffix")),
  logprobs: when<OpenAICondition>(
    { "no-text-logprobs": refused("this server does not say how likely the tokens of texts are") },
    mapped("logprobs"),
  ),
  stream: gateway("operation"),
  stream_options: gateway("reply"),
  "stream_options.include_usage": countsAtEnd,
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
