import { describe, expect, test } from "vitest";
import type { UsageMetadata } from "../../../src/dialects/gemini/types.ts";
import { toUsage } from "../../../src/dialects/gemini/usage.ts";
import { toChatUsage } from "../../../src/usage/chat-usage.ts";
import { addUsage, cachedOf, inputOf, outputOf, type Usage } from "../../../src/usage/usage.ts";
import fc from "../../_fc.ts";

const rows: readonly (readonly [
  name: string,
  metadata: object,
  prompt: number,
  cached: number,
  completion: number,
  reasoning: number,
])[] = [
  ["prompt and answer", { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 }, 10, 0, 5, 0],
  [
    "thoughts come on top",
    { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 7, totalTokenCount: 22 },
    10,
    0,
    12,
    7,
  ],
  [
    "thoughts that the answer's count holds already",
    { promptTokenCount: 10, candidatesTokenCount: 12, thoughtsTokenCount: 7, totalTokenCount: 22 },
    10,
    0,
    12,
    7,
  ],
  [
    "cached tokens are part of the prompt",
    { promptTokenCount: 10, cachedContentTokenCount: 6, candidatesTokenCount: 1, totalTokenCount: 11 },
    10,
    6,
    1,
    0,
  ],
  [
    "results of server tools are prompt too",
    { promptTokenCount: 10, toolUsePromptTokenCount: 4, candidatesTokenCount: 1, totalTokenCount: 15 },
    14,
    0,
    1,
    0,
  ],
  [
    "a total that is not the sum is made anew",
    { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 7, totalTokenCount: 99 },
    10,
    0,
    12,
    7,
  ],
  [
    "no more is cached than there is",
    { promptTokenCount: 10, cachedContentTokenCount: 16, candidatesTokenCount: 1, totalTokenCount: 11 },
    10,
    10,
    1,
    0,
  ],
  [
    "thoughts above an answer that holds them",
    { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 7, totalTokenCount: 15 },
    10,
    0,
    7,
    7,
  ],
  ["an answer alone", { candidatesTokenCount: 5 }, 0, 0, 5, 0],
  ["a total alone counts nothing that is known", { totalTokenCount: 5 }, 0, 0, 0, 0],
  ["a blocked prompt", { promptTokenCount: 10, totalTokenCount: 10 }, 10, 0, 0, 0],
  [
    "what OpenAI has no place for changes nothing",
    {
      promptTokenCount: 10,
      candidatesTokenCount: 5,
      totalTokenCount: 15,
      initialPromptTokenCount: 3,
      trafficType: "ON_DEMAND",
    },
    10,
    0,
    5,
    0,
  ],
  [
    "an answer that was all thoughts",
    { promptTokenCount: 10, thoughtsTokenCount: 7, totalTokenCount: 17 },
    10,
    0,
    7,
    7,
  ],
];

