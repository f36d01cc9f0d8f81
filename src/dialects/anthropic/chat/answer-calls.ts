import type { AnsweredBlock } from "../types.ts";
import type { AnswerText } from "./answer-text.ts";
import type { AnthropicContext, ClientTool } from "./context.ts";

/** A call, or more of the arguments of the call with that index. */
export type CallPiece =
  | {
      readonly kind: "call";
      readonly id: string;
      readonly index: number;
      readonly tool: ClientTool;
      /** Arguments as far as they are known; for a custom tool, its input. */
      readonly text: string;
    }
  | { readonly kind: "arguments"; readonly index: number; readonly text: string }
  /** The call that stands in for structured output. */
  | { readonly kind: "text"; readonly text: string };

/** A call whose input comes in pieces. */
export interface OpenCall {
  /** What is said of it at once. */
  readonly opening: readonly CallPiece[];
  /** A piece of its input, as JSON. */
  readonly push: (json: string) => readonly CallPiece[];
  /** The block is over. */
  readonly close: () => readonly CallPiece[];
}

/** Reads the calls of one answer. */
export interface CallReader {
  /** A call begins; undefined for one that the client does not get. */
  readonly open: (block: ToolUse) => OpenCall | undefined;
  /** What the finish reason must speak of. */
  readonly seen: () => "none" | "tool_calls" | "function_call";
}

type ToolUse = Extract<AnsweredBlock, { type?: "tool_use" | null }>;

const nothing: readonly CallPiece[] = [];
const noMembers: ReadonlyMap<string, string> = new Map();

/** Makes a reader with fresh counts: calls are numbered among themselves, and not among all blocks. */
export function createCallReader(context: AnthropicContext, text: AnswerText): CallReader {
  const limit = context.onlyFirstCall || context.legacyCalls ? 1 : Number.POSITIVE_INFINITY;
  let callCount = 0;
  let shownCount = 0;
  let answered = false;

  /** The call that is the answer: its input is text. */
  function openAnswer({ input }: ToolUse, tool: ClientTool | undefined): OpenCall | undefined {
    // Models may call it several times; two documents are not JSON.
    if (answered) return undefined;
    answered = true;
    text.giveWay();
    const toPieces = (said: string): readonly CallPiece[] => [{ kind: "text", text: said }];
    const members = tool?.members ?? noMembers;
    const opened = { opening: nothing, toPieces };
    return members.size > 0 ? keeping(opened, input, (json) => renamed(json, members)) : passing(opened, input);
  }

  function openTool({ id: given, input }: ToolUse, tool: ClientTool): OpenCall {
    /** Calls are numbered as they are shown: blocks may lie one in another. */
    const call = (said: string): Extract<CallPiece, { kind: "call" }> => {
      const index = shownCount++;
      const id = given || `call_${context.facts.callId}_${index}`;
      return { kind: "call", id, index, tool, text: said };
    };
    callCount++;
    if (tool.kind === "custom") {
      return keeping({ opening: nothing, toPieces: (said) => [call(said)] }, input, customInput);
    }
    const shown = call("");
    const toPieces = (said: string): readonly CallPiece[] => [{ kind: "arguments", index: shown.index, text: said }];
    const opened = { opening: [shown], toPieces };
    return tool.members.size > 0
      ? keeping(opened, input, (json) => renamed(json, tool.members))
      : passing(opened, input);
  }

  return {
    open(block) {
      const name = block.name ?? "";
      const tool = context.tools.get(name);
      if (name === context.answerTool) return openAnswer(block, tool);
      if (callCount >= limit) return undefined;
      return openTool(block, tool ?? { name, kind: "function", members: noMembers });
    },
    seen: () => (callCount === 0 ? "none" : context.legacyCalls ? "function_call" : "tool_calls"),
  };
}

interface Opened {
  readonly opening: readonly CallPiece[];
  readonly toPieces: (said: string) => readonly CallPiece[];
}

/** Passes the pieces of an input on as they come. Where none do, the block itself holds it. */
function passing({ opening, toPieces }: Opened, input: unknown): OpenCall {
  let came = false;
  return {
    opening,
    push(json) {
      if (json === "") return nothing;
      came = true;
      return toPieces(json);
    },
    close: () => (came ? nothing : toPieces(toJson(input))),
  };
}

/** Keeps the pieces of an input until it is whole, for it is another to the client. */
function keeping({ opening, toPieces }: Opened, input: unknown, rewrite: (json: string) => string): OpenCall {
  let kept = "";
  return {
    opening,
    push(json) {
      kept += json;
      return nothing;
    },
    close: () => toPieces(rewrite(kept === "" ? toJson(input) : kept)),
  };
}

/** A text is JSON already, that of a call which was cut off. */
function toJson(input: unknown): string {
  return typeof input === "string" ? input : JSON.stringify(input ?? {});
}

/** Arguments under the client's names for them. An input that was cut off stays as it is. */
function renamed(json: string, members: ReadonlyMap<string, string>): string {
  const args = parse(json);
  if (typeof args !== "object" || args === null || Array.isArray(args)) return json;
  return JSON.stringify(
    Object.fromEntries(Object.entries(args).map(([name, value]) => [members.get(name) ?? name, value])),
  );
}

/** The text a custom tool is given. Of one that was cut off it is what there is. */
function customInput(json: string): string {
  const args = parse(json);
  if (typeof args !== "object" || args === null) return args === undefined ? beginningOf(json) : json;
  const input: unknown = Reflect.get(args, "input");
  return typeof input === "string" ? input : json;
}

/** The beginning of `{"input": "…` that can be read; other JSON as it is. */
function beginningOf(json: string): string {
  const said = /^\s*\{\s*"input"\s*:\s*"((?:[^"\\]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*)/.exec(json)?.[1];
  const text = said === undefined ? undefined : parse(`"${said}"`);
  return typeof text === "string" ? text : json;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
