import { isObject } from "../json.ts";
import { blocksOf, type Checked, eachBlock, eachMessage, first, placedBlocks, type Rule } from "./rule.ts";
import { texts } from "./texts.ts";
import type { InputBlock, InputMessage } from "./types.ts";

const idPattern = "^[a-zA-Z0-9_-]+$";
const namePattern = "^[a-zA-Z0-9_-]{1,128}$";

/** Rules about calls and their results. */
export const callRules: readonly Rule[] = [
  eachBlock(({ block, path }) =>
    block.type === "tool_use" && !new RegExp(idPattern).test(block.id)
      ? texts.pattern(`${path}.tool_use.id`, idPattern)
      : undefined,
  ),
  eachBlock(({ block, path }) =>
    block.type === "tool_use" && !new RegExp(namePattern).test(block.name)
      ? texts.pattern(`${path}.tool_use.name`, namePattern)
      : undefined,
  ),
  eachBlock(({ block, path }) =>
    block.type === "tool_use" && !isObject(block.input)
      ? texts.type(`${path}.tool_use.input`, "dictionary")
      : undefined,
  ),
  eachBlock(({ block, path }) =>
    block.type === "tool_result" && !new RegExp(idPattern).test(block.tool_use_id)
      ? texts.pattern(`${path}.tool_result.tool_use_id`, idPattern)
      : undefined,
  ),
  twoCalls,
  eachMessage(missingResults),
  eachMessage(strayResult),
  eachMessage((message, index) => {
    const ids = resultsOf(message).map(({ tool_use_id }) => tool_use_id);
    const twice = ids.find((id, at) => ids.indexOf(id) !== at);
    return twice === undefined
      ? undefined
      : texts.twoResults(`messages.${index}.content.${ids.lastIndexOf(twice)}`, twice);
  }),
  ({ request }) => {
    const used = placedBlocks(request).some(({ block: { type } }) => type === "tool_use" || type === "tool_result");
    return used && (request.tools ?? []).length === 0 ? texts.undefinedTools() : undefined;
  },
];

const callsOf = (message: InputMessage | undefined) =>
  message?.role === "assistant" ? blocksOf(message).filter((block) => block.type === "tool_use") : [];

const resultsOf = (message: InputMessage | undefined) =>
  message?.role === "user" ? blocksOf(message).filter((block) => block.type === "tool_result") : [];

function twoCalls({ request }: Checked): string | undefined {
  const seen = new Set<string>();
  return first(placedBlocks(request), ({ block, path }) => {
    if (block.type !== "tool_use") return undefined;
    if (seen.has(block.id)) return texts.twoCalls(path);
    seen.add(block.id);
    return undefined;
  });
}

/** All results stand in the next message, in front of everything else. */
function missingResults(message: InputMessage, index: number, { request }: Checked): string | undefined {
  const next = request.messages[index + 1];
  const leading = new Set(next === undefined ? [] : leadingResults(next));
  const missing = callsOf(message).filter(({ id }) => !leading.has(id));
  return missing.length === 0
    ? undefined
    : texts.noResults(
        index,
        missing.map(({ id }) => id),
      );
}

function leadingResults(message: InputMessage): readonly string[] {
  const blocks: readonly InputBlock[] = message.role === "user" ? blocksOf(message) : [];
  const other = blocks.findIndex(({ type }) => type !== "tool_result");
  return blocks
    .slice(0, other < 0 ? blocks.length : other)
    .flatMap((block) => (block.type === "tool_result" ? [block.tool_use_id] : []));
}

function strayResult(message: InputMessage, index: number, { request }: Checked): string | undefined {
  const known = new Set(callsOf(request.messages[index - 1]).map(({ id }) => id));
  return first(blocksOf(message), (block, at) =>
    block.type === "tool_result" && !known.has(block.tool_use_id)
      ? texts.noCall(`messages.${index}.content.${at}`, block.tool_use_id)
      : undefined,
  );
}