describe("usage", () => {
  for (const [name, metadata, prompt, cached, completion, reasoning] of rows) {
    test(name, () => {
      const usage = toUsage(metadata);
      expect(usage && toChatUsage(usage)).toMatchObject({
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion,
        prompt_tokens_details: { cached_tokens: cached },
        completion_tokens_details: { reasoning_tokens: reasoning },
      });
    });
  }

  test.each([
    [
      "§10.2 kinds of the prompt, results of server tools among them",
      {
        promptTokenCount: 20,
        toolUsePromptTokenCount: 54,
        promptTokensDetails: [
          { modality: "TEXT", tokenCount: 8 },
          { modality: "IMAGE", tokenCount: 7 },
          { modality: "AUDIO", tokenCount: 3 },
          { modality: "VIDEO", tokenCount: 2 },
        ],
        toolUsePromptTokensDetails: [
          { modality: "TEXT", tokenCount: 4 },
          { modality: "AUDIO", tokenCount: 20 },
          { modality: "IMAGE", tokenCount: 30 },
        ],
      },
      { cached_tokens: 0, audio_tokens: 23, text_tokens: 12, image_tokens: 37 },
      { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
    ],
    [
      "§10.2 kinds of the answer",
      {
        promptTokenCount: 2,
        candidatesTokenCount: 9,
        candidatesTokensDetails: [
          { modality: "TEXT", tokenCount: 5 },
          { modality: "AUDIO", tokenCount: 4 },
        ],
      },
      { cached_tokens: 0, audio_tokens: 0 },
      {
        reasoning_tokens: 0,
        audio_tokens: 4,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
        text_tokens: 5,
      },
    ],
    [
      "§10.2 kinds that say nothing",
      {
        promptTokenCount: 2,
        promptTokensDetails: [{ modality: "TEXT" }, {}],
        cacheTokensDetails: [{ modality: "AUDIO", tokenCount: 2 }],
      },
      { cached_tokens: 0, audio_tokens: 0 },
      { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
    ],
  ] as const)("%s", (_, metadata, prompt_tokens_details, completion_tokens_details) => {
    const usage = toUsage(JSON.parse(JSON.stringify(metadata)));
    expect(usage && toChatUsage(usage)).toMatchObject({ prompt_tokens_details, completion_tokens_details });
    expect(usage && toChatUsage(usage).prompt_tokens_details).toEqual(prompt_tokens_details);
  });

  test("§10.2 kinds add up over several calls, whoever told them", () => {
    const kinds = { inputText: 1, inputAudio: 2, inputImage: 3, outputText: 4, outputAudio: 5 };
    const plain = { uncachedInput: 6, cacheRead: 0, output: 9, reasoning: 0 };
    const said = {
      prompt_tokens: 6,
      completion_tokens: 9,
      total_tokens: 15,
      prompt_tokens_details: { audio_tokens: 7 },
    };
    expect(addUsage({ ...plain, kinds }, { ...plain, kinds }).kinds).toEqual({
      inputText: 2,
      inputAudio: 4,
      inputImage: 6,
      outputText: 8,
      outputAudio: 10,
    });
    expect(addUsage({ ...plain, kinds }, plain).kinds).toEqual(kinds);
    expect(addUsage({ ...plain, said }, { ...plain, said }).kinds).toMatchObject({ inputAudio: 14, outputAudio: 0 });
    expect(addUsage(plain, plain)).toEqual({ uncachedInput: 12, cacheRead: 0, output: 18, reasoning: 0 });
  });

  test.each<readonly [name: string, metadata: UsageMetadata, want: Partial<Usage>]>([
    [
      "text alone",
      { promptTokenCount: 10, cachedContentTokenCount: 4, candidatesTokenCount: 5, totalTokenCount: 15 },
      { uncachedInput: 6, cacheRead: 4, output: 5, reasoning: 0, total: 15 },
    ],
    [
      "results of tools",
      { promptTokenCount: 10, toolUsePromptTokenCount: 4, candidatesTokenCount: 5, totalTokenCount: 19 },
      { uncachedInput: 10, cacheRead: 0, toolPrompt: 4, output: 5, reasoning: 0, total: 19 },
    ],
    [
      "results of tools that the total leaves out",
      { promptTokenCount: 10, toolUsePromptTokenCount: 4, candidatesTokenCount: 5, totalTokenCount: 15 },
      { uncachedInput: 10, cacheRead: 0, toolPrompt: 4, output: 5, reasoning: 0, total: 19 },
    ],
    [
      "sound and pictures on both sides, some of them cached",
      {
        promptTokenCount: 100,
        cachedContentTokenCount: 50,
        toolUsePromptTokenCount: 20,
        candidatesTokenCount: 30,
        thoughtsTokenCount: 5,
        totalTokenCount: 155,
        promptTokensDetails: [
          { modality: "TEXT", tokenCount: 40 },
          { modality: "AUDIO", tokenCount: 40 },
          { modality: "IMAGE", tokenCount: 15 },
          { modality: "VIDEO", tokenCount: 5 },
        ],
        cacheTokensDetails: [
          { modality: "TEXT", tokenCount: 20 },
          { modality: "AUDIO", tokenCount: 30 },
        ],
        toolUsePromptTokensDetails: [
          { modality: "TEXT", tokenCount: 12 },
          { modality: "IMAGE", tokenCount: 8 },
        ],
        candidatesTokensDetails: [
          { modality: "TEXT", tokenCount: 10 },
          { modality: "AUDIO", tokenCount: 4 },
          { modality: "IMAGE", tokenCount: 16 },
        ],
      },
      {
        uncachedInput: 25,
        cacheRead: 20,
        toolPrompt: 12,
        output: 10,
        reasoning: 5,
        media: {
          audioInput: 10,
          imageInput: 23,
          audioCacheRead: 30,
          imageCacheRead: 0,
          audioOutput: 4,
          imageOutput: 16,
        },
        total: 155,
      },
    ],
    [
      "kinds that are more than the counts",
      {
        promptTokenCount: 10,
        candidatesTokenCount: 5,
        promptTokensDetails: [{ modality: "AUDIO", tokenCount: 99 }],
        candidatesTokensDetails: [{ modality: "AUDIO", tokenCount: 99 }],
      },
      {
        uncachedInput: 0,
        cacheRead: 0,
        output: 0,
        reasoning: 0,
        media: { audioInput: 10, imageInput: 0, audioCacheRead: 0, imageCacheRead: 0, audioOutput: 5, imageOutput: 0 },
      },
    ],
    [
      "no prompt",
      { candidatesTokenCount: 5 },
      { uncachedInput: 0, cacheRead: 0, output: 5, reasoning: 0, provenance: "partial" },
    ],
  ])("goes into disjoint buckets: %s", (_, metadata, want) => {
    const { kinds: _kinds, ...usage } = toUsage(metadata) ?? {};
    expect(usage).toEqual(want);
  });

  test("of any counts adds up to what was counted", () => {
    const count = fc.option(fc.integer({ min: 0, max: 1000 }), { nil: null });
    const modality = fc.constantFrom("TEXT", "IMAGE", "AUDIO", "VIDEO", "DOCUMENT");
    const details = fc.option(fc.array(fc.record({ modality, tokenCount: count }), { maxLength: 4 }), { nil: null });
    const metadata = fc.record({
      promptTokenCount: count,
      toolUsePromptTokenCount: count,
      candidatesTokenCount: count,
      thoughtsTokenCount: count,
      cachedContentTokenCount: count,
      promptTokensDetails: details,
      cacheTokensDetails: details,
      toolUsePromptTokensDetails: details,
      candidatesTokensDetails: details,
    });
    fc.assert(
      fc.property(metadata, (given) => {
        const counts: UsageMetadata = JSON.parse(JSON.stringify(given));
        const usage = toUsage(counts);
        if (usage === undefined) return;
        expect(inputOf(usage)).toBe((counts.promptTokenCount ?? 0) + (counts.toolUsePromptTokenCount ?? 0));
        expect(outputOf(usage)).toBe((counts.candidatesTokenCount ?? 0) + (counts.thoughtsTokenCount ?? 0));
        expect(cachedOf(usage)).toBe(Math.min(counts.cachedContentTokenCount ?? 0, counts.promptTokenCount ?? 0));
      }),
    );
  });

  test("a traffic type alone counts nothing", () => {
    expect(toUsage({ trafficType: "ON_DEMAND" })).toBeUndefined();
  });
});
