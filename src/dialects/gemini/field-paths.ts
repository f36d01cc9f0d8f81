import type { Places } from "../places.ts";

/** Members of `generationConfig` by the client's names for them. */
const settings: ReadonlyMap<string, string> = new Map([
  ["temperature", "temperature"],
  ["topP", "top_p"],
  ["topK", "top_k"],
  ["candidateCount", "n"],
  ["maxOutputTokens", "max_tokens"],
  ["stopSequences", "stop"],
  ["presencePenalty", "presence_penalty"],
  ["frequencyPenalty", "frequency_penalty"],
  ["seed", "seed"],
  ["responseLogprobs", "logprobs"],
  ["logprobs", "top_logprobs"],
  ["responseMimeType", "response_format"],
  ["responseSchema", "response_format.json_schema.schema"],
  ["responseJsonSchema", "response_format.json_schema.schema"],
  ["responseModalities", "modalities"],
  ["speechConfig", "audio"],
  ["thinkingConfig", "reasoning_effort"],
  ["mediaResolution", "messages"],
]);

/** Members of the request by the client's names for them. */
const members: ReadonlyMap<string, string> = new Map([
  ["contents", "messages"],
  ["systemInstruction", "messages"],
  ["tools", "tools"],
  ["toolConfig", "tool_choice"],
  ["safetySettings", "safety_settings"],
  ["cachedContent", "cached_content"],
]);

/** Members of a declaration by the client's names for them. */
const declared: ReadonlyMap<string, string> = new Map([
  ["name", "name"],
  ["description", "description"],
  ["parameters", "parameters"],
  ["parametersJsonSchema", "parameters"],
]);

/**
 * The client's path for a member of Gemini's request: `tools[0].function_declarations[3].parameters.x` is
 * `tools[3].function.parameters.x`. Turns do not pair up with messages, so those are named together.
 *
 * @param places what the client's request has where; without it the usual path is told
 * @returns undefined for a member that no field of the client's makes
 */
export function toClientPath(path: string, places: Places = (usual) => usual): string | undefined {
  const usual = toUsualPath(path);
  return usual === undefined ? undefined : places(usual);
}

function toUsualPath(path: string): string | undefined {
  const [first = "", second = "", ...rest] = path.replace(/^GenerateContentRequest\./, "").split(".");
  const name = camel(first);
  if (name === "generationConfig") return toSetting(second, rest);
  if (name === "tools" && camel(second).startsWith("functionDeclarations")) return toDeclaration(second, rest);
  return members.get(name);
}

function toSetting(second: string, rest: readonly string[]): string | undefined {
  const known = settings.get(camel(second));
  // Only a schema is the client's own below its name.
  return known?.endsWith(".schema") === true ? [known, ...rest].join(".") : known;
}

function toDeclaration(second: string, [member = "", ...rest]: readonly string[]): string {
  const at = /\[\d+\]/.exec(second)?.[0] ?? "";
  if (at === "") return "tools";
  const name = declared.get(camel(member));
  return [`tools${at}.function`, ...(name === undefined ? [] : [name, ...rest])].join(".");
}

/** A name without its index, in camel case: Google's errors write either case. */
function camel(step: string): string {
  return step.replace(/\[.*$/, "").replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Paths in a text: the root and at least one step, so that no plain word is taken for one. */
const paths =
  /(?:GenerateContentRequest\.)?\b(?:contents|system_?[iI]nstruction|tools|tool_?[cC]onfig|generation_?[cC]onfig|safety_?[sS]ettings)(?:\[\d+\]|\.\w+)+/g;

/** A text of Google's with the client's own paths in it. */
export function withClientPaths(text: string, places?: Places): string {
  return text.replace(paths, (path) => toClientPath(path, places) ?? path);
}

/** The client's path of the first member that a text speaks of, by its path or in words. */
export function firstClientPath(text: string, places: Places = (usual) => usual): string | undefined {
  for (const [path] of text.matchAll(paths)) {
    const found = toClientPath(path, places);
    if (found !== undefined) return found;
  }
  const usual = subjects.find(([words]) => words.test(text))?.[1];
  return usual === undefined ? undefined : places(usual);
}

/** What Google says of a setting without a path to it. */
const subjects: readonly (readonly [RegExp, string])[] = [
  [/\bthinking[ _](?:level|budget|mode|config)|\bthinking is not supported/i, "reasoning_effort"],
  [/^logprobs is not (?:enabled|supported)/i, "logprobs"],
  [/^multiple candidates is not enabled/i, "n"],
];
