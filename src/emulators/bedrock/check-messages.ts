import { countTokens } from "../text.ts";
import { refusal } from "./refusals.ts";
import {
  type Checked,
  eachBlock,
  eachMessage,
  first,
  keysOf,
  messagesOf,
  type PlacedBlock,
  placedBlocks,
  type Rule,
} from "./rule.ts";
import { texts } from "./texts.ts";
import type { InputMessage } from "./types.ts";
import { promptText } from "./usage.ts";

/** What a piece of a message may be, in the order in which Bedrock lists it. */
const blockKeys = [
  ...["text", "image", "toolUse", "toolResult", "document", "video", "audio", "cachePoint", "reasoningContent"],
  ...["citationsContent", "searchResult", "guardContent", "toolAddition", "toolRemoval"],
];
const systemKeys = ["text", "guardContent", "cachePoint"];
const resultKeys = ["json", "text", "image", "document", "video", "searchResult"];

/** Rules about messages and their texts. */
export const messageRules: readonly Rule[] = [
  ({ request, family }) => ((request.system ?? []).length > 0 && !family.system ? texts.noSystem() : undefined),
  ({ request }) =>
    first(request.system ?? [], (block, at) =>
      keysOf(block).length === 1 ? undefined : texts.oneKey("SystemContentBlock", `system.${at}`, systemKeys),
    ),
  ({ request }) =>
    first(request.system ?? [], ({ text }, at) =>
      text !== undefined && text.trim() === "" ? texts.blank("SystemContentBlock", `system.${at}`) : undefined,
    ),
  ({ request }) => (turnsOf(messagesOf(request))[0]?.role === "user" ? undefined : texts.firstRole()),
  // Claude says itself where it takes one.
  ({ request, family }) =>
    family.reasoning !== "signed" && messagesOf(request).some(({ role }) => role === "system")
      ? texts.unsupported("messages.role.system")
      : undefined,
  ({ request }) => {
    const roles = turnsOf(messagesOf(request)).map(({ role }) => role);
    return roles.some((role, at) => at > 0 && role === roles[at - 1]) ? texts.turns() : undefined;
  },
  eachMessage(({ content }, index) => (content.length === 0 ? texts.emptyContent(`messages.${index}`) : undefined)),
  eachBlock(({ block, path }) =>
    keysOf(block).length === 1 ? undefined : texts.oneKey("ContentBlock", path, blockKeys),
  ),
  eachBlock(({ block, path }) =>
    block.text !== undefined && block.text.trim() === "" ? texts.blank("ContentBlock", path) : undefined,
  ),
  eachBlock(wrongResult),
  eachBlock(misplaced),
  ({ request, family }) =>
    turnsOf(messagesOf(request)).at(-1)?.role === "user" || family.prefill ? undefined : texts.lastRole(),
  eachBlock(wrongReasoning),
  wrongCache,
  ({ request, family }) => (countTokens(promptText(request)) > family.window ? texts.tooLong() : undefined),
];

/** Instructions in the middle of a conversation are no turn of it. */
const turnsOf = (messages: readonly InputMessage[]): readonly InputMessage[] =>
  messages.filter(({ role }) => role !== "system");

function wrongResult({ block, path }: PlacedBlock): string | undefined {
  return first(block.toolResult?.content ?? [], (part, at) => {
    const place = `${path}.toolResult.content.${at}`;
    if (keysOf(part).length !== 1) return texts.oneKey("ToolResultContentBlock", place, resultKeys);
    return part.text === "" ? texts.blank("ToolResultContentBlock", place) : undefined;
  });
}

/** Whose messages a block belongs to; the others may be anybody's. */
const owners: Readonly<Record<string, InputMessage["role"]>> = {
  toolUse: "assistant",
  reasoningContent: "assistant",
  citationsContent: "assistant",
  toolResult: "user",
  image: "user",
  document: "user",
  video: "user",
  audio: "user",
  searchResult: "user",
  guardContent: "user",
};

function misplaced({ block, message: { role } }: PlacedBlock): string | undefined {
  const [key = ""] = keysOf(block);
  const owner = owners[key];
  return owner === undefined || owner === role ? undefined : texts.unsupportedFor(key, role);
}

/** Thinking that comes back: models that sign theirs take it, some take it as it is, and some not at all. */
function wrongReasoning({ block: { reasoningContent } }: PlacedBlock, { family }: Checked): string | undefined {
  if (reasoningContent === undefined || family.reasoning === "signed") return undefined;
  if (family.reasoning !== "plain") return texts.unsupportedFor("reasoningContent", "assistant");
  if (reasoningContent.redactedContent !== undefined) return texts.unsupported("reasoningContent.redactedContent");
  return reasoningContent.reasoningText?.signature === undefined
    ? undefined
    : texts.unsupported("reasoningContent.reasoningText.signature");
}

function wrongCache({ request, family }: Checked): ReturnType<Rule> {
  const { system = [], toolConfig } = request;
  const lists = [
    ...messagesOf(request).map(({ content }, index) => ({ path: `messages.${index}.content`, blocks: content })),
    { path: "system", blocks: system },
    { path: "toolConfig.tools", blocks: toolConfig?.tools ?? [] },
  ];
  const used = lists.some(({ blocks }) => blocks.some(({ cachePoint }) => cachePoint !== undefined));
  if (used && !family.caches) return refusal(403, texts.noCache());
  const early = lists.find(({ blocks }) => blocks[0]?.cachePoint !== undefined);
  return early === undefined ? undefined : texts.cacheFirst(`${early.path}.0`);
}

/** Whether a request has a block of some kind. */
export const hasBlock = ({ request }: Checked, key: "toolUse" | "toolResult"): boolean =>
  placedBlocks(request).some(({ block }) => block[key] !== undefined);
