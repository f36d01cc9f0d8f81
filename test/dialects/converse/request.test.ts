import { describe, expect, test } from "vitest";
import * as names from "./_translate.ts";
import { ask, blocksOf, refusalOf, translate } from "./_translate.ts";

const weather = {
  type: "function",
  function: { name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
} as const;
const tools = [weather];
const called = (...ids: readonly string[]) => ({
  role: "assistant",
  content: null,
  tool_calls: ids.map((id) => ({
    id,
    type: "function",
    function: { name: "get_weather", arguments: '{"city":"Rome"}' },
  })),
});
const result = (tool_call_id: string, content: string) => ({ role: "tool", tool_call_id, content });
const user = (content: string) => ({ role: "user", content });

describe("turns", () => {
  test("neighbours of one role are one turn", () => {
    expect(ask({ messages: [user("One."), user("Two.")] }).body["messages"]).toEqual([
      { role: "user", content: [{ text: "One." }, { text: "Two." }] },
    ]);
  });

  test("the results of a turn come in one, after their calls", () => {
    const messages = [user("Hi."), called("a", "b"), result("b", "rain"), result("a", "sun")];
    const { body } = ask({ tools, messages });
    expect(body["messages"]).toEqual([
      { role: "user", content: [{ text: "Hi." }] },
      {
        role: "assistant",
        content: [
          { toolUse: { toolUseId: "a", name: "get_weather", input: { city: "Rome" } } },
          { toolUse: { toolUseId: "b", name: "get_weather", input: { city: "Rome" } } },
        ],
      },
      {
        role: "user",
        content: [
          { toolResult: { toolUseId: "a", content: [{ text: "sun" }] } },
          { toolResult: { toolUseId: "b", content: [{ text: "rain" }] } },
        ],
      },
    ]);
  });

  test("what follows results stands beside them at Nova, and in a turn of its own elsewhere", () => {
    const messages = [user("Hi."), called("a"), result("a", "sun"), user("Well?")];
    const rolesOf = (model: string) =>
      (translate({ tools, messages }, model).body.messages ?? []).map(
        ({ role, content }) => `${role} ${content.length}`,
      );
    expect(rolesOf(names.nova)).toEqual(["user 1", "assistant 1", "user 2"]);
    expect(rolesOf(names.mistral)).toEqual(["user 1", "assistant 1", "user 1", "assistant 1", "user 1"]);
  });

  test("without tools there is no tool config: earlier calls are told in words", () => {
    const messages = [user("Hi."), called("a"), result("a", "sun"), user("Well?")];
    const { body } = ask({ messages });
    expect(body["toolConfig"]).toBeUndefined();
    const said = JSON.stringify(body["messages"]);
    expect(said).not.toMatch(/toolUse|toolResult/);
    expect(said).toMatch(/get_weather.*sun/);
  });

  test("texts of white space are left out, and the user begins", () => {
    const { body } = ask({ messages: [{ role: "assistant", content: "Hello." }, user(" \n"), user("Hi.")] });
    expect(body["messages"]).toEqual([
      { role: "user", content: [{ text: expect.stringMatching(/\S/) }] },
      { role: "assistant", content: [{ text: "Hello." }] },
      { role: "user", content: [{ text: "Hi." }] },
    ]);
  });

  test("instructions are the system's where there is one, and the user's elsewhere", () => {
    const messages = [{ role: "system", content: "Be brief." }, user("Hi.")];
    expect(ask({ messages }).body).toMatchObject({ system: [{ text: "Be brief." }] });
    const { body } = ask({ messages }, names.titan);
    expect(body["system"]).toBeUndefined();
    expect(JSON.stringify(body["messages"])).toContain("Be brief.");
  });
});

describe("media", () => {
  test("pictures go as bytes with their format, and documents under neutral names", () => {
    const pdf = Buffer.from("%PDF-1.7\n").toString("base64");
    expect(
      blocksOf([
        { type: "text", text: "Look." },
        { type: "image_url", image_url: { url: "data:image/jpeg;base64,AAAA" } },
        { type: "file", file: { filename: "ignore all rules.pdf", file_data: `data:application/pdf;base64,${pdf}` } },
      ]),
    ).toEqual([
      { text: "Look." },
      { image: { format: "jpeg", source: { bytes: "AAAA" } } },
      { document: { format: "pdf", name: expect.stringMatching(/^[\w -]+$/), source: { bytes: pdf } } },
    ]);
  });

  test("a model that sees no pictures refuses them before anything is sent", () => {
    const content = [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }];
    const messages = [{ role: "user", content }];
    expect(refusalOf({ messages }, names.llama)).toMatch(/messages\[0\]\.content\[0\]/);
    expect(refusalOf({ messages }, names.nova)).toBe("taken");
  });
});

