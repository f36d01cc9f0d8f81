import type { JsonObject } from "../json.ts";
import { type Turn, turnOf } from "../model.ts";
import { type Prompt, plainPrompt } from "../prompt.ts";
import type { Answer } from "../script.ts";
import { countTokens, splitText } from "../text.ts";
import { stopTexts } from "./ask.ts";
import { textLogprobs } from "./logprobs.ts";
import type { Counts, Personality } from "./personality.ts";
import { bendAnswer, bendChunks, type Quirks } from "./quirks.ts";
import type { Head } from "./turn.ts";
import type { CompletionRequest, Switches, TextChoice, TextCompletion } from "./types.ts";
import { countsOf, nothing, type Said } from "./usage.ts";

/** A text to continue, and how many tokens it has. */
export interface TextPrompt {
  /** Empty where the prompt came as token ids, which the emulator cannot read. */
  readonly text: string;
  readonly tokens: number;
}

/** What an absent prompt stands for. */
const startOfText = "<|endoftext|>";

/** The prompts of a request: one text, several, or token ids. */
export function promptsOf({ prompt }: CompletionRequest): readonly TextPrompt[] {
  const given: unknown = prompt ?? startOfText;
  if (!Array.isArray(given)) return [ofText(String(given))];
  if (given.every((one) => typeof one === "number")) return [ofTokens(given.length)];
  return given.map((one: unknown) => (Array.isArray(one) ? ofTokens(one.length) : ofText(String(one))));
}

const ofText = (text: string): TextPrompt => ({ text, tokens: countTokens(text) });
const ofTokens = (tokens: number): TextPrompt => ({ text: "", tokens });

/** What rules and the built-in model need to know of a request. */
export function textPromptOf(request: CompletionRequest, personality: Personality): Prompt {
  return {
    ...plainPrompt(request.model, promptsOf(request)[0]?.text ?? ""),
    stream: request.stream === true,
    maxTokens: request.max_tokens ?? personality.completions.defaultMaxTokens,
    stop: stopTexts(request.stop),
  };
}

/** All that an answer of the older kind is made of. */
export interface TextCase {
  readonly request: CompletionRequest;
  readonly prompt: Prompt;
  readonly answer: Answer;
  readonly personality: Personality;
  readonly switches: Switches;
  readonly quirks: Quirks;
  readonly head: Head;
}

/** What one choice says, and the prompt it continues. */
interface Continuation {
  readonly index: number;
  readonly turn: Turn;
  readonly prompt: TextPrompt;
  readonly finish: string | null;
}

function continuationsOf({ request, prompt, answer, personality }: TextCase): readonly Continuation[] {
  const count = personality.completions.choices ? (request.n ?? 1) : 1;
  return promptsOf(request).flatMap((one, at) =>
    Array.from({ length: count }, (_, k): Continuation => {
      const turn = turnOf(answer, { ...prompt, says: one.text });
      const finish = answer.finish ?? (turn.ending === "length" ? "length" : "stop");
      return { index: at * count + k, turn, prompt: one, finish: finish === "" ? null : finish };
    }),
  );
}

/** An answer of the older kind in one piece. */
export function wholeText(one: TextCase): JsonObject {
  const { personality, quirks, switches } = one;
  const texts = continuationsOf(one);
  const counts = textCounts(texts, one);
  const choices = texts.map(({ index, turn, prompt, finish }) => {
    const echoed = one.request.echo === true ? prompt.text : "";
    const text = echoed + turn.text;
    return choiceOf(text, index, finish, one, echoed === "" ? prompt.text.length : 0, echoed !== "");
  });
  const body = bodyOf(choices, one, personality.usage(counts, { switches }));
  return bendAnswer(dress(body, one, counts), quirks);
}

/** The bodies of the events of a streamed answer. All of them have the shape of a whole one. */
export function textChunks(one: TextCase): readonly JsonObject[] {
  const { personality, quirks, request, switches } = one;
  const texts = continuationsOf(one);
  const counts = textCounts(texts, one);
  const usage = personality.usage(counts, { switches });
  const asked = request.stream_options?.include_usage === true;
  const mode = personality.stream.usage(switches);
  const sends = !quirks.has("no_usage") && (mode === "always" || (mode === "asked" && asked));
  const other = quirks.has("usage_everywhere") ? usage : asked && personality.stream.usageNull ? null : undefined;
  const lists = texts.map((text) => chunkChoices(text, one));
  const longest = Math.max(...lists.map((list) => list.length));
  const steps = Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
  const chunks = steps.map((choice) => dress(bodyOf([choice], one, other), one, counts));
  const filled = personality.stream.usageChoices === "one" || quirks.has("usage_with_choices");
  const empty: TextChoice = { index: 0, text: "", logprobs: null, finish_reason: null };
  const last = sends ? [dress(bodyOf(filled ? [empty] : [], one, usage), one, counts)] : [];
  return bendChunks([...chunks, ...last], quirks);
}

/** Prompts count once each; answers that best_of throws away count too. */
function textCounts(texts: readonly Continuation[], { request, answer, personality }: TextCase): Counts {
  const input = promptsOf(request).reduce((total, { tokens }) => total + tokens, countTokens(request.suffix ?? ""));
  const kept = personality.completions.choices ? (request.n ?? 1) : 1;
  const made = personality.completions.choices ? Math.max(kept, request.best_of ?? kept) : kept;
  const said: Said[] = texts.map(({ turn }) => ({ ...nothing, text: turn.text }));
  const counts = countsOf(input, said, answer.usage);
  return answer.usage?.output === undefined ? { ...counts, output: Math.round((counts.output * made) / kept) } : counts;
}

const bodyOf = (
  choices: readonly TextChoice[],
  { head }: TextCase,
  usage: TextCompletion["usage"],
): TextCompletion => ({
  id: head.id,
  object: "text_completion",
  created: head.created,
  model: head.model,
  choices: [...choices],
  ...(usage !== undefined && { usage }),
});

const dress = (body: TextCompletion, { answer, personality, switches }: TextCase, counts: Counts): JsonObject =>
  personality.completions.dress(body, { request: {}, answer, switches, counts });

function choiceOf(
  text: string,
  index: number,
  finish: string | null,
  { request, personality }: TextCase,
  from: number,
  echoed = false,
): TextChoice {
  const wanted = personality.completions.logprobs ? (request.logprobs ?? undefined) : undefined;
  const logprobs = wanted === undefined || text === "" ? null : textLogprobs(text, wanted, from, echoed);
  return { text, index, logprobs, finish_reason: finish };
}

/** The echo, then the text bit by bit, then why it ends. */
function chunkChoices({ index, turn, prompt, finish }: Continuation, one: TextCase): readonly TextChoice[] {
  const { request, answer } = one;
  const count = answer.chunks ?? Math.min(50, Math.max(3, Math.ceil(turn.text.length / 32)));
  const echoed = request.echo === true && prompt.text !== "";
  let from = prompt.text.length;
  const parts = (turn.text === "" ? [] : splitText(turn.text, count)).map((text) => {
    const choice = choiceOf(text, index, null, one, from);
    from += text.length;
    return choice;
  });
  return [
    ...(echoed ? [choiceOf(prompt.text, index, null, one, 0, true)] : []),
    ...parts,
    ...(finish === null ? [] : [choiceOf("", index, finish, one, from)]),
  ];
}
