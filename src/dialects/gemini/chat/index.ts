import { chatRequestShape } from "../../../../generated/fields/openai.ts";
import { generateContentResponseShape } from "../../../../generated/fields/vertex.ts";
import { type ChatOperation, defineOperation } from "../../dialect.ts";
import { toGeminiError } from "../errors.ts";
import { leastEffort, modelOf } from "../models.ts";
import { conditions } from "./conditions.ts";
import { otherWords, requestFates } from "./fates.ts";
import { toGenerateContent } from "./request.ts";
import { fromGenerateContent } from "./response.ts";
import { responseFates } from "./response-fates.ts";
import { foldGenerateContent } from "./stream.ts";

/** Chat in Gemini's language. */
export const chat: ChatOperation = {
  ...defineOperation({
    fates: {
      requestShape: chatRequestShape,
      request: requestFates,
      responseShape: generateContentResponseShape,
      response: responseFates,
      conditions,
      unknown: "reported",
      otherWords,
    },
    request: toGenerateContent,
    response: (body, context, _text, headers) => fromGenerateContent(body, context, headers),
    stream: foldGenerateContent,
    toError: (failure, requested, { places }) => toGeminiError(failure, requested, places),
  }),
  leastEffort: (facts) => leastEffort(modelOf(facts)),
};
