import { describe, expect, test } from "vitest";
import { ask } from "./_ask.ts";
import { translate, vertex } from "./_translate.ts";

const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };
const open = { type: "object", properties: { a: {} } };
const list = { type: "array", items: { type: "string" } };
const format = (one: object | undefined, more: object = {}) => ({
  response_format: { type: "json_schema", json_schema: { name: "answer", ...(one && { schema: one }), ...more } },
});
const json = { response_format: { type: "json_object" } };
const tools = [{ type: "function", function: { name: "f" } }];
const f = { name: "f", input_schema: { type: "object", properties: {} } };
const answer = (input_schema: object, more = "") => ({
  name: "answer",
  description: `Gives the final answer to the user.${more}`,
  input_schema,
});
const lastResort = " Call this when no other tool is needed.";
const alone = { type: "tool", name: "answer", disable_parallel_tool_use: true };
const native = { output_config: { format: { type: "json_schema", schema } } };
const taken = { tools: [answer(schema)], tool_choice: alone };

const only = "with nothing before or after it and no code fences around it";
const asJson = { system: [{ type: "text", text: `Answer with a JSON object, ${only}.` }] };
const bySchema = (one: object) => ({
  system: [{ type: "text", text: `Answer with JSON that fits this JSON Schema, ${only}:\n${JSON.stringify(one)}` }],
});

const older = "claude-sonnet-4";
const unforced = "claude-opus-5-5";

type Row = [name: string, model: string, members: object, sent: object, told?: readonly string[], host?: object];

describe("§6 structured output", () => {
  test.each<Row>([
    ["plain text", "claude-sonnet-4-5", { response_format: { type: "text" } }, {}],
    ["a schema, natively", "claude-sonnet-4-5", format(schema), native],
    ["strictly", "claude-opus-4-1", format(schema, { strict: true }), native],
    ["natively beside tools", "claude-opus-4-8", { ...format(schema), tools }, { ...native, tools: [f] }],
    [
      "natively beside an effort",
      "claude-opus-4-8",
      { ...format(schema), reasoning_effort: "low" },
      { thinking: { type: "adaptive" }, output_config: { effort: "low", ...native.output_config } },
    ],
    [
      "a description of its own",
      "claude-sonnet-4-5",
      format(schema, { description: "A fruit." }),
      { output_config: { format: { type: "json_schema", schema: { description: "A fruit.", ...schema } } } },
    ],
    [
      "what no answer can be held to is a tool",
      "claude-sonnet-4-5",
      format(open),
      { tools: [answer(open)], tool_choice: alone },
    ],
    ["a tool on Sonnet 4", older, format(schema), taken],
    ["a tool on Vertex AI", "claude-sonnet-4-5", format(schema), taken, [], vertex],
    [
      "a tool where the model is kept from thinking",
      "claude-opus-5",
      format(schema),
      { ...taken, thinking: { type: "disabled" } },
      [],
      vertex,
    ],
    ["a tool where it cannot be", "claude-fable-5", format(schema), taken, [], vertex],
    [
      "a tool, and no thinking at all",
      "claude-opus-5",
      { ...format(schema), reasoning_effort: "none" },
      { ...taken, thinking: { type: "disabled" } },
      [],
      vertex,
    ],
    [
      "a tool among others",
      older,
      { ...format(schema), tools },
      { tools: [f, answer(schema, lastResort)], tool_choice: { type: "any" } },
    ],
    [
      "a tool that alone may be called",
      older,
      { ...format(schema), tools, tool_choice: "none" },
      { tools: [f, answer(schema, lastResort)], tool_choice: alone },
    ],
    [
      "a tool among others, one call at a time",
      older,
      { ...format(schema), tools, parallel_tool_calls: false },
      { tools: [f, answer(schema, lastResort)], tool_choice: { type: "any", disable_parallel_tool_use: true } },
    ],
    ["a list, in words", older, format(list), bySchema(list)],
    [
      "in words where the model is to think",
      older,
      { ...format(schema), reasoning_effort: "low" },
      { ...bySchema(schema), thinking: { type: "enabled", budget_tokens: 6400 } },
    ],
    ["in words where no tool can be forced", unforced, format(schema), bySchema(schema), [], vertex],
    [
      "in words where the model searches",
      "claude-sonnet-4-5",
      { ...format(schema), web_search_options: {} },
      { ...bySchema(schema), tools: [{ type: "web_search_20250305", name: "web_search" }] },
    ],
    ["any object, in words", "claude-sonnet-4-5", json, asJson],
    ["no schema, in words", "claude-sonnet-4-5", format(undefined), asJson],
    [
      "nothing where a call is forced",
      "claude-sonnet-4-5",
      { ...format(schema), tools, tool_choice: "required" },
      { tools: [f], tool_choice: { type: "any" } },
      ["reported:response_format"],
    ],
    ["other servers' words", "claude-sonnet-4-5", { guided_json: schema }, {}, ["reported:guided_json"]],
  ])("%s", (_name, model, members, sent, told = [], host = {}) => {
    const { body, told: changes } = ask(members, model, host);
    const { model: _model, anthropic_version: _version, stream: _stream, ...said } = body;
    const { max_tokens: _limit, messages: _messages, ...rest } = said;
    expect(rest).toEqual(sent);
    expect(changes).toEqual(told);
  });

  test("the instruction stands behind the client's", () => {
    const messages = [
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hi." },
    ];
    expect(ask({ ...json, messages }).body["system"]).toEqual([{ type: "text", text: "Be kind." }, ...asJson.system]);
  });

  test("the tool's name is one that no other has", () => {
    const own = ["answer", "_answer"].map((name) => ({ type: "function", function: { name } }));
    const { body, context } = translate({ ...format(schema), tools: own }, older);
    expect(body.tools).toMatchObject([{ name: "answer" }, { name: "_answer" }, { name: "__answer" }]);
    expect(context.answerTool).toBe("__answer");
  });

  test("the way back knows of the tool and its renamed members, or of the fences", () => {
    const named = { type: "object", properties: { "a b": { type: "string" } }, required: ["a b"] };
    const { context } = translate(format(named), older);
    expect([context.answerTool, context.fenced]).toEqual(["answer", false]);
    expect(context.tools.get("answer")?.members).toEqual(new Map([["a_b", "a b"]]));
    expect(translate(json).context).toMatchObject({ answerTool: undefined, fenced: true });
    expect(translate(format(schema)).context).toMatchObject({ answerTool: undefined, fenced: false });
  });

  test.each(["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"])(
    "the format %s is one to be held to",
    (name) => {
      const formed = { ...schema, properties: { a: { type: "string", format: name } } };
      const { body, told } = ask(format(formed));
      expect(body["output_config"]).toEqual({ format: { type: "json_schema", schema: formed } });
      expect(told).toEqual([]);
    },
  );

  test("bounds that no answer can be held to become words", () => {
    const bounded = { ...schema, properties: { a: { type: "string", maxLength: 5 } } };
    const { body, told } = ask(format(bounded));
    expect(JSON.stringify(body["output_config"])).not.toContain("maxLength");
    expect(told).toEqual(["downgraded:response_format.json_schema.schema.properties.a.maxLength"]);
  });
});
