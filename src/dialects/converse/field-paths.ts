/** A client's usual path → the path in this client's request; undefined where it has none. */
type Places = (usual: string) => string | undefined;

/** Members of the request by the client's names for them. */
const members: readonly (readonly [path: RegExp, usual: string])[] = [
  [/^inferenceConfig\.maxTokens/, "max_tokens"],
  [/^inferenceConfig\.temperature/, "temperature"],
  [/^inferenceConfig\.topP/, "top_p"],
  [/^inferenceConfig\.stopSequences/, "stop"],
  [/^toolConfig\.toolChoice/, "tool_choice"],
  [/^toolConfig/, "tools"],
  [/^outputConfig/, "response_format"],
  [/^(?:serviceTier|performanceConfig)/, "service_tier"],
  [/^additionalModelRequestFields/, "reasoning_effort"],
  [/^system/, "messages"],
];

/** Members of a tool by the client's names for them. */
const declared: ReadonlyMap<string, string> = new Map([
  ["name", "name"],
  ["description", "description"],
  ["strict", "strict"],
]);

/**
 * The client's path for a member of Converse's request, as its refusals name them: `messages.0.content.1` is
 * `messages[0].content[1]`, `toolConfig.tools.0.toolSpec.inputSchema.json.properties` is
 * `tools[0].function.parameters.properties`. A turn keeps its number, which {@link Places} knows the message of.
 */
function toUsualPath(path: string): string | undefined {
  const steps = path.replace(/\[(\d+)\]/g, ".$1").split(".");
  const [first = "", second = "", third = "", ...rest] = steps;
  if (first === "messages" && isIndex(second)) {
    const place = third === "content" ? ["content", ...rest.slice(0, 1).filter(isIndex)] : [];
    return `messages${below([second, ...place])}`;
  }
  if (first === "toolConfig" && second === "tools" && isIndex(third)) {
    const [member = "", json = "", ...schema] = rest[0] === "toolSpec" ? rest.slice(1) : rest;
    if (member === "inputSchema") return `tools[${third}].function.parameters${json === "json" ? below(schema) : ""}`;
    const name = declared.get(member);
    return `tools[${third}].function${name === undefined ? "" : `.${name}`}`;
  }
  return members.find(([pattern]) => pattern.test(path))?.[1];
}

function below(steps: readonly string[]): string {
  return steps.map((step) => (isIndex(step) ? `[${step}]` : `.${step}`)).join("");
}

function isIndex(step: string): boolean {
  return /^\d+$/.test(step);
}

/** Paths as they stand in texts: with dots, in brackets, or as a JSON pointer behind `#/`. */
const paths =
  /(?:#\/)?\b(?:messages|system|inferenceConfig|toolConfig|outputConfig|additionalModelRequestFields|serviceTier|performanceConfig)(?:[./]\w+|\[\d+\])*/g;

/** Bedrock's words for settings that stand without a path. */
const subjects: readonly (readonly [RegExp, string])[] = [
  [/\bmaximum tokens\b|\bmax_?tokens\b/i, "max_tokens"],
  [/\bstopSequences\b/, "stop"],
  [/\btopP\b|\btop_p\b/, "top_p"],
  [/\btemperature\b/, "temperature"],
  [/\btoolChoice\b/, "tool_choice"],
  [/\btool (?:use|spec)|\btoolSpec\b/i, "tools"],
  [/\btoolUse\b|\btoolResult\b|\bContentBlock\b|\bconversation\b|\bmessages?\b/i, "messages"],
];

/** A text of Bedrock's with the client's own paths in it. */
export function withClientPaths(text: string, places: Places): string {
  return text.replace(paths, (path) => clientPath(path, places) ?? path);
}

/** The client's path of the first member that a text speaks of, by its path or in words. */
export function firstClientPath(text: string, places: Places): string | undefined {
  for (const [path] of text.matchAll(paths)) {
    const found = clientPath(path, places);
    if (found !== undefined) return found;
  }
  const usual = subjects.find(([words]) => words.test(text))?.[1];
  return usual === undefined ? undefined : places(usual);
}

function clientPath(path: string, places: Places): string | undefined {
  const usual = toUsualPath(path.replace(/^#\//, "").replaceAll("/", "."));
  return usual === undefined ? undefined : places(usual);
}
