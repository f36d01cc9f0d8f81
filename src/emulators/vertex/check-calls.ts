import type { Checked, Rule } from "./rule.ts";
import { isForged } from "./signature.ts";
import { texts } from "./texts.ts";
import type { Content, Part } from "./types.ts";

/** Rules about function calls and their results. openai-chat-to-gemini.md §5.3, §5.4, §9.2. */
export const callRules: readonly Rule[] = [
  eachTurn(({ role, parts }) => (role !== "model" && callsIn(parts).length > 0 ? texts.callByUser() : undefined)),
  eachTurn(({ role, parts }) =>
    role === "model" && responsesIn(parts).length > 0 ? texts.responseByModel() : undefined,
  ),
  emptyName,
  eachTurn(({ parts }, before) =>
    callsIn(parts).length > 0 && before === undefined ? texts.callTurnPlace() : undefined,
  ),
  eachTurn(unequalCount),
  eachTurn(({ parts }, before) =>
    responsesIn(parts).length > 0 && callsIn(before?.parts).length === 0 ? texts.responseTurnPlace() : undefined,
  ),
  eachTurn(unmatchedName),
  eachTurn(unmatchedId),
  missingSignature,
  ({ request }) => {
    const parts = request.contents.flatMap((content) => content.parts ?? []);
    return parts.some(isForged) ? texts.wrongSignature() : undefined;
  },
];

const callsIn = (parts: readonly Part[] | undefined) => (parts ?? []).flatMap(({ functionCall }) => functionCall ?? []);
const responsesIn = (parts: readonly Part[] | undefined) =>
  (parts ?? []).flatMap(({ functionResponse }) => functionResponse ?? []);

/** A turn, and where in `contents` it begins. */
interface Turn {
  readonly role: string | undefined;
  readonly parts: readonly Part[];
  readonly index: number;
}

/**
 * The turns of a conversation. Consecutive contents of the model are one turn: the SDK's chats keep one per event of a
 * stream. Those of the user are not: results belong in one content.
 */
function turnsOf(contents: readonly Content[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const [index, { role, parts = [] }] of contents.entries()) {
    const last = turns.at(-1);
    if (role === "model" && last?.role === "model")
      turns[turns.length - 1] = { ...last, parts: [...last.parts, ...parts] };
    else turns.push({ role, parts, index });
  }
  return turns;
}

/** A rule about single turns: the first one it speaks of. */
function eachTurn(rule: (turn: Turn, before: Turn | undefined) => string | undefined): Rule {
  return ({ request }) => {
    const turns = turnsOf(request.contents);
    for (const [index, turn] of turns.entries()) {
      const text = rule(turn, turns[index - 1]);
      if (text !== undefined) return text;
    }
    return undefined;
  };
}

function emptyName({ request: { contents } }: Checked): string | undefined {
  for (const [index, { parts = [] }] of contents.entries()) {
    for (const [at, { functionCall, functionResponse }] of parts.entries()) {
      const path = `contents[${index}].parts[${at}]`;
      if (functionResponse?.name === "") return texts.responseNoName(path);
      if (functionCall !== undefined && (functionCall.name ?? "") === "") return texts.callNoName(path);
    }
  }
  return undefined;
}

/** The turn after the calls must answer them all. A last turn of calls has no turn after it. */
function unequalCount({ parts }: Turn, before: Turn | undefined): string | undefined {
  const calls = callsIn(before?.parts).length;
  return calls > 0 && responsesIn(parts).length !== calls ? texts.responseCount() : undefined;
}

function unmatchedName({ parts }: Turn, before: Turn | undefined): string | undefined {
  const open = callsIn(before?.parts).map(({ name }) => name);
  for (const { name } of responsesIn(parts)) {
    const at = open.indexOf(name);
    if (at < 0) return texts.responseName(name);
    open.splice(at, 1);
  }
  return undefined;
}

function unmatchedId({ parts }: Turn, before: Turn | undefined): string | undefined {
  const known = new Set(callsIn(before?.parts).map(({ id, name }) => `${id} ${name}`));
  const stranger = responsesIn(parts).find(({ id, name }) => id !== undefined && !known.has(`${id} ${name}`));
  return stranger?.id === undefined ? undefined : texts.responseId(stranger.id);
}

/** In every step of the current turn the first call carries its signature. */
function missingSignature({ request, family }: Checked): string | undefined {
  if (!family.signatures) return undefined;
  const turns = turnsOf(request.contents);
  const currentTurn = turns.findLastIndex(({ role, parts }) => role !== "model" && !onlyResponses(parts)) + 1;
  for (const { parts, index } of turns.slice(currentTurn)) {
    const first = parts.find(({ functionCall }) => functionCall !== undefined);
    if (first?.functionCall === undefined || (first.thoughtSignature ?? "") !== "") continue;
    return texts.noSignature(first.functionCall.name ?? "", index + 1);
  }
  return undefined;
}

const onlyResponses = (parts: readonly Part[]): boolean =>
  parts.every(({ functionResponse }) => functionResponse !== undefined);
