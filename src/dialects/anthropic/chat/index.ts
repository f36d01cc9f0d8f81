import { messageShape, messageStreamEventShape } from "../../../../generated/fields/anthropic.ts";
import { chatRequestShape } from "../../../../generated/fields/openai.ts";
import { type ChatOperation, defineOperation } from "../../dialect.ts";
import { toAnthropicError } from "../errors.ts";
import { leastEffort, modelOf } from "../models.ts";
import { conditions } from "./conditions.ts";
import { requestFates } from "./fates.ts";
import { toMessageRequest } from "./request.ts";
import { fromMessage } from "./response.ts";
import { responseFates } from "./response-fates.ts";
import { foldMessageStream } from "./stream.ts";

/** Chat in Anthropic's language. */
export const chat: ChatOperation = {
  ...defineOperation({
    fates: {
      requestShape: chatRequestShape,
      request: requestFates,
      // Whole answers and events have places of their own.
      responseShape: { ...messageStreamEventShape, ...messageShape },
      response: responseFates,
      conditions,
      unknown: "reported",
    },
    request: toMessageRequest,
    response: fromMessage,
    stream: foldMessageStream,
    toError: (failure, requested, { places }) => toAnthropicError(failure, requested, places),
  }),
  leastEffort: (facts) => leastEffort(modelOf(facts)),
};
