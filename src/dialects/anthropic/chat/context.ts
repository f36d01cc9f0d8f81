import type { Facts } from "../../dialect.ts";

/** A tool as the client knows it. */
export interface ClientTool {
  readonly name: string;
  readonly kind: "function" | "custom";
  /** Arguments that had to be renamed: the name that was sent → the client's. Only at the top of the arguments. */
  readonly members: ReadonlyMap<string, string>;
}

/** What the way back needs to know of the request. */
export interface AnthropicContext {
  readonly facts: Facts;
  /** Declared name → the client's tool. */
  readonly tools: ReadonlyMap<string, ClientTool>;
  /** The deprecated `functions` were used, so calls are answered in the deprecated form. */
  readonly legacyCalls: boolean;
  /** `parallel_tool_calls: false` that could not be sent: calls after the first are dropped. */
  readonly onlyFirstCall: boolean;
  /** The tool that stands in for structured output; its input becomes the content, and text before it is dropped. */
  readonly answerTool: string | undefined;
  /** Structured output by instruction alone: fences around the whole answer are taken away. */
  readonly fenced: boolean;
  /** The client asked to see thoughts, or clients of its kind always do. */
  readonly showsThoughts: boolean;
  /** Where the client has what an error speaks of (src/dialects/gemini/chat/places.ts is the model). */
  readonly places: (usual: string) => string | undefined;
}
