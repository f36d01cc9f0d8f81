import fc from "fast-check";
import { type Field, walk } from "../../scripts/spec/fields.ts";
import { valuesOf } from "./_arbitrary.ts";

/** An upstream answer with a field, and others without it or with another value. */
export interface AnswerContrast {
  readonly given: object;
  readonly contrasts: readonly object[];
}

/** What a field needs beside it, by the path of the object it stands in. */
const beside: readonly (readonly [RegExp, Readonly<Record<string, object>>])[] = [
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
  [/chosenCandidates\[\]\./, { "candidates[].logprobsResult.chosenCandidates[]": { token: "a", logProbability: -1 } }],
];

/** Values that the schema alone does not describe. */
const special: readonly (readonly [RegExp, fc.Arbitrary<unknown>])[] = [
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
  [/^usageMetadata$/, fc.integer({ min: 10, max: 99 }).map((n) => ({ promptTokenCount: n, candidatesTokenCount: n }))],
];

function base(): Record<string, unknown> {
  return {
    candidates: [{ content: { role: "model", parts: [{ text: "Base." }] }, finishReason: "STOP" }],
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 },
  };
}

/** Answers that use a field, each beside some that do not. */
export function answersFor(root: Field, path: string, word: string | undefined): fc.Arbitrary<AnswerContrast> {
  const field = [...walk(root)].find((one) => one.path === path);
  if (field === undefined) throw new Error(`no field ${path}`);
  const value =
    word === undefined ? (special.find(([one]) => one.test(path))?.[1] ?? valuesOf(field)) : fc.constant<unknown>(word);
  return value.map((one) => {
    // An answer without a reason is a broken one: reasons are held against each other.
    const others = path.endsWith("finishReason") ? ["STOP", "MAX_TOKENS"].filter((other) => other !== one) : [absent];
    return { given: place(path, one), contrasts: others.map((other) => place(path, other)) };
  });
}

const absent: unique symbol = Symbol("absent");

function place(path: string, value: unknown): object {
  const answer = base();
  const around = beside.find(([pattern]) => pattern.test(path))?.[1] ?? {};
  const steps = path.split(".").flatMap((step) => (step.endsWith("[]") ? [step.slice(0, -2), "[]"] : [step]));
  put(answer, steps, "", value, around);
  return answer;
}

/** Walks to a place, making what is missing; new parts are added after the ones there are. */
function put(
  at: object,
  steps: readonly string[],
  path: string,
  value: unknown,
  around: Readonly<Record<string, object>>,
): void {
  Object.assign(at, around[path] ?? {});
  const [step, next, ...rest] = steps;
  if (step === undefined) return;
  const here = path === "" ? step : `${path}.${step}`;
  if (next === undefined) {
    if (value === absent) Reflect.deleteProperty(at, step);
    else Reflect.set(at, step, value);
  } else if (next === "[]") {
    const list: unknown = Reflect.get(at, step) ?? [];
    if (!Array.isArray(list)) throw new Error(`${here} is no list`);
    Reflect.set(at, step, list);
    const item = step === "candidates" && list.length > 0 ? list[0] : {};
    if (!list.includes(item)) list.push(item);
    put(item, rest, `${here}[]`, value, around);
    if (Object.keys(item).length === 0) list.pop();
  } else {
    const member: unknown = Reflect.get(at, step) ?? {};
    if (typeof member !== "object" || member === null) throw new Error(`${here} is no object`);
    Reflect.set(at, step, member);
    put(member, [next, ...rest], here, value, around);
  }
}
