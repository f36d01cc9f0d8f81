import { describe, expect, test } from "vitest";
import { ask } from "./_ask.ts";
import { bedrock, vertex } from "./_translate.ts";

const short = { type: "ephemeral" };
const long = { type: "ephemeral", ttl: "1h" };
const breakpoint = (ttl?: string) => ({ mode: "explicit", ...(ttl !== undefined && { ttl }) });
const text = (one: string, more: object = {}) => ({ type: "text", text: one, ...more });
const user = (content: unknown, more: object = {}) => ({ role: "user", content, ...more });
const system = (content: unknown, more: object = {}) => ({ role: "system", content, ...more });
const tool = (name: string, more: object = {}) => ({ type: "function", function: { name }, ...more });
const call = { id: "a", type: "function", function: { name: "f", arguments: "{}" } };
const marked = { cache_control: short };

const places = (members: object, model?: string, host?: object): unknown => {
  const { tools, system: instructions, messages, cache_control: all } = ask(members, model, host).body;
  const found: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if (name === "cache_control") found.push(`${path}${"ttl" in Object(member) ? " 1h" : ""}`);
      else look(member, `${path}${Array.isArray(value) ? `[${name}]` : `.${name}`}`);
    }
  };
  look(tools, "tools");
  look(instructions, "system");
  look(messages, "messages");
  return all === undefined ? found : [...found, "all"];
};

describe("§8 caching", () => {
  test.each<[name: string, members: object, want: readonly string[]]>([
    ["nothing", { messages: [user("Hi.")] }, []],
    ["a part", { messages: [user([text("A."), text("B.", marked), text("C.")])] }, ["messages[0].content[1]"]],
    ["an hour", { messages: [user([text("A.", { cache_control: long })])] }, ["messages[0].content[0] 1h"]],
    ["no type", { messages: [user([text("A.", { cache_control: {} })])] }, ["messages[0].content[0]"]],
    [
      "OpenAI's words",
      { messages: [user([text("A.", { prompt_cache_breakpoint: breakpoint() })])] },
      ["messages[0].content[0]"],
    ],
    [
      "OpenAI's longer words",
      {
        messages: [
          user([
            text("A.", { prompt_cache_breakpoint: breakpoint("30m") }),
            text("B.", { prompt_cache_breakpoint: breakpoint("12h") }),
          ]),
        ],
      },
      ["messages[0].content[0] 1h", "messages[0].content[1] 1h"],
    ],
    ["a whole message", { messages: [user([text("A."), text("B.")], marked)] }, ["messages[0].content[1]"]],
    [
      "a message and its last part",
      { messages: [user([text("A."), text("B.", { cache_control: long })], marked)] },
      ["messages[0].content[1] 1h"],
    ],
    [
      "instructions",
      { messages: [system([text("A.", marked)]), system("B.", marked), user("Hi.")] },
      ["system[0]", "system[1]"],
    ],
    [
      "a picture",
      { messages: [user([{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" }, ...marked }])] },
      ["messages[0].content[0]"],
    ],
    [
      "a file",
      { messages: [user([{ type: "file", file: { file_data: "data:application/pdf;base64,JVBERi0x" }, ...marked }])] },
      ["messages[0].content[0]"],
    ],
    [
      "a custom tool",
      { tools: [{ type: "custom", custom: { name: "f" }, ...marked }], messages: [user("Hi.")] },
      ["tools[0]"],
    ],
    [
      "parts that become one turn",
      { messages: [user([text("A.", marked)]), user([text("B.", { cache_control: long }), text("C.")])] },
      ["messages[0].content[0]", "messages[0].content[1]"],
    ],
    [
      "a message that ends in an empty part",
      { messages: [user([text("A."), text(" ")], marked)] },
      ["messages[0].content[0]"],
    ],
    ["a tool", { tools: [tool("f"), tool("g", marked)], messages: [user("Hi.")] }, ["tools[1]"]],
    [
      "calls and results",
      {
        tools: [tool("f")],
        messages: [
          user("Go."),
          { role: "assistant", content: "So.", tool_calls: [call], ...marked },
          { role: "tool", tool_call_id: "a", content: "1", ...marked },
        ],
      },
      ["messages[1].content[1]", "messages[2].content[0]"],
    ],
    [
      "parts of a result",
      {
        tools: [tool("f")],
        messages: [
          user("Go."),
          { role: "assistant", tool_calls: [call] },
          { role: "tool", tool_call_id: "a", content: [text("1", marked)] },
        ],
      },
      ["messages[2].content[0].content[0]"],
    ],
    ["an empty text", { messages: [user([text("A."), text(" ", marked)])] }, []],
    ["everything", { messages: [user("Hi.")], ...marked }, ["all"]],
  ])("%s", (_name, members, want) => {
    expect(places(members, "claude-opus-4-8")).toEqual(want);
  });

  test("thoughts are not marked", () => {
    const thinking_blocks = [{ type: "thinking", thinking: "Hm.", signature: "c2ln" }];
    const messages = [user("Hi."), { role: "assistant", content: "So.", thinking_blocks, ...marked }, user("Go.")];
    expect(places({ messages })).toEqual(["messages[1].content[1]"]);
  });

  test("of more than four the last ones count, in the order of the prompt", () => {
    const messages = [user([1, 2, 3].map((n) => text(`${n}.`, marked))), system("S.", marked)];
    const members = { messages, tools: [tool("f", marked)] };
    const want = ["system[0]", ...[0, 1, 2].map((i) => `messages[0].content[${i}]`)];
    expect(places(members)).toEqual(want);
    expect(ask(members).told).toEqual(["reported:tools[0].cache_control"]);
    const all = { ...members, cache_control: short };
    expect(places(all)).toEqual([...want.slice(1), "all"]);
    expect(ask(all).told).toEqual(["reported:tools[0].cache_control", "reported:messages[1].cache_control"]);
  });

  test("an hour behind five minutes is five minutes", () => {
    const messages = [
      user([text("A.", { cache_control: long }), text("B.", marked), text("C.", { cache_control: long })]),
    ];
    expect(places({ messages })).toEqual([
      "messages[0].content[0] 1h",
      "messages[0].content[1]",
      "messages[0].content[2]",
    ]);
    expect(ask({ messages }).told).toEqual(["clamped:messages[0].content[2].cache_control"]);
  });

  test("the order is that of the prompt: instructions that are hoisted come first", () => {
    const messages = [user([text("A.", { cache_control: long })]), system("S.", marked)];
    expect(places({ messages })).toEqual(["system[0]", "messages[0].content[0]"]);
    expect(ask({ messages }).told).toEqual(["clamped:messages[0].content[0].cache_control"]);
    expect(places({ messages }, "claude-opus-4-8")).toEqual(["messages[0].content[0] 1h", "messages[1].content[0]"]);
  });

  test("the same goes for everything", () => {
    const messages = [user([text("A.", marked)])];
    const { body, told } = ask({ messages, cache_control: long });
    expect(body["cache_control"]).toEqual(short);
    expect(told).toEqual(["clamped:cache_control"]);
    expect(ask({ cache_control: long }).body["cache_control"]).toEqual(long);
  });

  test.each([
    ["Vertex AI", vertex],
    ["Bedrock", bedrock],
  ])("%s is told of marks, and of nothing automatic", (_name, host) => {
    const members = { messages: [user([text("A.", marked)])], cache_control: long };
    expect(places(members, undefined, host)).toEqual(["messages[0].content[0]"]);
    expect(ask(members, undefined, host).told).toEqual([]);
  });
});
