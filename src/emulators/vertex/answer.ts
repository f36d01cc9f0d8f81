import { type Turn, turnOf } from "../model.ts";
import type { Prompt } from "../prompt.ts";
import type { Answer } from "../script.ts";
import { candidateOf, type Ends, logprobsOf } from "./candidates.ts";
import type { Family } from "./families.ts";
import { nothing, type Piece, type Setting, streamPieces, wholePiece } from "./pieces.ts";
import type { GenerateContentRequest, GenerateContentResponse } from "./types.ts";
import { promptTokens, type Said, usageOf } from "./usage.ts";

/** All that an answer is made of. */
export interface Case {
  readonly request: GenerateContentRequest;
  readonly prompt: Prompt;
  readonly family: Family;
  readonly answer: Answer;
  /** The members every event repeats. */
  readonly frame: Pick<GenerateContentResponse, "modelVersion" | "createTime" | "responseId">;
}

/** The answer as one body per event; an unary answer has exactly one. */
export function responsesFor(one: Case): readonly GenerateContentResponse[] {
  const { answer, frame, prompt, request } = one;
  const tokens = promptTokens(request);
  if (answer.blocked !== undefined) return [blocked(answer.blocked, one, tokens)];
  const setting: Setting = one;
  const turns = Array.from({ length: request.generationConfig?.candidateCount ?? 1 }, () => turnOf(answer, prompt));
  const steps = prompt.stream
    ? interleave(turns, setting)
    : turns.map((turn, index) => wholeStep(turn, index, setting));
  if (!prompt.stream) return [wholeAnswer(steps, turns, one, tokens)];
  const said: Said[] = [];
  const events = steps.map((step): GenerateContentResponse => {
    said.push(step.piece.says);
    return { candidates: [candidate(step, one)], usageMetadata: usageOf(tokens, said, answer.usage), ...frame };
  });
  const opening = { usageMetadata: { trafficType: answer.usage?.traffic ?? "ON_DEMAND" }, ...frame };
  return answer.traffic_first === true ? [opening, ...events] : events;
}

/** A piece of one of the candidates. */
interface Step {
  readonly piece: Piece;
  readonly index: number;
  readonly turn: Turn;
  readonly ends: Ends;
}

const whole: Ends = { reason: true, sources: true };

function wholeStep(turn: Turn, index: number, setting: Setting): Step {
  return { piece: wholePiece(turn, setting), index, turn, ends: whole };
}

function wholeAnswer(
  steps: readonly Step[],
  turns: readonly Turn[],
  one: Case,
  tokens: number,
): GenerateContentResponse {
  const candidates = steps.map((step) => candidate(step, one));
  return { candidates, usageMetadata: usageOf(tokens, turns, one.answer.usage), ...one.frame };
}

/** The pieces of all candidates, one of each in turn. */
function interleave(turns: readonly Turn[], setting: Setting): readonly Step[] {
  const { finish_at: at } = setting.answer;
  const lists = turns.map((turn, index) => {
    const pieces = streamPieces(turn, setting);
    const said = pieces.length > 0 ? pieces : [wholePiece(turn, setting)];
    const full = at === "after" ? [...said, { parts: [], says: nothing }] : said;
    const end = at === "first" ? 0 : full.length - 1;
    return full.map((piece, step): Step => {
      return { piece, index, turn, ends: { reason: step === end, sources: step === full.length - 1 } };
    });
  });
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}

function candidate(
  { piece, index, turn, ends }: Step,
  one: Case,
): NonNullable<GenerateContentResponse["candidates"]>[number] {
  const logprobsResult = logprobsOf(piece.says.text, one.request.generationConfig);
  return { ...candidateOf(piece, index, turn, one, ends), ...(logprobsResult && { logprobsResult }) };
}

/** A blocked prompt is a 200 without candidates. */
function blocked(blockReason: string, { answer, frame }: Case, tokens: number): GenerateContentResponse {
  const blockReasonMessage = answer.text ?? "The prompt could not be submitted. It contains content that was blocked.";
  return {
    promptFeedback: { blockReason, blockReasonMessage },
    usageMetadata: usageOf(tokens, [], answer.usage),
    ...frame,
  };
}
