import { completionRequestShape, completionResponseShape } from "../../../../generated/fields/openai.ts";
import { type CompletionOperation, defineOperation } from "../../dialect.ts";
import { completionConditions } from "../conditions.ts";
import { hostFacts, lackingAt } from "../hosts.ts";
import { requestFates, responseFates } from "./fates.ts";
import { toCompletionBody } from "./request.ts";
import { fromCompletionBody } from "./response.ts";
import { foldCompletionChunks } from "./stream.ts";

/** Legacy completions in the client's own language. */
export const completions: CompletionOperation = {
  ...defineOperation({
    fates: {
      requestShape: completionRequestShape,
      request: requestFates,
      responseShape: completionResponseShape,
      response: responseFates,
      conditions: completionConditions,
      unknown: "passed",
      lacking: lackingAt("completions"),
    },
    request: toCompletionBody,
    response: fromCompletionBody,
    stream: foldCompletionChunks,
  }),
  takes: (host) => hostFacts(host).completions,
};
