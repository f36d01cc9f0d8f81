import fc from "../_fc.ts";
import type { Beside } from "./_build.ts";
import type { Ingredients } from "./_response.ts";

const said = { role: "model", parts: [{ text: "Base." }] };

const web = { web: { uri: "https://a.example/1", title: "One" } };
const grounded = "candidates[].groundingMetadata";
const chunk = `${grounded}.groundingChunks[]`;
const support = `${grounded}.groundingSupports[]`;
const quoted = "candidates[].citationMetadata.citations[]";
/** As the Developer API names it. */
const quotedThere = "candidates[].citationMetadata.citationSources[]";
const supported = { [grounded]: { groundingChunks: [web] }, [support]: { groundingChunkIndices: [0] } };
const quotation = { uri: "https://a.example/1", endIndex: 4 };
/** Text, a thought and text: parts that count their bytes apart, whole and in streams. */
const threeParts = { role: "model", parts: [{ text: "Base." }, { text: "Hm.", thought: true }, { text: "More." }] };
const rating = { category: "HARM_CATEGORY_HARASSMENT", probability: "LOW" };
const bytes = fc.integer({ min: 1, max: 3 });

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
    [/functionCall\.partialArgs\[\]\.jsonPath/, piece({ numberValue: 1 })],
    [/functionCall\.partialArgs\[\]\./, piece({ jsonPath: "$.q" })],
    [/web\.(title|domain)/, { [`${chunk}.web`]: { uri: "https://a.example/1" } }],
    [/maps\.title/, { [`${chunk}.maps`]: { uri: "https://a.example/1" } }],
    [/retrievedContext\.title/, { [`${chunk}.retrievedContext`]: { uri: "gs://bucket/a.pdf" } }],
    [/image\.(title|domain)/, { [`${chunk}.image`]: { sourceUri: "https://a.example/1" } }],
    [/groundingSupports$/, { [grounded]: { groundingChunks: [web] } }],
    [
      /segment\.partIndex/,
      { ...supported, "candidates[]": { content: threeParts }, [`${support}.segment`]: { startIndex: 1, endIndex: 3 } },
    ],
    [/segment\.(startIndex|text)/, { ...supported, [`${support}.segment`]: { endIndex: 4 } }],
    [/groundingSupports\[\]\.groundingChunkIndices/, { [grounded]: { groundingChunks: [web] } }],
    [/groundingSupports\[\]\./, supported],
    [/citationSources\[\]\.endIndex/, { [quotedThere]: { uri: "https://a.example/1" } }],
    [/citationSources\[\]\./, { [quotedThere]: quotation }],
    [/citations\[\]\.endIndex/, { [quoted]: { uri: "https://a.example/1" } }],
    [/citations\[\]\./, { [quoted]: quotation }],
    [/TokensDetails\[\]\.modality/, counting({ tokenCount: 3 })],
    [/TokensDetails\[\]\.tokenCount/, counting({ modality: "TEXT" })],
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
    [/outcome(=|$)/, fc.constantFrom("OUTCOME_FAILED", "OUTCOME_DEADLINE_EXCEEDED")],
    [/codeExecutionResult$/, fc.nat().map((n) => ({ outcome: "OUTCOME_OK", output: `${n}` }))],
    [/safetyRatings$/, fc.constant([rating])],
    [/partialArgs$/, fc.nat().map((n) => [{ jsonPath: "$.q", numberValue: n }])],
    [/jsonPath$/, fc.constantFrom("$.a", "$.b")],
    [/citationMetadata$/, fc.constant({ citations: [quotation] })],
    [/(citations|citationSources)$/, fc.constant([quotation])],
    [/groundingMetadata$/, fc.constant({ groundingChunks: [web] })],
    [/groundingChunks$/, fc.constant([web])],
    [/retrievedContext$/, fc.nat().map((n) => ({ uri: `gs://bucket/${n}.pdf` }))],
    [/groundingSupports$/, bytes.map((endIndex) => [{ segment: { endIndex }, groundingChunkIndices: [0] }])],
    [/\.segment$/, bytes.map((endIndex) => ({ endIndex }))],
    [/segment\.text$/, fc.constant("ase")],
    [/partIndex$/, fc.constant(2)],
    [/(start|end)Index$/, bytes],
    [/groundingChunkIndices$/, fc.constant([0])],
    [/TokensDetails$/, fc.nat({ max: 99 }).map((n) => [{ modality: "TEXT", tokenCount: n + 1 }])],
    [/\.modality$/, fc.constantFrom("TEXT", "AUDIO")],
    [/trafficType$/, fc.constantFrom("ON_DEMAND", "ON_DEMAND_FLEX")],
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

/** A piece of a call's arguments, with the call. */
function piece(members: object): Beside {
  const call = "candidates[].content.parts[].functionCall";
  return { [call]: { name: "look_up" }, [`${call}.partialArgs[]`]: members };
}

/** A count by kind of media, wherever it stands. */
function counting(members: object): Beside {
  const lists = ["promptTokensDetails", "toolUsePromptTokensDetails", "candidatesTokensDetails", "cacheTokensDetails"];
  return Object.fromEntries(lists.map((list) => [`usageMetadata.${list}[]`, members]));
}
