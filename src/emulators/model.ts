import { invent } from "./invent.ts";
import { isObject, parseJson } from "./json.ts";
import type { DeclaredFunction, Prompt, ToolResult } from "./prompt.ts";
import type { Answer, Call } from "./script.ts";
import { countTokens, listedNames, longText, namesIn } from "./text.ts";

/** What a model says in one turn, before it is put into a wire language. */
export interface Turn extends Pick<Answer, "media" | "sources"> {
  readonly thoughts: string;
  readonly text: string;
  readonly calls: readonly Call[];
  /** Why it ends: all is said, a stop sequence came, or the token limit. */
  readonly ending: "done" | "stop" | "length";
}

/** The content a script gives, as written; where it gives none, what the built-in model says within its limits. */
export function turnOf(answer: Answer, prompt: Prompt): Turn {
  const { text, words, calls, json, media, sources } = answer;
  if ([text, words, calls, json, media].some((member) => member !== undefined)) {
    const written = text ?? (words === undefined ? (json === undefined ? "" : JSON.stringify(json)) : longText(words));
    const thoughts = prompt.showThoughts ? (answer.thoughts ?? "") : "";
    return {
      thoughts,
      text: written,
      calls: calls ?? [],
      ending: "done",
      ...(media && { media }),
      ...(sources && { sources }),
    };
  }
  const thoughts = prompt.showThoughts
    ? (answer.thoughts ?? `The user wants: ${shorten(prompt.says)}. I will answer.`)
    : "";
  return { ...limit({ thoughts, ending: "done", ...think(prompt) }, prompt), ...(sources && { sources }) };
}

/** A small model with good manners: it calls what it is given, uses what it gets back, and otherwise chats. */
function think(prompt: Prompt): Pick<Turn, "text" | "calls"> {
  const called = prompt.results.length > 0 || prompt.followsResults;
  if (prompt.choice === "any" || (prompt.choice === "auto" && !called)) {
    const calls = callsFor(prompt);
    if (calls.length > 0) return { text: "", calls };
  }
  if (prompt.json) return { text: JSON.stringify(invent(prompt.schema ?? defaultSchema, hintsOf(prompt))), calls: [] };
  return { text: prompt.results.length > 0 ? report(prompt.results) : chat(prompt), calls: [] };
}

const defaultSchema = { type: "object", properties: { answer: { type: "string" } } };

const hintsOf = ({ says }: Prompt): { says: string; name: string | undefined } => ({
  says,
  name: namesIn(says).at(-1),
});

/** One call; several when the text lists names and there is one function to ask about each. */
function callsFor({ functions, says }: Prompt): readonly Call[] {
  const wanted = bestFor(functions, says);
  if (wanted === undefined) return [];
  const listed = functions.length === 1 ? listedNames(says) : [];
  const names = listed.length > 1 ? listed : [namesIn(says).at(-1)];
  return names.map((name) => {
    const args = invent(wanted.schema ?? { type: "object" }, { name, says });
    return isObject(args) && Object.keys(args).length > 0 ? { name: wanted.name, args } : { name: wanted.name };
  });
}

/** The function that shares most words with the text, else the first. */
function bestFor(functions: readonly DeclaredFunction[], says: string): DeclaredFunction | undefined {
  const said = new Set(wordsOf(says));
  const score = ({ name, description }: DeclaredFunction): number =>
    wordsOf(`${name} ${description}`).filter((word) => said.has(word)).length;
  return functions.toSorted((a, b) => score(b) - score(a))[0];
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];

function report(results: readonly ToolResult[]): string {
  const sentences = results.map(({ name, value }) => `${name} says: ${flatten(value)}.`);
  return `Here is what I found. ${sentences.join(" ")} Tell me if you want to know more.`;
}

/** A result in words: `{"output": "{\"temperature\": 21}"}` → `temperature 21`. */
function flatten(value: unknown): string {
  const inner = typeof value === "string" ? (parseJson(value) ?? value) : value;
  if (Array.isArray(inner)) return inner.map(flatten).join(", ");
  if (!isObject(inner)) return String(inner);
  const members = Object.entries(inner);
  const [first] = members;
  if (members.length === 1 && first !== undefined && ["output", "result"].includes(first[0])) return flatten(first[1]);
  return members.map(([key, member]) => `${key} ${flatten(member)}`).join(", ");
}

function chat({ says, system }: Prompt): string {
  const instructed = system === "" ? "" : `I keep to my instruction: ${shorten(system)}. `;
  const heard = says === "" ? "You sent no text." : `You said: ${shorten(says)}.`;
  return `Hello! ${instructed}${heard} I am the small model inside the Specgate emulator. I need no network and no key. Ask me anything else you like.`;
}

const shorten = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line.replace(/[.!?]+$/, "");
};

/** Ends the turn where a stop sequence comes or the tokens run out; thinking counts. */
function limit(turn: Turn, { stop, maxTokens }: Prompt): Turn {
  const stops = stop.map((sequence) => turn.text.indexOf(sequence)).filter((at) => at >= 0);
  const stopped: Turn =
    stops.length === 0 ? turn : { ...turn, text: turn.text.slice(0, Math.min(...stops)), ending: "stop" };
  if (maxTokens === undefined) return stopped;
  const thoughts = stopped.thoughts.slice(0, maxTokens * 4);
  const left = maxTokens - countTokens(thoughts);
  const wanted = stopped.calls.length > 0 ? countTokens(JSON.stringify(stopped.calls)) : countTokens(stopped.text);
  if (wanted <= left) return stopped;
  return { ...stopped, thoughts, calls: [], text: stopped.text.slice(0, left * 4), ending: "length" };
}
