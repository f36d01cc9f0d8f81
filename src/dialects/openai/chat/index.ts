import { chatRequestShape, chatResponseShape } from "../../../../generated/fields/openai.ts";
import {
  validateCreateChatCompletionResponse,
  validateCreateChatCompletionStreamResponse,
} from "../../../../generated/validators/openai.exact.mjs";
import { type ChatOperation, defineOperation } from "../../dialect.ts";
import { conditions } from "../conditions.ts";
import { toOpenAIError } from "../errors.ts";
import { lackingAt } from "../hosts.ts";
import { leastEffort } from "../models.ts";
import { requestFates, responseFates } from "./fates.ts";
import { toChatBody } from "./request.ts";
import { fromChatBody } from "./response.ts";
import { foldChatChunks } from "./stream.ts";
import { atOwnPlace } from "./tool-media.ts";

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
  answers: () => ({
    whole: validateCreateChatCompletionResponse,
    event: validateCreateChatCompletionStreamResponse,
  }),
  leastEffort,
};
