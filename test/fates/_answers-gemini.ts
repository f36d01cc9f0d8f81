import fc from "fast-check";
import type { Ingredients } from "./_response.ts";

const said = { role: "model", parts: [{ text: "Base." }] };

/** Answers of `generateContent`. */
export const geminiAnswers: Ingredients = {
  base: {
    "": {
      candidates: [{ content: said, finishReason: "STOP" }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 },
    },
    "candidates[]": { content: said, finishReason: "STOP" },
    "candidates[].content": said,
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 },
  },
  siblings: [[/parts\[\]/, "candidates[].content.parts", [{ text: "Base." }]]],
  beside: [
    [/functionCall\./, { "candidates[].content.parts[].functionCall": { name: "look_up" } }],
    [/inlineData\./, { "candidates[].content.parts[].inlineData": { mimeType: "image/png", data: "AAAA" } }],
    [/parts\[\]\.(thought|thoughtSignature)$/, { "candidates[].content.parts[]": { text: "Well." } }],
    [/promptFeedback\.(blockReasonMessage|safetyRatings)/, { promptFeedback: { blockReason: "SAFETY" } }],
    [
      /topCandidates/,
      {
        "candidates[].logprobsResult": { chosenCandidates: [{ token: "a", logProbability: -1 }] },
        "candidates[].logprobsResult.topCandidates[].candidates[]": { token: "b", logProbability: -2 },
      },
    ],
    [
      /chosenCandidates\[\]\./,
      { "candidates[].logprobsResult.chosenCandidates[]": { token: "a", logProbability: -1 } },
    ],
  ],
  special: [
    [/^candidates$/, fc.nat().map((n) => [{ content: { parts: [{ text: `Other ${n}.` }] }, finishReason: "STOP" }])],
    [/\.content$/, fc.nat().map((n) => ({ role: "model", parts: [{ text: `Other ${n}.` }] }))],
    [/\.parts$/, fc.nat().map((n) => [{ text: `Other ${n}.` }])],
    [/inlineData$/, fc.base64String({ minLength: 4 }).map((data) => ({ mimeType: "image/png", data }))],
    [/mimeType$/, fc.constantFrom("image/webp", "image/jpeg")],
    [/\.data$|thoughtSignature$/, fc.base64String({ minLength: 4, maxLength: 20 }).filter((data) => data !== "AAAA")],
    [/functionCall$/, fc.nat().map((q) => ({ name: "look_up", args: { q } }))],
    [/functionCall\.args$/, fc.nat().map((q) => ({ q }))],
    [/\.index$/, fc.constantFrom(1, 2)],
    [/thought$/, fc.constant(true)],
    [/finishReason$/, fc.constantFrom("SAFETY", "MAX_TOKENS")],
    [/blockReason$/, fc.constantFrom("SAFETY", "OTHER")],
    [/^promptFeedback$/, fc.constantFrom({ blockReason: "SAFETY" }, { blockReason: "OTHER" })],
    [/logprobsResult$/, fc.nat().map((n) => ({ chosenCandidates: [{ token: `t${n}`, logProbability: -1 }] }))],
    [/chosenCandidates$/, fc.nat().map((n) => [{ token: `t${n}`, logProbability: -1 }])],
    [/topCandidates$/, fc.nat().map((n) => [{ candidates: [{ token: `t${n}`, logProbability: -3 }] }])],
    [/topCandidates\[\]\.candidates$/, fc.nat().map((n) => [{ token: `t${n}`, logProbability: -3 }])],
    [/logProbability$/, fc.double({ min: -20, max: -3, noNaN: true })],
    [/TokenCount$/, fc.integer({ min: 1, max: 4 })],
    [
      /^usageMetadata$/,
      fc.integer({ min: 10, max: 99 }).map((n) => ({ promptTokenCount: n, candidatesTokenCount: n })),
    ],
  ],
  // An answer without a reason is a broken one.
  others: [[/finishReason(=|$)/, ["STOP", "MAX_TOKENS"]]],
};
