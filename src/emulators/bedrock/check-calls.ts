import { isObject } from "../json.ts";
import { hasBlock } from "./check-messages.ts";
import { type Checked, eachBlock, eachMessage, first, messagesOf, type PlacedBlock, type Rule } from "./rule.ts";
import { texts } from "./texts.ts";
import type { InputMessage } from "./types.ts";

/** What ids of calls and names of tools are made of. */
export const namePattern = "[a-zA-Z0-9_-]+";
const isName = (text: string): boolean => new RegExp(`^${namePattern}$`).test(text);

/** The refusal of a text that does not match, in the words of what checks shapes. */
export const wrongName = (text: string, place: string): string | undefined =>
  isName(text)
    ? undefined
    : texts.wrongValue(`'${text}'`, place, `Member must satisfy regular expression pattern: ${namePattern}`);

/** Rules about calls and their results. */
export const callRules: readonly Rule[] = [
  (checked) =>
    checked.request.toolConfig === undefined && (hasBlock(checked, "toolUse") || hasBlock(checked, "toolResult"))
      ? texts.noToolConfig()
      : undefined,
  eachBlock(wrongNames),
  eachBlock(wrongValues),
  eachMessage((message, index) => twice("toolUse", idsOf(message, "toolUse"), index)),
  eachMessage((message, index) => twice("toolResult", idsOf(message, "toolResult"), index)),
  eachMessage(wrongResults),
  eachMessage(({ content }, index, { family }) => {
    const results = content.filter(({ toolResult }) => toolResult !== undefined).length;
    const mixed = results > 0 && results < content.length && !family.mixesResults;
    return mixed ? texts.mixed(`messages.${index}.content`) : undefined;
  }),
  eachBlock(({ block: { toolResult } }, { family }) =>
    toolResult?.status !== undefined && !family.resultStatus ? texts.unsupported("toolResult.status") : undefined,
  ),
];

/** `messages.2.member.content.1.member`, as what checks shapes counts. */
export const memberPath = (path: string): string =>
  path.replaceAll(/\.(\d+)/g, (_all, digits: string) => `.${Number(digits) + 1}.member`);

function wrongNames({ block: { toolUse, toolResult }, path }: PlacedBlock): string | undefined {
  const place = memberPath(path);
  if (toolResult !== undefined) return wrongName(toolResult.toolUseId, `${place}.toolResult.toolUseId`);
  if (toolUse === undefined) return undefined;
  return wrongName(toolUse.toolUseId, `${place}.toolUse.toolUseId`) ?? wrongName(toolUse.name, `${place}.toolUse.name`);
}

/** What may be any JSON for the shape has to be an object all the same. */
function wrongValues({ block: { toolUse, toolResult }, path }: PlacedBlock): string | undefined {
  if (toolUse !== undefined && !isObject(toolUse.input)) return texts.notJson(`${path}.toolUse.input`);
  return first(toolResult?.content ?? [], ({ json }, at) =>
    json === undefined || isObject(json) ? undefined : texts.notJson(`${path}.toolResult.content.${at}.json`),
  );
}

const idsOf = (message: InputMessage | undefined, key: "toolUse" | "toolResult"): readonly string[] =>
  (message?.content ?? []).flatMap((block) => block[key]?.toolUseId ?? []);

function twice(kind: string, ids: readonly string[], index: number): string | undefined {
  const repeated = new Set(ids.filter((id, at) => ids.indexOf(id) !== at));
  return repeated.size === 0 ? undefined : texts.twice(kind, `messages.${index}.content`, [...repeated]);
}

/** Each call has its result in the next message, and each result its call in the one before. */
function wrongResults(message: InputMessage, index: number, { request }: Checked): string | undefined {
  const before = messagesOf(request)[index - 1];
  const calls = before?.role === "assistant" ? idsOf(before, "toolUse") : [];
  const results = idsOf(message, "toolResult");
  const place = `messages.${index}.content`;
  const missing = calls.filter((id) => !results.includes(id));
  if (missing.length > 0) return texts.expectedResults(place, missing);
  return results.length > calls.length ? texts.manyResults(place) : undefined;
}
