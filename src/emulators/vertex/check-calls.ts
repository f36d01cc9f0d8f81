import type { Checked, Rule } from "./rule.ts";
import { isForged } from "./signature.ts";
import type { Surface } from "./surface.ts";
import type { Content, Part } from "./types.ts";

/** Rules about function calls and their results. openai-chat-to-gemini.md §5.3, §5.4, §9.2. */
export const callRules: readonly Rule[] = [
  eachTurn(({ role, parts }, _before, { surface: { texts } }) =>
    role !== "model" && callsIn(parts).length > 0 ? texts.callByUser() : undefined,
  ),
  eachTurn(({ role, parts }, _before, { surface: { texts } }) =>
    role === "model" && responsesIn(parts).length > 0 ? texts.responseByModel() : undefined,
  ),
  emptyName,
  eachTurn(({ parts }, before, { surface: { texts } }) =>
    callsIn(parts).length > 0 && before === undefined ? texts.callTurnPlace() : undefined,
  ),
  eachTurn(unequalCount),
  eachTurn(({ parts }, before, { surface: { texts } }) =>
    responsesIn(parts).length > 0 && callsIn(before?.parts).length === 0 ? texts.responseTurnPlace() : undefined,
  ),
  eachTurn(unmatchedName),
  eachTurn(unmatchedId),
  eachTurn(wrongMedia),
  missingSignature,
  ({ request, surface: { texts } }) => {
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
function eachTurn(rule: (turn: Turn, before: Turn | undefined, checked: Checked) => string | undefined): Rule {
  return (checked) => {
    const turns = turnsOf(checked.request.contents);
    for (const [index, turn] of turns.entries()) {
      const text = rule(turn, turns[index - 1], checked);
      if (text !== undefined) return text;
    }
    return undefined;
  };
}

function emptyName({ request: { contents }, surface: { texts } }: Checked): string | undefined {
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
function unequalCount({ parts }: Turn, before: Turn | undefined, { surface: { texts } }: Checked): string | undefined {
  const calls = callsIn(before?.parts).length;
  return calls > 0 && responsesIn(parts).length !== calls ? texts.responseCount() : undefined;
}

function unmatchedName({ parts }: Turn, before: Turn | undefined, { surface: { texts } }: Checked): string | undefined {
  const open = callsIn(before?.parts).map(({ name }) => name);
  for (const { name } of responsesIn(parts)) {
    const at = open.indexOf(name);
    if (at < 0) return texts.responseName(name);
    open.splice(at, 1);
  }
  return undefined;
}

function unmatchedId({ parts }: Turn, before: Turn | undefined, { family, surface }: Checked): string | undefined {
  const { texts } = surface;
  if (surface.name === "developer" && family.generation >= 3) return unansweredId(parts, before, surface);
  const known = new Set(callsIn(before?.parts).map(({ id, name }) => `${id} ${name}`));
  const stranger = responsesIn(parts).find(({ id, name }) => id !== undefined && !known.has(`${id} ${name}`));
  return stranger?.id === undefined ? undefined : texts.responseId(stranger.id);
}

/** Since Gemini 3 the Developer API issues ids always, and goes by them: results and calls have the same ones. */
function unansweredId(parts: readonly Part[], before: Turn | undefined, { texts }: Surface): string | undefined {
  const open = callsIn(before?.parts).map(({ id = "", name }) => `${id} ${name}`);
  for (const { id = "", name } of responsesIn(parts)) {
    const at = open.indexOf(`${id} ${name}`);
    if (at < 0) return texts.responseId(id);
    open.splice(at, 1);
  }
  return undefined;
}

/** What a result holds besides its answer, since Gemini 3. openai-chat-to-gemini.md §5.2. */
const mediaTypes: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/webp",
  "application/pdf",
  "text/plain",
]);

function wrongMedia({ parts }: Turn, _before: Turn | undefined, { family, surface }: Checked): string | undefined {
  const { texts } = surface;
  const media = responsesIn(parts).flatMap((response) => response.parts ?? []);
  if (media.length > 0 && family.generation < 3) return texts.responseMedia();
  for (const { inlineData, fileData } of media) {
    const type = (inlineData ?? fileData)?.mimeType;
    if (type !== undefined && !mediaTypes.has(type)) return texts.mediaType(type);
    if (fileData !== undefined && !fileData.fileUri.startsWith("gs://")) return texts.responseFile(fileData.fileUri);
  }
  return undefined;
}

/** In every step of the current turn the first call carries its signature. */
function missingSignature({ request, family, surface: { texts } }: Checked): string | undefined {
  if (!family.demandsSignatures) return undefined;
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
