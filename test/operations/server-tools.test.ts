import { describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { parseChat } from "../../src/operations/chat.ts";
import { mendChat } from "../../src/operations/lenient/mend-chat.ts";

const fn = { type: "function", function: { name: "f" } };
const messages = [{ role: "user", content: "Hi." }];

/** A client's members beside those the spec knows. */
const rows: readonly (readonly [name: string, given: object, want: object])[] = [
  [
    "Google Search as its SDK has it",
    { tools: [{ google_search: {} }] },
    { google: { tools: [{ googleSearch: {} }] } },
  ],
  ["Google Search as LiteLLM has it", { tools: [{ googleSearch: {} }] }, { google: { tools: [{ googleSearch: {} }] } }],
  [
    "several of Google's beside a function",
    { tools: [{ codeExecution: {} }, fn, { url_context: {} }] },
    { tools: [fn], google: { tools: [{ codeExecution: {} }, { urlContext: {} }] } },
  ],
  [
    "Google's own settings stay",
    { tools: [{ code_execution: {} }], google: { cached_content: "c", tools: [{ urlContext: {} }] } },
    { google: { cached_content: "c", tools: [{ urlContext: {} }, { codeExecution: {} }] } },
  ],
  ["a search of the Responses API", { tools: [{ type: "web_search" }] }, { web_search_options: {} }],
  [
    "an older search with its settings",
    {
      tools: [
        {
          type: "web_search_preview_2025_03_11",
          search_context_size: "low",
          user_location: { type: "approximate", city: "Lyon" },
        },
        fn,
      ],
    },
    {
      tools: [fn],
      web_search_options: {
        search_context_size: "low",
        user_location: { type: "approximate", approximate: { city: "Lyon" } },
      },
    },
  ],
  [
    "a search of Anthropic's, and what hangs on an empty list",
    { tools: [{ type: "web_search_20250305", name: "web_search" }], tool_choice: "auto", parallel_tool_calls: false },
    { web_search_options: {} },
  ],
  [
    "a search said twice",
    { tools: [{ type: "web_search" }], web_search_options: { search_context_size: "high" } },
    { web_search_options: { search_context_size: "high" } },
  ],
];

describe("§6.1 tools that a host runs by itself", () => {
  test.each(rows)("%s", (_name, given, want) => {
    expect(mendChat({ messages, ...given }).body).toEqual({ messages, ...want });
    expect(parseChat({ messages, ...given }, "m").request).toMatchObject(want);
  });

  test("the client's own list is left as it was", () => {
    const body = { messages, tools: [{ googleSearch: {} }, fn] };
    const before = JSON.stringify(body);
    mendChat(body);
    expect(JSON.stringify(body)).toBe(before);
  });

  test("mending twice is mending once", () => {
    for (const [, given] of rows) {
      const once = mendChat({ messages, ...given }).body;
      expect(mendChat(once).body).toBe(once);
    }
  });

  test("what is told names the client's own place", () => {
    const { toClientPath } = mendChat({
      messages,
      tools: [fn, { type: "web_search", search_context_size: "low" }, { googleSearch: {} }],
    });
    expect(toClientPath("google.tools[0].googleSearch")).toBe("tools[2]");
    expect(toClientPath("google.tools")).toBe("tools[2]");
    expect(toClientPath("google")).toBe("tools[2]");
    expect(toClientPath("web_search_options")).toBe("tools[1]");
    expect(toClientPath("web_search_options.search_context_size")).toBe("tools[1].search_context_size");
  });

  test.each([{ type: "file_search" }, { type: "code_interpreter" }, { google_maps: {} }])("%j is refused", (tool) => {
    expect(() => parseChat({ messages, tools: [tool] }, "m")).toThrow(GatewayError);
  });
});
