import { randomUUID } from "node:crypto";
import type { Turn } from "../model.ts";
import type { Prompt } from "../prompt.ts";
import type { Answer } from "../script.ts";
import { splitText } from "../text.ts";
import { partsOfCall } from "./call-pieces.ts";
import type { Family } from "./families.ts";
import { signatureOf } from "./signature.ts";
import type { AnswerPart } from "./types.ts";
import type { Said } from "./usage.ts";

/** A part of an answer, and what it adds to what has been said. */
export interface Piece {
  readonly parts: readonly AnswerPart[];
  readonly says: Said;
}

/** What the parts of an answer depend on beside the turn itself. */
export interface Setting {
  readonly prompt: Prompt;
  readonly family: Family;
  readonly answer: Answer;
}

/** Adds nothing to what has been said. */
export const nothing: Said = { thoughts: "", text: "", calls: [] };

/** A turn in one piece, as an unary answer holds it. */
export function wholePiece(turn: Turn, setting: Setting): Piece {
  const pieces = [
    ...thoughtPieces(turn, 1),
    ...codePieces(setting),
    ...textPieces(turn, setting.answer.text_parts ?? 1),
    ...mediaPieces(turn),
    ...callPieces(turn, setting),
  ];
  const parts = pieces.flatMap((piece) => piece.parts);
  const signature = closingSignature(turn, setting);
  const last = parts.at(-1);
  const signed =
    signature === undefined || last === undefined
      ? parts
      : [...parts.slice(0, -1), { ...last, thoughtSignature: signature }];
  return { parts: signFirst(signed, setting), says: turn };
}

/** A turn in the pieces of a stream: thinking, text, media, calls, and at last the end, with the signature. */
export function streamPieces(turn: Turn, setting: Setting): readonly Piece[] {
  const { answer, family } = setting;
  const pieces = [
    ...thoughtPieces(turn, 2),
    ...codePieces(setting),
    ...textPieces(turn, answer.chunks ?? usualCount(turn.text)),
    ...mediaPieces(turn),
    ...callPieces(turn, setting).flatMap((piece) => inPieces(piece, turn)),
  ];
  const [first, ...others] = pieces;
  const signed = first === undefined ? [] : [{ ...first, parts: signFirst(first.parts, setting) }, ...others];
  const signature = closingSignature(turn, setting);
  const spread = answer.empty_parts === true ? signed.flatMap((piece) => [emptyPiece, piece]) : signed;
  // Since Gemini 3 the end comes in an event of its own.
  if (family.generation < 3 && signature === undefined) return spread;
  const closing: AnswerPart = signature === undefined ? { text: "" } : { text: "", thoughtSignature: signature };
  return [...spread, { parts: [closing], says: nothing }];
}

const emptyPiece: Piece = { parts: [{ text: "" }], says: nothing };

const usualCount = (text: string): number => Math.min(50, Math.max(3, Math.ceil(text.length / 32)));

function thoughtPieces({ thoughts }: Turn, count: number): readonly Piece[] {
  if (thoughts === "") return [];
  return splitText(thoughts, count).map((text) => ({
    parts: [{ text, thought: true }],
    says: { ...nothing, thoughts: text },
  }));
}

function textPieces({ text }: Turn, count: number): readonly Piece[] {
  if (text === "") return [];
  return splitText(text, count).map((piece) => ({ parts: [{ text: piece }], says: { ...nothing, text: piece } }));
}

function mediaPieces({ media = [] }: Turn): readonly Piece[] {
  return media.map(({ mime_type: mimeType, data }) => ({ parts: [{ inlineData: { mimeType, data } }], says: nothing }));
}

/** Code and its result, a part each. */
function codePieces({ answer: { code = [] } }: Setting): readonly Piece[] {
  return code.flatMap(({ source, output, outcome = "OUTCOME_OK" }) => {
    const parts: readonly AnswerPart[] = [
      { executableCode: { language: "PYTHON", code: source } },
      { codeExecutionResult: output === undefined ? { outcome } : { outcome, output } },
    ];
    return parts.map((part) => ({ parts: [part], says: nothing }));
  });
}

/** A piece whose calls come value by value, where a script wants it; else the piece as it is. */
function inPieces(piece: Piece, { calls }: Turn): readonly Piece[] {
  const wanted = new Set(calls.filter(({ pieces }) => pieces === true).map(({ name }) => name));
  if (!piece.parts.some(({ functionCall }) => wanted.has(functionCall?.name ?? ""))) return [piece];
  const parts = piece.parts.flatMap((part) => (wanted.has(part.functionCall?.name ?? "") ? partsOfCall(part) : [part]));
  return parts.map((part, at) => ({ parts: [part], says: at === 0 ? piece.says : nothing }));
}

/** Only the first call carries a signature. It has an event of its own; further calls share the next one. */
function callPieces({ calls }: Turn, { family, answer }: Setting): readonly Piece[] {
  const parts = calls.map((call, index): AnswerPart => {
    const id = call.id ?? (family.generation >= 3 ? randomUUID().slice(0, 8) : undefined);
    const functionCall = {
      ...(id !== undefined && { id }),
      name: call.name,
      ...(call.args !== undefined && { args: call.args }),
    };
    const signature = index === 0 && family.signs ? (answer.signature ?? signatureOf({ functionCall })) : "";
    return signature === "" ? { functionCall } : { functionCall, thoughtSignature: signature };
  });
  const [first, ...others] = parts;
  if (first === undefined) return [];
  const opening: Piece = { parts: [first], says: { ...nothing, calls: calls.slice(0, 1) } };
  return others.length === 0 ? [opening] : [opening, { parts: others, says: { ...nothing, calls: calls.slice(1) } }];
}

/** Since Gemini 3 an answer without calls is signed at its end. */
function closingSignature({ text, calls, media = [] }: Turn, { family, answer }: Setting): string | undefined {
  if (!family.signs || calls.length > 0 || (text === "" && media.length === 0)) return undefined;
  const signature = answer.signature ?? signatureOf({ text });
  return signature === "" ? undefined : signature;
}

/** Gemini 2.5 signs the first part, when it thinks and functions are declared. */
function signFirst(parts: readonly AnswerPart[], { family, answer, prompt }: Setting): readonly AnswerPart[] {
  const [first, ...others] = parts;
  const asked = answer.signature ?? (prompt.showThoughts && prompt.hasFunctions ? signatureOf(first ?? {}) : "");
  if (family.generation >= 3 || first === undefined || asked === "") return parts;
  return [{ ...first, thoughtSignature: asked }, ...others];
}
