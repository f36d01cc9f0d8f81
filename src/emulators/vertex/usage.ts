import type { Turn } from "../model.ts";
import type { Answer } from "../script.ts";
import { countTokens } from "../text.ts";
import type { GenerateContentRequest, ModalityTokenCount, UsageMetadata } from "./types.ts";

/** Google counts a picture as a fixed number of tokens. */
const mediaTokens = 258;

/** Tokens of a whole request: contents, standing instruction and tools. */
export function promptTokens(request: GenerateContentRequest): number {
  let media = 0;
  const text = JSON.stringify([request.contents, request.systemInstruction, request.tools], (key, value: unknown) => {
    if (key === "inlineData" || key === "fileData") media++;
    return key === "data" || key === "thoughtSignature" ? undefined : value;
  });
  return countTokens(text) + media * mediaTokens;
}

/** What has been said so far: text and calls, and thinking. */
export type Said = Pick<Turn, "thoughts" | "text" | "calls">;

/** Token counts that add up, with what a script wants instead of the estimates. */
export function usageOf(prompt: number, said: readonly Said[], wanted: Answer["usage"] = {}): UsageMetadata {
  const input = wanted.input ?? prompt;
  const estimated = said.map(
    ({ text, calls }) => countTokens(text) + (calls.length > 0 ? countTokens(JSON.stringify(calls)) : 0),
  );
  const output = wanted.output ?? sum(estimated);
  const thinking = wanted.thinking ?? sum(said.map(({ thoughts }) => countTokens(thoughts)));
  const toolUse = wanted.tool_use ?? 0;
  return {
    promptTokenCount: input,
    ...(output > 0 && { candidatesTokenCount: output }),
    totalTokenCount: input + output + thinking + toolUse,
    ...(wanted.cached !== undefined && { cachedContentTokenCount: wanted.cached }),
    ...(thinking > 0 && { thoughtsTokenCount: thinking }),
    ...(toolUse > 0 && { toolUsePromptTokenCount: toolUse }),
    promptTokensDetails: kindsOf(wanted.input_kinds ?? { TEXT: input }),
    ...(output > 0 && { candidatesTokensDetails: kindsOf(wanted.output_kinds ?? { TEXT: output }) }),
    trafficType: wanted.traffic ?? "ON_DEMAND",
  };
}

const kindsOf = (counts: Readonly<Record<string, number>>): ModalityTokenCount[] =>
  Object.entries(counts).map(([modality, tokenCount]) => ({ modality, tokenCount }));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
