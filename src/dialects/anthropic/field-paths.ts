/** A client's usual path → the path in this client's request; undefined where it has none. */
type Places = (usual: string) => string | undefined;

/** Members of the request by the client's names for them. */
const members: ReadonlyMap<string, string> = new Map([
  ["messages", "messages"],
  ["system", "messages"],
  ["max_tokens", "max_tokens"],
  ["temperature", "temperature"],
  ["top_p", "top_p"],
  ["top_k", "top_k"],
  ["stop_sequences", "stop"],
  ["stream", "stream"],
  ["tools", "tools"],
  ["tool_choice", "tool_choice"],
  ["thinking", "reasoning_effort"],
  ["output_format", "response_format"],
  ["service_tier", "service_tier"],
  ["speed", "service_tier"],
  ["cache_control", "cache_control"],
]);

/** Members of a tool by the client's names for them. */
const declared: ReadonlyMap<string, string> = new Map([
  ["name", "name"],
  ["description", "description"],
  ["input_schema", "parameters"],
  ["strict", "strict"],
]);

/**
 * The client's path for a member of Anthropic's request: `tools.0.custom.input_schema.properties.x` is
 * `tools[0].function.parameters.properties.x`. A turn keeps its number, which {@link Places} knows the message of.
 *
 * @returns undefined for a member that no field of the client's makes
 */
function toClientPath(path: string, places: Places): string | undefined {
  const usual = toUsualPath(path.split("."));
  return usual === undefined ? undefined : places(usual);
}

function toUsualPath([first = "", second = "", ...rest]: readonly string[]): string | undefined {
  if (first === "tools" && isIndex(second)) return toDeclaration(second, rest);
  if (first === "messages" && isIndex(second)) return `messages${below([second, ...rest])}`;
  if (first === "output_config" && second === "format") return `response_format${toSchema(rest)}`;
  if (first === "output_config") return "reasoning_effort";
  if (first === "metadata") return "user";
  return members.get(first);
}

/** Behind its number a tool names its kind, or does not. */
function toDeclaration(index: string, steps: readonly string[]): string {
  const [member = "", ...rest] = steps[0] === "custom" ? steps.slice(1) : steps;
  const name = declared.get(member);
  if (name === undefined) return `tools[${index}].function`;
  return `tools[${index}].function.${name}${name === "parameters" ? below(rest) : ""}`;
}

/** Of a form of the answer the client has its schema at a place of its own. */
function toSchema([member, ...rest]: readonly string[]): string {
  return member === "schema" ? `.json_schema.schema${below(rest)}` : "";
}

function below(steps: readonly string[]): string {
  return steps.map((step) => (isIndex(step) ? `[${step}]` : `.${step}`)).join("");
}

function isIndex(step: string): boolean {
  return /^\d+$/.test(step);
}

/** A path at the beginning of a line, before a colon; or a setting in backticks. Other words in backticks are blocks. */
const paths =
  /^(?:messages|system|max_tokens|temperature|top_p|top_k|stop_sequences|stream|tools|tool_choice|thinking|output_config|output_format|metadata|service_tier|speed|cache_control)(?:\.[\w$-]+)*(?=: )|(?<=`)(?:max_tokens|temperature|top_p|top_k|stop_sequences)(?=`)/gm;

/** A text of Anthropic's with the client's own paths in it. */
export function withClientPaths(text: string, places: Places): string {
  return text.replace(paths, (path) => toClientPath(path, places) ?? path);
}

/** The client's path of the first member that a text speaks of, by its path or in words. */
export function firstClientPath(text: string, places: Places): string | undefined {
  for (const [path] of text.matchAll(paths)) {
    const found = toClientPath(path, places);
    if (found !== undefined) return found;
  }
  const usual = subjects.find(([words]) => words.test(text))?.[1];
  return usual === undefined ? undefined : places(usual);
}

/** What Anthropic says of a member without a path to it. */
const subjects: readonly (readonly [RegExp, string])[] = [
  [/\bassistant message prefill\b|\brole 'system'|\btool_(?:use|result)\b/, "messages"],
  [/\boutput format\b|\bgrammar\b/, "response_format"],
  [/\bstrict tools\b/, "tools"],
  [/\bthinking\b|\beffort\b/i, "reasoning_effort"],
  [/\btool_choice\b|\bnot found in provided tools\b/, "tool_choice"],
];
