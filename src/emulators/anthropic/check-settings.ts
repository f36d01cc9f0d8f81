import { type Checked, first, placedBlocks, type Rule } from "./rule.ts";
import { texts } from "./texts.ts";
import { thinks } from "./thinks.ts";

/** Members that only a beta feature brings, and the beginnings of its names. */
const betaMembers = [
  ["mcp_servers", "mcp-client-"],
  ["context_management", "context-management-,compact-"],
  ["fallbacks", "server-side-fallback-"],
] as const;

const maxMarks = 4;

/** Rules about settings. */
export const settingRules: readonly Rule[] = [
  ({ request, betas }) =>
    first(betaMembers, ([member, names]) => {
      const isOn = [...betas].some((beta) => names.split(",").some((name) => beta.startsWith(name)));
      return request[member] != null && !isOn ? texts.unknown(member) : undefined;
    }),
  ({ request: { max_tokens = 0 }, family, model }) =>
    max_tokens > family.maxTokens ? texts.maxTokens(max_tokens, family.maxTokens, model) : undefined,
  wrongSampling,
  ({ request: { stop_sequences = [] } }) =>
    stop_sequences.some((text) => text.trim() === "") ? texts.blankStop() : undefined,
  ({ request: { metadata } }) => (/\S@\S+\.\S/.test(metadata?.user_id ?? "") ? texts.email() : undefined),
  (checked) => {
    const count = marksOf(checked).length;
    return count > maxMarks ? texts.manyMarks(count) : undefined;
  },
  (checked) => {
    const marks = marksOf(checked);
    const short = marks.findIndex(({ ttl }) => ttl !== "1h");
    const late = short < 0 ? undefined : marks.slice(short).find(({ ttl }) => ttl === "1h");
    return late === undefined ? undefined : texts.marksOrder(late.place);
  },
];

/** Newer models take what the usual value is, and no other. */
function wrongSampling(checked: Checked): string | undefined {
  const { request, family, newerVersion } = checked;
  const { temperature, top_p, top_k } = request;
  const given = first(Object.entries({ temperature, top_p, top_k }), ([name, value]) => {
    if (value === undefined) return undefined;
    if (newerVersion) return texts.noSamplingAtAll(name);
    return family.sampling === "none" && (value !== 1 || name === "top_k") ? texts.noSampling(name) : undefined;
  });
  if (given !== undefined) return given;
  if (family.sampling === "one" && temperature !== undefined && top_p !== undefined) return texts.oneOfTwo();
  if (!thinks(checked)) return undefined;
  if (temperature !== undefined && temperature !== 1) return texts.temperatureThinking();
  if (top_p !== undefined && top_p < 0.95) return texts.topPThinking();
  return top_k === undefined ? undefined : texts.topKThinking();
}

interface Mark {
  readonly place: string;
  readonly ttl: string;
}

/** The ends of cached parts, in the order in which they count. */
function marksOf({ request: { tools = [], system, messages, cache_control, ...rest } }: Checked): readonly Mark[] {
  const mark = (control: { ttl?: string } | null | undefined, place: string): readonly Mark[] =>
    control == null ? [] : [{ place, ttl: control.ttl ?? "5m" }];
  const inMessages = placedBlocks({ messages, ...rest }).flatMap(({ block, path }) => {
    const own = "cache_control" in block ? mark(block.cache_control, path) : [];
    if (block.type !== "tool_result" || !Array.isArray(block.content)) return own;
    return [...block.content.flatMap((part, at) => mark(part.cache_control, `${path}.content.${at}`)), ...own];
  });
  return [
    ...tools.flatMap((tool, at) => mark(tool.cache_control, `tools.${at}`)),
    ...(Array.isArray(system) ? system.flatMap((block, at) => mark(block.cache_control, `system.${at}`)) : []),
    ...inMessages,
    ...mark(cache_control, "messages"),
  ];
}

/** Whether something of a request stays in the cache for an hour. */
export const cachesForAnHour = (checked: Checked): boolean => marksOf(checked).some(({ ttl }) => ttl === "1h");
