import { chatRequestShape, chatResponseShape } from "../../../../generated/fields/openai.ts";
import {
  validateCreateChatCompletionResponse,
  validateCreateChatCompletionStreamResponse,
} from "../../../../generated/validators/openai.exact.mjs";
import { type AnswerChecks, type ChatOperation, defineOperation } from "../../dialect.ts";
import { conditions } from "../conditions.ts";
import { toOpenAIError } from "../errors.ts";
import { knownHosts, lackingAt } from "../hosts.ts";
import { leastEffort } from "../models.ts";
import { toleratingTiers } from "../tiers.ts";
import { continuity } from "./continuity.ts";
import { requestFates, responseFates } from "./fates.ts";
import { atOwnPlace } from "./places.ts";
import { toChatBody } from "./request.ts";
import { fromChatBody } from "./response.ts";
import { foldChatChunks } from "./stream.ts";

const usual: AnswerChecks = {
  whole: validateCreateChatCompletionResponse,
  event: validateCreateChatCompletionStreamResponse,
};
const checks: ReadonlyMap<string, AnswerChecks> = new Map(
  knownHosts.map((host) => [
    host,
    { whole: toleratingTiers(usual.whole, host), event: toleratingTiers(usual.event, host) },
  ]),
);

/** Chat in the client's own language. */
export const chat: ChatOperation = {
  ...defineOperation({
    fates: {
      requestShape: chatRequestShape,
      request: requestFates,
      responseShape: chatResponseShape,
      response: responseFates,
      conditions,
      unknown: "passed",
      lacking: lackingAt("chat"),
    },
    request: toChatBody,
    response: fromChatBody,
    stream: foldChatChunks,
    toError: (failure, requested, { places }) => atOwnPlace(toOpenAIError(failure, requested), places),
  }),
  answers: ({ host }) => checks.get(host) ?? usual,
  leastEffort,
  continuity,
};
