import type { Tool } from "./types.ts";

/** One of the places that Claude answers at: what it takes and says otherwise than the others. */
export interface Surface {
  readonly name: "direct" | "vertex" | "bedrock";
  /** Stands in all its ids. */
  readonly mark: "" | "vrtx_" | "bdrk_";
  /** Largest body, in bytes. */
  readonly maxBytes: number;
  /** Whether pictures and documents may be addresses. */
  readonly urls: boolean;
  /** Whether answers and tools may be held to a schema. */
  readonly structured: boolean;
  /** How many members may be left out of schemas before they are too much. */
  readonly maxOptional: number;
  /** Whether it has a kind of tool. */
  readonly has: (tool: Tool) => boolean;
}

const megabyte = 1024 * 1024;

/** Anthropic's own API. */
export const directSurface: Surface = {
  name: "direct",
  mark: "",
  maxBytes: 32 * megabyte,
  urls: true,
  structured: true,
  maxOptional: 12,
  has: () => true,
};

/** Of Anthropic's tools only an early search; those that the caller runs are all there. */
const vertexTools =
  /^(custom|bash_\d+|text_editor_\d+|memory_\d+|web_search_20250305|tool_search_tool_(bm25|regex)(_\d+)?)$/;

/** Claude on Vertex AI. Schemas are off until an organisation allows them. */
export const vertexSurface = (structured: boolean): Surface => ({
  name: "vertex",
  mark: "vrtx_",
  maxBytes: 30 * megabyte,
  urls: false,
  structured,
  maxOptional: 10,
  has: ({ type }) => vertexTools.test(type ?? "custom"),
});

/** What the caller runs, and the search for tools. */
const bedrockTools = /^(custom|bash_\d+|text_editor_\d+|computer_\d+|memory_\d+|tool_search_tool_(bm25|regex)(_\d+)?)$/;

/** Claude on Bedrock, called by its own bodies or by Converse. */
export const bedrockSurface: Surface = {
  name: "bedrock",
  mark: "bdrk_",
  maxBytes: 25_000_000,
  urls: false,
  structured: true,
  maxOptional: 12,
  has: ({ type }) => bedrockTools.test(type ?? "custom"),
};
