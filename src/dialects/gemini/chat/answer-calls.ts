import { GatewayError } from "../../../errors.ts";
import type { AnsweredPart } from "../types.ts";
import type { AnswerText } from "./answer-text.ts";
import type { ClientTool, GeminiContext } from "./context.ts";
import { type ArgumentsWriter, createArgumentsWriter } from "./partial-args.ts";

/** A call, or more of the arguments of the call with that index. */
export type CallPiece =
  | {
      readonly kind: "call";
      readonly id: string;
      readonly index: number;
      readonly tool: ClientTool;
      /** Arguments as JSON text; for a custom tool, its input. */
      readonly text: string;
      readonly signature: string | undefined;
    }
  | { readonly kind: "arguments"; readonly index: number; readonly text: string }
  /** The call of the function that stands in for structured output. */
  | { readonly kind: "text"; readonly text: string };

/** Reads the calls of one candidate, over all events of a stream or from one answer. */
export interface CallReader {
  readonly read: (call: FunctionCall, signature: string | undefined) => readonly CallPiece[];
  /** What completes a call whose arguments were coming in pieces. */
  readonly end: () => readonly CallPiece[];
  /** What the finish reason must speak of. */
  readonly seen: () => "none" | "tool_calls" | "function_call";
  /** Why what was read cannot be handed on. */
  readonly failure: () => GatewayError | undefined;
}

type FunctionCall = NonNullable<AnsweredPart["functionCall"]>;

/** A call whose arguments come in pieces. */
interface OpenCall {
  readonly writer: ArgumentsWriter;
  /** Where its pieces go; undefined where they are kept until the call is whole. */
  readonly index: number | undefined;
  readonly call: FunctionCall;
  readonly signature: string | undefined;
  kept: string;
}

const nothing: readonly CallPiece[] = [];

/** Makes a reader with fresh counts. The answer of the function that stands in for structured output becomes text. */
export function createCallReader(context: GeminiContext, choice: number, text: AnswerText): CallReader {
  let callCount = 0;
  let answered = false;
  let open: OpenCall | undefined;
  let failure: GatewayError | undefined;
  const limit = context.onlyFirstCall || context.legacyCalls ? 1 : Number.POSITIVE_INFINITY;

  function read(call: FunctionCall, signature: string | undefined): readonly CallPiece[] {
    const isWhole = call.partialArgs == null && call.willContinue !== true;
    if (isWhole && open === undefined) return toCall(call, signature);
    if (!call.name) {
      // Without a name it is more of the call at hand, or its end.
      const more = addArguments(call);
      return call.willContinue === true || call.partialArgs != null ? more : [...more, ...closeCall()];
    }
    const closing = closeCall();
    if (isWhole) return [...closing, ...toCall(call, signature)];
    return [...closing, ...openCall(call, signature), ...addArguments(call)];
  }

  function openCall(call: FunctionCall, signature: string | undefined): readonly CallPiece[] {
    const name = call.name ?? "";
    const writer = createArgumentsWriter();
    // Those that are not shown as JSON are shown when they are whole, and of those beyond the limit nothing is.
    const isKept = name === context.answerTool || context.tools.get(name)?.kind === "custom" || callCount >= limit;
    open = { writer, index: isKept ? undefined : callCount, call, signature, kept: "" };
    return isKept ? nothing : [callPiece(call, "", signature)];
  }

  function addArguments({ partialArgs }: FunctionCall): readonly CallPiece[] {
    if (open === undefined) return nothing;
    let more = "";
    for (const piece of partialArgs ?? []) {
      const added = open.writer.push(piece);
      if (added === undefined) failure ??= brokenArguments();
      more += added ?? "";
    }
    return keep(open, more);
  }

  function keep(call: OpenCall, more: string): readonly CallPiece[] {
    call.kept += more;
    return call.index === undefined || more === "" ? nothing : [{ kind: "arguments", index: call.index, text: more }];
  }

  function closeCall(): readonly CallPiece[] {
    const closing = open;
    if (closing === undefined) return nothing;
    open = undefined;
    const rest = keep(closing, closing.writer.end());
    if (closing.index !== undefined || failure !== undefined) return rest;
    const args: Record<string, unknown> = JSON.parse(closing.kept);
    return toCall({ ...closing.call, args }, closing.signature);
  }

  function toCall(call: FunctionCall, signature: string | undefined): readonly CallPiece[] {
    const name = call.name ?? "";
    const args = call.args ?? {};
    if (name === context.answerTool) {
      // Models may call it in parallel like any other function; two documents are not JSON.
      if (answered) return nothing;
      answered = true;
      const document = JSON.stringify(args);
      text.insert(document);
      return [{ kind: "text", text: document }];
    }
    if (callCount >= limit) return nothing;
    const input = context.tools.get(name)?.kind === "custom" ? args["input"] : undefined;
    return [callPiece(call, typeof input === "string" ? input : JSON.stringify(args), signature)];
  }

  function callPiece({ id: given, name }: FunctionCall, said: string, signature: string | undefined): CallPiece {
    const index = callCount++;
    const tool = context.tools.get(name ?? "") ?? { name: name ?? "", kind: "function" };
    const id = given || `call_${context.facts.callId}_${choice === 0 ? "" : `${choice}_`}${index}`;
    return { kind: "call", id, index, tool, text: said, signature };
  }

  return {
    read,
    end: closeCall,
    seen: () => (callCount === 0 ? "none" : context.legacyCalls ? "function_call" : "tool_calls"),
    failure: () => failure,
  };
}

function brokenArguments(): GatewayError {
  return new GatewayError("upstream_invalid_response", "The model's answer was malformed: arguments out of order.");
}