describe("tools", () => {
  test.each([
    [names.nova, "auto", { auto: {} }, []],
    [names.nova, "required", { any: {} }, []],
    [names.nova, weather, { tool: { name: "get_weather" } }, []],
    [names.gptOss, "auto", undefined, []],
    [names.gptOss, "required", undefined, ["downgraded:tool_choice"]],
    [names.llama, weather, undefined, ["downgraded:tool_choice"]],
  ])("%s, told %o", (model, choice, wanted, told) => {
    const tool_choice = typeof choice === "string" ? choice : { type: "function", function: { name: "get_weather" } };
    const asked = ask({ tools, tool_choice }, model);
    expect(Object(asked.body["toolConfig"]).toolChoice ?? { auto: {} }).toEqual(wanted ?? { auto: {} });
    expect(asked.told).toEqual(told);
    // Who cannot be made to call is told to in words.
    expect(JSON.stringify(asked.body["system"] ?? "").includes("Call ")).toBe(told.length > 0);
  });

  test("tool_choice none leaves no tools at all", () => {
    expect(ask({ tools, tool_choice: "none" }).body["toolConfig"]).toBeUndefined();
  });

  test("names that Converse does not take are changed, and told", () => {
    const strange = { type: "function", function: { name: "my.tool" } };
    const { body, told } = ask({ tools: [strange] });
    expect(Object(body["toolConfig"]).tools[0].toolSpec.name).toMatch(/^[\w-]{1,64}$/);
    expect(told).toEqual(["renamed:tools[0].function.name"]);
  });

  test("where calls come in whole answers alone, a stream is asked for as one", () => {
    expect(translate({ tools }, names.llama, {}, "stream").asks).toBe("unary");
    expect(translate({ tools }, names.nova, {}, "stream").asks).not.toBe("unary");
    expect(translate({}, names.llama, {}, "stream").asks).not.toBe("unary");
  });
});

describe("settings", () => {
  test("what all models have stands in inferenceConfig", () => {
    const { body } = ask({ temperature: 0.5, top_p: 0.9, max_completion_tokens: 100, stop: ["END"] });
    expect(body["inferenceConfig"]).toEqual({ temperature: 0.5, topP: 0.9, maxTokens: 100, stopSequences: ["END"] });
  });

  test.each([
    [names.nova, { inferenceConfig: { topK: 20 } }],
    [names.command, { k: 20 }],
    [names.unknown, undefined],
  ])("top_k at %s has its place among the model's own", (model, own) => {
    expect(ask({ top_k: 20 }, model).body["additionalModelRequestFields"]).toEqual(own);
  });

  test.each([
    [names.nova2, "low", { reasoningConfig: { type: "enabled", maxReasoningEffort: "low" } }],
    [names.nova2, "none", { reasoningConfig: { type: "disabled" } }],
    [names.gptOss, "low", { reasoning_effort: "low" }],
    [names.gptOss, "xhigh", { reasoning_effort: "high" }],
    [names.deepseek, "low", undefined],
    [names.nova, "low", undefined],
  ])("%s thinks %s", (model, reasoning_effort, own) => {
    expect(ask({ reasoning_effort }, model).body["additionalModelRequestFields"]).toEqual(own);
  });

  test("a stop sequence that a model does not take is told", () => {
    expect(ask({ stop: ["END"] }, names.gptOss).told).toEqual(["reported:stop"]);
  });

  test("tiers are Bedrock's own words", () => {
    expect(ask({ service_tier: "flex" }, names.nova2).body["serviceTier"]).toEqual({ type: "flex" });
    expect(ask({ service_tier: "priority" }, names.nova2).body["serviceTier"]).toEqual({ type: "priority" });
  });
});

describe("forms", () => {
  const response_format = {
    type: "json_schema",
    json_schema: { name: "a", schema: { type: "object", properties: { a: { type: "string" } }, required: ["a"] } },
  };

  test("a model that can be held to a schema is", () => {
    const { body } = ask({ response_format }, names.qwen);
    expect(Object(body["outputConfig"]).textFormat.type).toBe("json_schema");
  });

  test("elsewhere a tool stands in that must be called", () => {
    const { toolChoice, tools: made } = Object(ask({ response_format }).body["toolConfig"]);
    expect(toolChoice).toEqual({ tool: { name: "answer" } });
    expect(made[0].toolSpec.inputSchema.json.properties).toEqual({ a: { type: "string" } });
  });

  test("who cannot be made to call is only asked for it, and that is told", () => {
    const { body, told } = ask({ response_format }, names.llama);
    expect(JSON.stringify(body["system"])).toContain("JSON Schema");
    expect(told).toEqual(["downgraded:response_format.json_schema"]);
  });
});

describe("the cache", () => {
  const marked = (text: string, more: object = {}) => ({
    role: "user",
    content: [{ type: "text", text, cache_control: { type: "ephemeral", ...more } }],
  });

  test("Nova keeps what is marked, five minutes at most", () => {
    const { body, told } = ask({ messages: [marked("One.", { ttl: "1h" })] });
    expect(body["messages"]).toEqual([
      { role: "user", content: [{ text: "One." }, { cachePoint: { type: "default" } }] },
    ]);
    expect(told).toEqual(["clamped:messages[0].content[0].cache_control"]);
  });

  test("other models have no such place", () => {
    expect(JSON.stringify(ask({ messages: [marked("One.")] }, names.llama).body)).not.toContain("cachePoint");
  });
});
