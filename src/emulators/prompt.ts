/** A function the caller declared. */
export interface DeclaredFunction {
  readonly name: string;
  readonly description: string;
  /** Its parameters, as JSON Schema or as Google's subset of OpenAPI. */
  readonly schema: unknown;
}

/** What a tool returned. */
export interface ToolResult {
  readonly name: string;
  readonly value: unknown;
}

/** What every emulator makes of a request in its own wire language: all that rules and the built-in model look at. */
export interface Prompt {
  readonly model: string;
  readonly stream: boolean;
  readonly system: string;
  /** The last text of the user. */
  readonly says: string;
  /** Results of tools in the last turn. */
  readonly results: readonly ToolResult[];
  /** Whether the turn before the last one held results of tools. */
  readonly followsResults: boolean;
  /** Whether functions are declared at all. */
  readonly hasFunctions: boolean;
  /** The functions that may be called. */
  readonly functions: readonly DeclaredFunction[];
  readonly choice: "auto" | "any" | "none";
  readonly json: boolean;
  /** Schema of the JSON output, if one is given. */
  readonly schema: unknown;
  /** Whether the request asks to see the thinking. */
  readonly showThoughts: boolean;
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
}

/** What is asked where there are texts only: no conversation, no tools. */
export function plainPrompt(model: string, says: string): Prompt {
  return {
    model,
    stream: false,
    system: "",
    says,
    results: [],
    followsResults: false,
    hasFunctions: false,
    functions: [],
    choice: "none",
    json: false,
    schema: undefined,
    showThoughts: false,
    maxTokens: undefined,
    stop: [],
  };
}
