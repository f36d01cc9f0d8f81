import { describe, expect, test } from "vitest";
import { startGateway } from "../../_setup.ts";
import { ask, refusalOf } from "./_ask.ts";
import { answerOf, choiceOf, contextFor, deltasOf, eventOf, finishesOf, stop, streamed } from "./_reading.ts";

const three = "gemini-3-flash-preview";
const older = "gemini-1.5-pro-002";
const json = "application/json";
const str = { type: "string" };
const schema = { type: "object", properties: { b: str, a: str } };
const format = (members: object) => ({
  response_format: { type: "json_schema", json_schema: { name: "x", ...members } },
});
const answer = (responseJsonSchema: object) => ({ responseMimeType: json, responseJsonSchema });
/** The schema in the older form. */
const pair = {
  type: "OBJECT",
  properties: { b: { type: "STRING" }, a: { type: "STRING" } },
  propertyOrdering: ["b", "a"],
};
const lost = ["reported:response_format"];
const among = (mode: string, ...some: readonly object[]) => ({
  type: "allowed_tools",
  allowed_tools: { mode, tools: some },
});
const lookUp = { type: "function", function: { name: "look_up" } };
const tools = [lookUp];
const declared = { functionDeclarations: [{ name: "look_up", description: "" }] };

describe("§7 response_format", () => {
  type Row = [name: string, members: object, config: object | undefined, told?: string[], model?: string];
  const rows: Row[] = [
    ["null is nothing", { response_format: null }, undefined],
    ["a schema of null is none", format({ schema: null }), { responseMimeType: json }],
    ["name and strict are no part of it", format({ schema, strict: true }), answer(schema)],
    [
      "the description is the schema's",
      format({ schema, description: "A pair." }),
      answer({ description: "A pair.", ...schema }),
    ],
    [
      "but for one it has itself",
      format({ schema: { ...schema, description: "Two." }, description: "A pair." }),
      answer({ ...schema, description: "Two." }),
    ],
    [
      "const is a list of one, wherever it stands",
      format({
        schema: {
          type: "object",
          properties: { kind: { const: "dot" }, list: { type: "array", items: { anyOf: [{ const: 1 }, str] } } },
        },
      }),
      answer({
        type: "object",
        properties: {
          kind: { type: "string", enum: ["dot"] },
          list: { type: "array", items: { anyOf: [{ type: "integer", enum: [1] }, str] } },
        },
      }),
    ],
    [
      "what Gemini cannot be held to is told",
      format({ schema: { type: "object", properties: { a: { ...str, pattern: "^a" } } } }),
      answer({ type: "object", properties: { a: { ...str, description: "Pattern: ^a" } } }),
      ["downgraded:response_format.json_schema.schema.properties.a.pattern"],
    ],
    [
      "before Gemini 2 objects within are written in their order too",
      format({ schema: { type: "object", properties: { o: schema, l: { type: "array", items: schema } } } }),
      {
        responseMimeType: json,
        responseSchema: {
          type: "OBJECT",
          properties: { o: pair, l: { type: "ARRAY", items: pair } },
          propertyOrdering: ["o", "l"],
        },
      },
      [],
      older,
    ],
    [
      "before Gemini 2 the client's own order counts",
      format({ schema: { ...schema, propertyOrdering: ["a", "b"] } }),
      { responseMimeType: json, responseSchema: { ...pair, propertyOrdering: ["a", "b"] } },
      [],
      older,
    ],
    [
      "words are texts before Gemini 2 as well",
      { guided_choice: ["yes", "no"] },
      { responseMimeType: "text/x.enum", responseSchema: { type: "STRING", enum: ["yes", "no"] } },
      [],
      older,
    ],
    [
      "words that are no texts are told",
      { structured_outputs: { choice: ["a", 1] } },
      undefined,
      ["reported:structured_outputs.choice"],
    ],
    ["none on a model of images", { response_format: { type: "json_object" } }, undefined, lost, "gemini-3-pro-image"],
    ["none on one of speech", { response_format: { type: "json_object" } }, undefined, lost, "gemini-2.5-pro-tts"],
  ];

  test.each<Row>(rows)("%s", (_name, members, config, told = [], model) => {
    const asked = ask(members, model);
    expect(asked.body["generationConfig"]).toEqual(config);
    expect(asked.told).toEqual(told);
  });

  test.each([["array"], ["string"], [["string", "null"]]])("an answer of type %j is refused, as by OpenAI", (type) => {
    for (const model of [older, undefined, three]) {
      const refusal = "invalid_value response_format.json_schema.schema";
      expect(refusalOf(format({ schema: { type } }), model)).toBe(refusal);
    }
  });

  test("json_object asks for no word of JSON in the prompt", async () => {
    const gateway = await startGateway(`models: { m: { deployments: [vertex/${three}] } }`);
    const messages = [{ role: "user", content: "Hi." }];
    const response = await gateway.post({ model: "m", messages, response_format: { type: "json_object" } });
    expect(response.status, response.text).toBe(200);
  });

  test("fences around JSON are the model's own, and stay", () => {
    const content = '```json\n{"a":"b"}\n```';
    expect(choiceOf(answerOf([{ text: content }])).message.content).toBe(content);
    const deltas = deltasOf(streamed([eventOf([{ text: content }]), stop]));
    expect(deltas.map((delta) => delta.content ?? "").join("")).toBe(content);
  });
});

