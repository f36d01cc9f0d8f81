import { describe, expect, test } from "vitest";
import * as names from "./_translate.ts";
import { ask, translate } from "./_translate.ts";

const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };
const plain = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
const format = (more: object = {}, name = "n") => ({
  response_format: { type: "json_schema", json_schema: { name, schema, ...more } },
});
const only = "with nothing before or after it and no code fences around it";
const fits = (one: object) => `Answer with JSON that fits this JSON Schema, ${only}:\n${JSON.stringify(one)}`;
const native = (one: object) => ({
  textFormat: { type: "json_schema", structure: { jsonSchema: { schema: JSON.stringify(one) } } },
});
const said = "Gives the final answer to the user.";
const tool = (name: string, description: string, json: object = plain) => ({
  toolSpec: { name, description, inputSchema: { json } },
});
const fn = (name: string) => ({ type: "function", function: { name } });
const told = "downgraded:response_format.json_schema";
const premier = "us.amazon.nova-premier-v1:0";

/** Models that are held to a schema by themselves, by a tool that must be called, and in words alone. */
const held = [
  ...[names.gptOss, names.qwen, names.gpt, "deepseek.v3.2", "moonshotai.kimi-k2.5", "zai.glm-4.7"],
  ...["google.gemma-3-12b-it", "minimax.minimax-m2", "mistral.mistral-large-3-675b-instruct"],
  ...["mistral.voxtral-small-24b-2507", "mistral.ministral-3-8b-instruct", "nvidia.nemotron-nano-9b-v2"],
];
const byTool = [names.nova, names.nova2, names.unknown];
const inWords = [names.llama, names.command, names.titan, names.deepseek, "ai21.jamba-1-5-large-v1:0"];

/** What a body says of the form. */
function formOf(members: object, model: string): object {
  const { body, told: changes } = ask(members, model);
  const { system, outputConfig, toolConfig } = body;
  return { system, outputConfig, toolConfig, changes };
}

const nothing = { system: undefined, outputConfig: undefined, toolConfig: undefined };

describe("a schema", () => {
  test.each(held)("holds %s by its own means", (model) => {
    expect(formOf(format(), model)).toEqual({ ...nothing, outputConfig: native(schema), changes: [] });
  });

  test.each(byTool)("holds %s by a tool that must be called", (model) => {
    const isNova = model !== names.unknown;
    expect(formOf(format(), model)).toEqual({
      ...nothing,
      toolConfig: { tools: [tool("answer", said, isNova ? plain : schema)], toolChoice: { tool: { name: "answer" } } },
      changes: isNova ? ["downgraded:response_format.json_schema.schema.additionalProperties"] : [],
    });
  });

  test("is the only tool where a model cannot be told which to call", () => {
    expect(formOf(format(), names.mistral)).toMatchObject({
      toolConfig: { tools: [tool("answer", said, schema)], toolChoice: { any: {} } },
    });
  });

  test.each(inWords)("is asked for in words at %s, which is told", (model) => {
    const { body, told: changes } = ask(format(), model);
    expect(JSON.stringify(body)).toContain(JSON.stringify(fits(schema)).slice(1, -1));
    expect([body["outputConfig"], body["toolConfig"], changes]).toEqual([undefined, undefined, [told]]);
  });

  test.each([
    ["beside it", { description: "D." }, { description: "D.", ...schema }],
    ["of its own", { description: "D.", schema: { ...schema, description: "S." } }, { ...schema, description: "S." }],
  ])("has the description %s", (_name, more, want) => {
    expect(ask(format(more), names.gptOss).body["outputConfig"]).toEqual(native(want));
  });

  test("that its own means cannot say is asked for in words where nothing else is there", () => {
    const open = { type: "object", additionalProperties: { type: "string" } };
    expect(formOf(format({ schema: open }), names.gptOss)).toEqual({
      ...nothing,
      system: [{ text: fits(open) }],
      changes: [told],
    });
  });

  test("that its own means cannot say is taken by a tool where one can be forced", () => {
    const open = { type: "object", properties: {}, additionalProperties: { type: "string" } };
    const model = "mistral.mistral-large-3-675b-instruct";
    expect(formOf(format({ schema: open }), model)).toMatchObject({
      outputConfig: undefined,
      toolConfig: { tools: [tool("answer", said, open)], toolChoice: { any: {} } },
    });
  });

  test("loses what its own means cannot say, and tells it", () => {
    const bounded = { ...schema, properties: { a: { type: "string", minLength: 2 } } };
    const { told: changes } = ask(format({ schema: bounded }), names.gptOss);
    expect(changes).toEqual(["downgraded:response_format.json_schema.schema.properties.a.minLength"]);
  });

  test("of no object is no tool's", () => {
    const list = { type: "array", items: { type: "string" } };
    expect(formOf(format({ schema: list }), names.nova)).toEqual({
      ...nothing,
      system: [{ text: fits(list) }],
      changes: [told],
    });
  });

  test("of any type is an object's", () => {
    const { type: _type, ...untyped } = schema;
    expect(formOf(format({ schema: untyped }), names.unknown)).toMatchObject({
      toolConfig: { toolChoice: { tool: { name: "answer" } } },
    });
  });

  test.each([
    ["wanted by a word", { reasoning_effort: "low" }, true],
    ["wanted by a budget", { thinking_budget: 100 }, true],
    ["wanted by a switch", { enable_thinking: true }, true],
    ["not wanted", { reasoning_effort: "none" }, false],
    ["of no tokens", { thinking_budget: 0 }, false],
    ["off", { enable_thinking: false }, false],
  ])("is asked for in words beside thinking that is %s", (_name, more, isAsked) => {
    const { body } = ask({ ...format(), ...more }, names.nova2);
    expect(body["toolConfig"] === undefined).toBe(isAsked);
    expect(body["system"]).toEqual(isAsked ? [{ text: fits(schema) }] : undefined);
  });

  test("is asked for in words beside a search", () => {
    expect(formOf({ ...format(), web_search_options: {} }, premier)).toEqual({
      ...nothing,
      system: [{ text: fits(schema) }],
      toolConfig: { tools: [{ systemTool: { name: "nova_grounding" } }] },
      changes: [told],
    });
  });
});

