import { converseResponseShape, converseStreamOutputShape } from "../../../../generated/fields/bedrock.ts";
import { chatRequestShape } from "../../../../generated/fields/openai.ts";
import {
  validateConverseResponse,
  validateConverseStreamOutput,
} from "../../../../generated/validators/bedrock.exact.mjs";
import { type ChatOperation, defineOperation } from "../../dialect.ts";
import { toConverseError } from "../errors.ts";
import { leastEffort, modelOf } from "../models.ts";
import { conditions } from "./conditions.ts";
import { requestFates } from "./fates.ts";
import { toConverseRequest } from "./request.ts";
import { fromConverse } from "./response.ts";
import { responseFates } from "./response-fates.ts";
import { foldConverseStream } from "./stream.ts";

/** Chat through Converse. */
export const chat: ChatOperation = {
  ...defineOperation({
    fates: {
      requestShape: chatRequestShape,
      request: requestFates,
      // Whole answers and events have places of their own.
      responseShape: {
        key: "",
        properties: { ...converseResponseShape.properties, ...converseStreamOutputShape.properties },
      },
      response: responseFates,
      conditions,
      unknown: "reported",
    },
    request: toConverseRequest,
    response: fromConverse,
    stream: foldConverseStream,
    toError: (failure, requested, { places }) => toConverseError(failure, requested, places),
  }),
  answers: () => ({ whole: validateConverseResponse, event: validateConverseStreamOutput }),
  leastEffort: (facts) => leastEffort(modelOf(facts)),
  fetches: () => false,
};
