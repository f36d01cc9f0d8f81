import { type Turn, turnOf } from "../model.ts";
import { randomText } from "../openai/ids.ts";
import type { Prompt } from "../prompt.ts";
import type { Answer } from "../script.ts";
import { encrypted, textBlocks } from "./citations.ts";
import type { Checked } from "./rule.ts";
import { prefixOf, signatureOf } from "./signature.ts";
import { showsThinking, thinksNow } from "./thinks.ts";
import type { Block } from "./types.ts";

/** All that an answer is made of. */
export interface Case {
  readonly checked: Checked;
  readonly prompt: Prompt;
  readonly answer: Answer;
}

/** What the model says in this turn. */
export function sayOnce({ checked, prompt, answer }: Case): Turn {
  const turn = turnOf(answer, prompt);
  const { tool_choice } = checked.request;
  const single = tool_choice !== undefined && "disable_parallel_tool_use" in tool_choice;
  const isSingle = single && tool_choice.disable_parallel_tool_use === true && answer.calls === undefined;
  return isSingle ? { ...turn, calls: turn.calls.slice(0, 1) } : turn;
}

/** A turn as blocks: thinking, what Anthropic's tools did, text, and at last the calls. */
export function blocksFor(turn: Turn, one: Case): readonly Block[] {
  return [
    ...thoughtBlocks(turn, one),
    ...codeBlocks(one),
    ...searchBlocks(turn, one),
    ...textBlocks(turn.text, one.answer),
    ...turn.calls.map(({ id, name, args }): Block => {
      return { type: "tool_use", id: id ?? newId("toolu", one), name, input: args ?? {}, caller: { type: "direct" } };
    }),
  ];
}

function thoughtBlocks({ thoughts }: Turn, { checked, answer }: Case): readonly Block[] {
  const { request, model } = checked;
  const prefix = prefixOf(request);
  const hidden = thinksNow(checked) ? (answer.redacted_thoughts ?? "") : "";
  const thinking = showsThinking(checked) ? thoughts : "";
  const signature = answer.signature ?? signatureOf(thinking, model, prefix);
  return [
    ...(hidden === "" ? [] : [{ type: "redacted_thinking", data: signatureOf(hidden, model, prefix) } as const]),
    ...(thoughts === "" ? [] : [{ type: "thinking", thinking, signature } as const]),
  ];
}

function codeBlocks(one: Case): readonly Block[] {
  return (one.answer.code ?? []).flatMap(({ source, output = "", outcome }): readonly Block[] => {
    const id = newId("srvtoolu", one);
    const failed = outcome !== undefined;
    const printed = { stdout: failed ? "" : output, stderr: failed ? output : "", return_code: failed ? 1 : 0 };
    return [
      { type: "server_tool_use", id, name: "code_execution", input: { code: source }, caller: { type: "direct" } },
      {
        type: "code_execution_tool_result",
        tool_use_id: id,
        content: { type: "code_execution_result", ...printed, content: [] },
      },
    ];
  });
}

/** The pages of an answer that a search of the web found. */
export const pagesOf = ({ sources = [] }: Pick<Answer, "sources">): NonNullable<Answer["sources"]> =>
  sources.filter(({ kind = "web" }) => kind !== "document");

function searchBlocks({ text }: Turn, one: Case): readonly Block[] {
  const pages = pagesOf(one.answer);
  if (pages.length === 0) return [];
  const id = newId("srvtoolu", one);
  const query = text.split(" ").slice(0, 6).join(" ");
  return [
    { type: "server_tool_use", id, name: "web_search", input: { query }, caller: { type: "direct" } },
    {
      type: "web_search_tool_result",
      tool_use_id: id,
      content: pages.map(({ uri, title = uri }) => ({
        type: "web_search_result",
        url: uri,
        title,
        encrypted_content: encrypted(uri),
        page_age: null,
      })),
      caller: { type: "direct" },
    },
  ];
}

/** `toolu_01Abc…`, or `toolu_vrtx_01Abc…` */
export const newId = (kind: "msg" | "toolu" | "srvtoolu", { checked }: Pick<Case, "checked">): string =>
  `${kind}_${checked.surface.mark}01${randomText(22)}`;
