import type { Facts } from "../../dialect.ts";
import type { Places } from "../../places.ts";
import type { ModelFacts } from "../models.ts";

/** A function as the client knows it. */
export interface ClientTool {
  readonly name: string;
  readonly kind: "function" | "custom";
}

/** What the way back needs to know of the request. */
export interface GeminiContext {
  readonly facts: Facts;
  /** Declared name → the client's tool. */
  readonly tools: ReadonlyMap<string, ClientTool>;
  /** The deprecated `functions` were used, so calls are answered in the deprecated form. */
  readonly legacyCalls: boolean;
  /** `parallel_tool_calls: false`: calls after the first are dropped. */
  readonly onlyFirstCall: boolean;
  /** The function that stands in for structured output, where the model cannot have both. */
  readonly answerTool: string | undefined;
  /** The answer comes as a JSON text in quotes, for Gemini holds itself to patterns in JSON alone. */
  readonly quoted: boolean;
  /** The form of audio the client asked for; undefined where it asked for none. */
  readonly audio: "wav" | "pcm16" | undefined;
  /** The model was given a place to run code in. */
  readonly codeExecution: boolean;
  /** Where the client has what an error speaks of. */
  readonly places: Places;
}

/** A request being translated: what is known, and what is found on the way. */
export interface Draft {
  readonly facts: Facts;
  readonly model: ModelFacts;
  /** The client's function name → the declared one. */
  readonly names: ReadonlyMap<string, string>;
  /** Where web addresses stand that the host is to fetch, in order; grows on the way. */
  readonly links: string[];
  /** Turns in which a word stands in for a signature that was lost; grows on the way. */
  readonly standIns: { count: number };
}