describe("§6.5 JSON together with functions", () => {
  test.each([three, "gemini-3.7-flash", "gemini-4-argon", "gemini-9-nova"])("goes as it is on %s", (model) => {
    const asked = ask({ ...format({ schema }), tools }, model);
    expect(asked.body["generationConfig"]).toEqual(answer(schema));
    expect(asked.body["tools"]).toEqual([declared]);
    expect(asked.body).not.toHaveProperty("toolConfig");
    expect(asked.told).toEqual([]);
  });

  const custom = { type: "custom", custom: { name: "c" } };
  test.each<[name: string, members: object]>([
    ["any", { tools, tool_choice: "required" }],
    ["a named one", { tools, tool_choice: lookUp }],
    ["a custom one", { tools: [custom], tool_choice: custom }],
    ["one of some", { tools, tool_choice: among("required", lookUp) }],
    ["a deprecated one", { functions: [{ name: "look_up" }], function_call: { name: "look_up" } }],
  ])("a call that is forced leaves no answer to shape: %s", (_name, members) => {
    for (const model of [older, undefined, three]) {
      const asked = ask({ ...format({ schema }), ...members }, model);
      expect(asked.body).not.toHaveProperty("generationConfig");
      expect(asked.body["toolConfig"]).toMatchObject({ functionCallingConfig: { mode: "ANY" } });
      expect(JSON.stringify(asked.body["tools"])).not.toContain('"answer"');
      expect(asked.told).toEqual(lost);
    }
  });

  test.each<[name: string, members: object, answerTool: object]>([
    ["json_object is any object", { response_format: { type: "json_object" } }, { type: "object" }],
    ["a schema is its parameters", format({ schema }), schema],
  ])("before Gemini 3 a function stands in, and %s", (_name, members, parametersJsonSchema) => {
    const { body } = ask({ ...members, tools });
    expect(body).not.toHaveProperty("generationConfig");
    expect(body["tools"]).toMatchObject([{ functionDeclarations: [{}, { name: "answer", parametersJsonSchema }] }]);
  });

  test("before Gemini 2 it takes the older form", () => {
    const { body } = ask({ ...format({ schema }), tools }, older);
    expect(body["tools"]).toMatchObject([{ functionDeclarations: [{}, { name: "answer", parameters: pair }] }]);
    expect(body["toolConfig"]).toEqual({ functionCallingConfig: { mode: "ANY" } });
  });

  test("its call is the content of a stream, which ends as one without calls", () => {
    const call = { functionCall: { name: "answer", args: { a: "b" } } };
    const read = streamed([eventOf([call]), stop], contextFor({ answerTool: "answer" }));
    expect(
      deltasOf(read)
        .map((delta) => delta.content ?? "")
        .join(""),
    ).toBe('{"a":"b"}');
    expect(deltasOf(read).filter((delta) => delta.tool_calls !== undefined)).toEqual([]);
    expect(finishesOf(read)).toEqual([[0, "stop"]]);
  });
});

describe("§6.6 tools of Google's beside functions", () => {
  const google = { google: { tools: [{ codeExecution: {} }, { urlContext: {} }] } };
  const all = [declared, { codeExecution: {} }, { urlContext: {} }];

  test.each<[name: string, members: object, want: unknown, told?: string[], model?: string]>([
    ["since Gemini 3 they go together", { tools }, all],
    ["a named call leaves them", { tools, tool_choice: lookUp }, all],
    ["a deprecated one too", { functions: [{ name: "look_up" }], function_call: { name: "look_up" } }, all],
    ["a choice among some leaves them", { tools, tool_choice: among("auto", lookUp) }, all],
    ["none of them where no tool is wanted", { tools, tool_choice: "none" }, [declared]],
    ["nor where none is allowed", { tools, tool_choice: among("auto") }, [declared]],
    ["nor by the deprecated word", { functions: [{ name: "look_up" }], function_call: "none" }, [declared]],
    ["nor where there are no functions", { tool_choice: "none" }, undefined],
    ["a call that is forced leaves them", { tools, tool_choice: "required" }, all],
    ["before Gemini 3 functions stand alone", { tools }, [declared], ["reported:google.tools"], "gemini-2.5-flash"],
  ])("%s", (_name, members, want, told = [], model = three) => {
    const asked = ask({ ...google, ...members }, model);
    expect(asked.body["tools"]).toEqual(want);
    expect(asked.told).toEqual(told);
  });

  test("before Gemini 3 several of them are sent as they are asked for, and the host judges", async () => {
    expect(ask(google, "gemini-2.5-flash").body["tools"]).toEqual([{ codeExecution: {} }, { urlContext: {} }]);
    const gateway = await startGateway("models: { m: { deployments: [vertex/gemini-2.5-flash] } }");
    const response = await gateway.post({ model: "m", messages: [{ role: "user", content: "Hi." }], ...google });
    expect(response.status).toBe(400);
    expect(response.text).toContain("Multiple tools are supported only when they are all search tools.");
  });
});