describe("the tool that takes the answer", () => {
  test("stands beside others, any of which is to be called", () => {
    const { toolConfig } = Object(formOf({ ...format({ description: "D." }), tools: [fn("f")] }, names.nova));
    const about = `${said} Call this when no other tool is needed. D.`;
    expect(toolConfig.tools).toEqual([
      { toolSpec: { name: "f", inputSchema: { json: { type: "object", properties: {} } } } },
      tool("answer", about),
    ]);
    expect(toolConfig.toolChoice).toEqual({ any: {} });
  });

  test("has no name that another has", () => {
    const { toolConfig } = Object(formOf({ ...format(), tools: [fn("answer"), fn("_answer")] }, names.nova));
    expect(toolConfig.tools.at(-1).toolSpec.name).toBe("__answer");
  });

  test("is not shown where a call is to be made, for there is no answer to shape", () => {
    for (const model of [names.nova, names.gptOss, names.llama]) {
      const { body, told: changes } = ask({ ...format(), tools: [fn("f")], tool_choice: "required" }, model);
      expect(body["outputConfig"]).toBeUndefined();
      expect(JSON.stringify(body)).not.toMatch(/Gives the final answer|JSON Schema/);
      expect(changes).toContain("reported:response_format");
    }
  });

  test("is shown alone where the others are not to be called", () => {
    const { toolConfig } = Object(formOf({ ...format(), tools: [fn("f")], tool_choice: "none" }, names.nova));
    expect(toolConfig.tools).toHaveLength(1);
    expect(toolConfig.tools[0].toolSpec.name).toBe("answer");
  });

  test("is known on the way back, and what is asked for in words is looked at for fences", () => {
    expect(translate(format(), names.nova).context).toMatchObject({ answerTool: "answer", fenced: false });
    expect(translate(format(), names.gptOss).context).toMatchObject({ answerTool: undefined, fenced: false });
    expect(translate(format(), names.llama).context).toMatchObject({ answerTool: undefined, fenced: true });
    expect(translate({}, names.nova).context).toMatchObject({ answerTool: undefined, fenced: false });
  });

  test("comes in whole answers where calls do", () => {
    expect(translate(format(), names.mistral, {}, "stream").asks).toBe("unary");
  });
});

describe("other forms", () => {
  test.each([...held, ...byTool, names.llama])("an object of JSON is asked for in words at %s", (model) => {
    const system = [{ text: `Answer with a JSON object, ${only}.` }];
    expect(formOf({ response_format: { type: "json_object" } }, model)).toEqual({ ...nothing, system, changes: [] });
  });

  test("a form without a schema is an object of JSON", () => {
    const response_format = { type: "json_schema", json_schema: { name: "n" } };
    expect(formOf({ response_format }, names.gptOss)).toMatchObject({
      system: [{ text: `Answer with a JSON object, ${only}.` }],
      outputConfig: undefined,
    });
  });

  test.each([names.nova, names.gptOss])("text is what happens anyway at %s", (model) => {
    expect(formOf({ response_format: { type: "text" } }, model)).toEqual({ ...nothing, changes: [] });
    expect(formOf({ response_format: null }, model)).toEqual({ ...nothing, changes: [] });
  });
});
