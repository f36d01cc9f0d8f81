import { messageShape, messageStreamEventShape } from "../../../../generated/fields/anthropic.ts";
import { chatRequestShape } from "../../../../generated/fields/openai.ts";
import { validateMessage, validateMessageStreamEvent } from "../../../../generated/validators/anthropic.exact.mjs";
import { type ChatOperation, defineOperation } from "../../dialect.ts";
import { toAnthropicError } from "../errors.ts";
import { hostOf } from "../hosts.ts";
import { leastEffort, modelOf } from "../models.ts";
import { conditions } from "./conditions.ts";
import { continuity } from "./continuity.ts";
import { requestFates } from "./fates.ts";
import { parseAnswer } from "./gather.ts";
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
    parse: parseAnswer,
    response: fromMessage,
    stream: foldMessageStream,
    toError: (failure, requested, { places }) => toAnthropicError(failure, requested, places),
  }),
  answers: () => ({ whole: validateMessage, event: validateMessageStreamEvent }),
  leastEffort: (facts) => leastEffort(modelOf(facts)),
  continuity,
  fetches: (url, at) => hostOf(at).fetches && /^https:/i.test(url),
};
