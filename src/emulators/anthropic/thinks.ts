import { blocksOf, type Checked } from "./rule.ts";

/** Whether thinking is on. */
export function thinks({ request: { thinking }, family }: Pick<Checked, "request" | "family">): boolean {
  return thinking === undefined ? family.thinking.byDefault : thinking.type !== "disabled";
}

/** Whether the model thinks in this turn; some do only between calls of tools. */
export function thinksNow(checked: Pick<Checked, "request" | "family">): boolean {
  const { thinking, messages } = checked.request;
  if (thinking?.type !== "between_tools") return thinks(checked);
  const last = messages.at(-1);
  return last !== undefined && blocksOf(last).some(({ type }) => type === "tool_result");
}

/** Whether thinking can be read. */
export function showsThinking({ request: { thinking }, family }: Pick<Checked, "request" | "family">): boolean {
  if (thinking?.type === "between_tools") return true;
  const display = thinking !== undefined && "display" in thinking ? thinking.display : undefined;
  return display == null ? family.thinking.shown : display === "summarized";
}
