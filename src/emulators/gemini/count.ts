import { validateCountTokensRequest } from "../../../generated/validators/gemini.closed.mjs";
import { parseJson } from "../json.ts";
import { plainPrompt } from "../prompt.ts";
import { readAs } from "../vertex/read.ts";
import { badRequest, fromFailure, invalidArgument, refusal } from "../vertex/refusals.ts";
import { type Director, respondRefused } from "../vertex/respond.ts";
import { promptTokens } from "../vertex/usage.ts";
import type { Reply } from "../write.ts";
import { developerSurface } from "./surface.ts";
import { ownTexts, texts } from "./texts.ts";

const whole = { stream: undefined };

/** Counts the tokens of a conversation, or of a whole request with its instruction and tools. A script may fail it. */
export function respondCount(text: string, model: string, director: Director): Reply {
  const body = parseJson(text);
  if (body === undefined) return respondRefused(badRequest([{ field: "", description: texts.noJson() }]), whole);
  const read = readAs(body, {
    validate: validateCountTokensRequest,
    types: developerSurface.types,
    missing: () => invalidArgument(texts.noContents()),
  });
  if ("refusal" in read) return respondRefused(read.refusal, whole);
  const { contents, generateContentRequest } = read.request;
  if (contents !== undefined && generateContentRequest !== undefined) {
    return respondRefused(invalidArgument(ownTexts.twoPrompts()), whole);
  }
  const prompt = generateContentRequest ?? { contents: contents ?? [] };
  if (prompt.contents.length === 0) return respondRefused(invalidArgument(texts.noContents()), whole);
  const answer = director.pick(plainPrompt(model, ""));
  if (answer?.error !== undefined) return respondRefused(fromFailure(answer.error), whole, answer);
  if (answer === undefined && director.otherwise === "fail") {
    return respondRefused(refusal(500, texts.noAnswer()), whole);
  }
  const totalTokens = answer?.usage?.input ?? promptTokens(prompt);
  const counted = { totalTokens, promptTokensDetails: [{ modality: "TEXT", tokenCount: totalTokens }] };
  const headers = { "content-type": "application/json; charset=UTF-8" };
  return { status: 200, headers, frames: [JSON.stringify(counted)], faults: answer };
}
