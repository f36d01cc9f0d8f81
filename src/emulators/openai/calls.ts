import type { Call } from "../script.ts";
import { splitText } from "../text.ts";
import type { ChatRequest, Delta, ToolCall, ToolCallDelta } from "./types.ts";

/** A call as the request's own form of tools has it. */
export interface MadeCall {
  readonly id: string;
  readonly kind: "function" | "custom" | "older";
  readonly name: string;
  /** Arguments as JSON text, or the text of a custom tool. */
  readonly input: string;
}

/** Gives calls their ids and the form in which their tool was declared. The older form has room for one. */
export function makeCalls(
  calls: readonly Call[],
  request: ChatRequest,
  manners: { readonly functions: boolean; readonly ids: { readonly call: () => string } },
): readonly MadeCall[] {
  const custom = new Set((request.tools ?? []).flatMap((tool) => (tool.type === "custom" ? [tool.custom.name] : [])));
  const older = manners.functions && request.functions != null;
  return (older ? calls.slice(0, 1) : calls).map(({ id, name, args = {} }): MadeCall => {
    const made = { id: id ?? manners.ids.call(), name };
    if (custom.has(name)) return { ...made, kind: "custom", input: String(args["input"] ?? "") };
    return { ...made, kind: older ? "older" : "function", input: JSON.stringify(args) };
  });
}

/** The calls of a whole answer. */
export function callMembers(calls: readonly MadeCall[]): {
  readonly tool_calls?: ToolCall[];
  readonly function_call?: { readonly name: string; readonly arguments: string };
} {
  const [first] = calls;
  if (first === undefined) return {};
  if (first.kind === "older") return { function_call: { name: first.name, arguments: first.input } };
  return {
    tool_calls: calls.map(({ id, kind, name, input }) =>
      kind === "custom"
        ? { id, type: "custom", custom: { name, input } }
        : { id, type: "function", function: { name, arguments: input } },
    ),
  };
}

/** How calls are cut into deltas. */
export interface CallCut {
  /** One means whole. */
  readonly pieces: number;
  /** Whether later deltas repeat id and name. */
  readonly repeat: boolean;
}

/** The deltas of a call: its id and name first, then its arguments bit by bit. */
export function callDeltas(call: MadeCall, index: number, { pieces, repeat }: CallCut): readonly Delta[] {
  if (pieces < 2) return [deltaOf(call, index, call.input, true)];
  const parts = call.input === "" ? [] : splitText(call.input, pieces);
  return [deltaOf(call, index, "", true), ...parts.map((part) => deltaOf(call, index, part, repeat))];
}

function deltaOf(call: MadeCall, index: number, input: string, opens: boolean): Delta {
  const name = opens ? { name: call.name } : {};
  if (call.kind === "older") return { function_call: { ...name, arguments: input } };
  const { id, kind } = call;
  const body: ToolCallDelta =
    kind === "custom"
      ? { index, ...(opens && { id, type: kind }), custom: { ...name, input } }
      : { index, ...(opens && { id, type: kind }), function: { ...name, arguments: input } };
  return { tool_calls: [body] };
}
