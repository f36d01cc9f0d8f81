import { chatRequestShape } from "../../../../generated/fields/openai.ts";
import { generateContentResponseShape } from "../../../../generated/fields/vertex.ts";
import { validateGenerateContentResponse as validateOfDeveloper } from "../../../../generated/validators/gemini.exact.mjs";
import { validateGenerateContentResponse } from "../../../../generated/validators/vertex.exact.mjs";
import { type ChatOperation, defineOperation } from "../../dialect.ts";
import { toGeminiError } from "../errors.ts";
import { developerApi, leastEffort, modelOf } from "../models.ts";
import { conditions } from "./conditions.ts";
import { continuity } from "./continuity.ts";
import { otherWords, requestFates } from "./fates.ts";
import { fetchesLink } from "./media.ts";
import { toGenerateContent } from "./request.ts";
import { fromGenerateContent } from "./response.ts";
import { responseFates } from "./response-fates.ts";
import { foldGenerateContent } from "./stream.ts";

const vertexAnswers = { whole: validateGenerateContentResponse, event: validateGenerateContentResponse };
const developerAnswers = { whole: validateOfDeveloper, event: validateOfDeveloper };

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
  answers: ({ host }) => (host === developerApi ? developerAnswers : vertexAnswers),
  leastEffort: (facts) => leastEffort(modelOf(facts)),
  continuity,
  fetches: (url, at) => fetchesLink(url, modelOf(at)),
};
