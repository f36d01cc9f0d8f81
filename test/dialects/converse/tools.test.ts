import { describe, expect, test } from "vitest";
import * as names from "./_translate.ts";
import { ask, refusalOf, translate } from "./_translate.ts";

const fn = (name: string, more: object = {}) => ({ type: "function", function: { name, ...more } });
const custom = (name: string, more: object = {}) => ({ type: "custom", custom: { name, ...more } });
const one = (name: string) => ({ type: "function", function: { name } });
const some = (mode: string, ...allowed: readonly string[]) => ({
  type: "allowed_tools",
  allowed_tools: { mode, tools: allowed.map(one) },
});
const anything = { type: "object", properties: {} };
const city = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const json = (schema: object) => ({ inputSchema: { json: schema } });
const spec = (name: string, more: object = json(anything)) => ({ toolSpec: { name, ...more } });
const free = { type: "object", properties: { input: { type: "string" } }, required: ["input"] };
const pixtral = "us.mistral.pixtral-large-2502-v1:0";
const kimi = "moonshotai.kimi-k2.5";
const glm = "zai.glm-4.7";
const newerMistral = "mistral.mistral-large-3-675b-instruct";
const jamba = "ai21.jamba-1-5-large-v1:0";

const configOf = (members: object, model?: string): Record<string, unknown> =>
  Object(ask(members, model).body["toolConfig"]);

const shownIn = ({ tools }: Record<string, unknown>): readonly string[] =>
  (Array.isArray(tools) ? tools : []).map(({ toolSpec, systemTool }) => (toolSpec ?? systemTool).name);

describe("declarations", () => {
  test.each<readonly [name: string, members: object, want: readonly object[]]>([
    ["of a name alone take anything", { tools: [fn("f")] }, [spec("f")]],
    ["have no empty description", { tools: [fn("f", { description: "" })] }, [spec("f")]],
    [
      "have a description and a schema",
      { tools: [fn("f", { description: "Finds.", parameters: city })] },
      [spec("f", { description: "Finds.", ...json(city) })],
    ],
    [
      "in their deprecated form are the same",
      { functions: [{ name: "f", description: "Finds.", parameters: city }] },
      [spec("f", { description: "Finds.", ...json(city) })],
    ],
    ["of both forms stand together", { tools: [fn("f")], functions: [{ name: "g" }] }, [spec("f"), spec("g")]],
    ["of free text take it in a member", { tools: [custom("c")] }, [spec("c", json(free))]],
    [
      "of free text by a grammar are told it",
      {
        tools: [
          custom("c", {
            description: "Counts.",
            format: { type: "grammar", grammar: { syntax: "lark", definition: "start: /x/" } },
          }),
        ],
      },
      [
        spec("c", {
          description: "Counts.\n\nThe input follows this lark grammar:\nstart: /x/",
          ...json(free),
        }),
      ],
    ],
    [
      "of free text have no grammar where none is given",
      { tools: [custom("c", { description: "Counts.", format: { type: "text" } })] },
      [spec("c", { description: "Counts.", ...json(free) })],
    ],
  ])("%s", (_name, members, want) => {
    expect(configOf(members, names.command)).toEqual({ tools: want });
  });

  test("names that Bedrock does not take give way, and are told by their path", () => {
    const tools = [fn("my.tool"), fn("my_tool"), custom("a b"), fn("x".repeat(65))];
    const { body, told } = ask({ tools, functions: [{ name: "ü" }] });
    expect(shownIn(Object(body["toolConfig"]))).toEqual(["my_tool_2", "my_tool", "a_b", "x".repeat(64), "_"]);
    expect(told).toEqual([
      "renamed:tools[0].function.name",
      "renamed:tools[2].custom.name",
      "renamed:tools[3].function.name",
      "renamed:functions[0].name",
    ]);
  });

  test.each([
    ["two of one name", { tools: [fn("f"), fn("f")] }, "invalid_value tools[1].function.name"],
    [
      "two of one name in both forms",
      { tools: [fn("f")], functions: [{ name: "f" }] },
      "invalid_value functions[0].name",
    ],
    ["one without a name", { tools: [fn("")] }, "empty_string tools[0].function.name"],
    [
      "one for no object",
      { tools: [fn("f", { parameters: { type: "array" } })] },
      "invalid_function_parameters tools[0].function.parameters",
    ],
  ])("%s is refused", (_name, members, refusal) => {
    expect(refusalOf(members).replace(/^invalid_\w+ (?=.*parameters)/, "invalid_function_parameters ")).toBe(refusal);
  });
});

describe("strict", () => {
  const closed = { ...city, additionalProperties: false };
  const open = { type: "object", additionalProperties: { type: "string" } };

  test.each([
    ["holds calls to a schema where the model can be", names.gptOss, { parameters: closed, strict: true }, true, []],
    ["closes a schema that names no arguments", names.gptOss, { strict: true }, true, []],
    ["is left out where it is not wanted", names.gptOss, { parameters: closed, strict: false }, undefined, []],
    ["is left out where nothing is said", names.gptOss, { parameters: closed }, undefined, []],
    [
      "is given up where a schema prevents it",
      names.gptOss,
      { parameters: open, strict: true },
      undefined,
      ["downgraded:tools[0].function.strict"],
    ],
    [
      "is reported where the model cannot be held",
      names.nova,
      { parameters: city, strict: true },
      undefined,
      ["reported:tools[0].function.strict"],
    ],
  ])("%s", (_name, model, more, strict, told) => {
    const asked = ask({ tools: [fn("f", more)] }, model);
    expect(Object(asked.body["toolConfig"]).tools[0].toolSpec.strict).toBe(strict);
    expect(asked.told).toEqual(told);
  });

  test("a schema without arguments lets none in", () => {
    const [tool] = Object(configOf({ tools: [fn("f", { strict: true })] }, names.gptOss))["tools"];
    expect(tool.toolSpec.inputSchema.json).toEqual({ ...anything, additionalProperties: false });
  });

  test("what a schema loses is told by its path", () => {
    const parameters = { ...closed, properties: { city: { type: "string", minLength: 2 } } };
    const { told } = ask({ tools: [fn("f", { parameters, strict: true })] }, names.gptOss);
    expect(told).toEqual(["downgraded:tools[0].function.parameters.properties.city.minLength"]);
  });
});

describe("schemas where three keywords may stand at the top", () => {
  test.each([
    ["a closed object is told", { ...city, additionalProperties: false }, ["additionalProperties"]],
    ["what lets anything in is no loss", { ...city, additionalProperties: true }, []],
    ["an empty schema for the others is no loss", { ...city, additionalProperties: {} }, []],
    [
      "a schema for the others is told",
      { ...city, additionalProperties: { type: "string" } },
      ["additionalProperties"],
    ],
    [
      "texts about it are no loss",
      { ...city, title: "T", description: "D", $comment: "C", examples: [], default: {} },
      [],
    ],
    ["a number of members is told", { ...city, minProperties: 1 }, ["minProperties"]],
  ])("%s", (_name, parameters, lost) => {
    for (const members of [{ tools: [fn("f", { parameters })] }, { functions: [{ name: "f", parameters }] }]) {
      const { body, told } = ask(members, names.nova);
      const place = "tools" in members ? "tools[0].function.parameters" : "functions[0].parameters";
      expect(Object(body["toolConfig"]).tools).toEqual([spec("f", json(city))]);
      expect(told).toEqual(lost.map((keyword) => `downgraded:${place}.${keyword}`));
    }
  });
});

const tools = [fn("f"), fn("g"), custom("c")];
const all = ["f", "g", "c"];

interface Chosen {
  readonly shown: readonly string[];
  readonly choice?: object;
  readonly words?: string;
}

const rows: readonly (readonly [model: string, choice: unknown, want: Chosen])[] = [
  ...[names.nova, names.mistral, names.gptOss, names.llama, kimi, glm].flatMap((model) => [
    [model, undefined, { shown: all }] as const,
    [model, null, { shown: all }] as const,
    [model, "auto", { shown: all }] as const,
    [model, "none", { shown: [] }] as const,
    [model, some("auto", "g"), { shown: ["g"] }] as const,
    [model, some("auto"), { shown: [] }] as const,
  ]),
  ...[names.nova, names.nova2, names.mistral, pixtral, newerMistral, names.unknown, names.gpt].flatMap((model) => [
    [model, "required", { shown: all, choice: { any: {} } }] as const,
    [model, some("required", "f", "c"), { shown: ["f", "c"], choice: { any: {} } }] as const,
  ]),
  ...[names.nova, names.nova2, names.unknown, names.gpt].flatMap((model) => [
    [model, one("g"), { shown: all, choice: { tool: { name: "g" } } }] as const,
    [model, { type: "custom", custom: { name: "c" } }, { shown: all, choice: { tool: { name: "c" } } }] as const,
  ]),
  ...[names.mistral, pixtral, newerMistral].flatMap((model) => [
    [model, one("g"), { shown: ["g"], choice: { any: {} } }] as const,
    [model, { type: "custom", custom: { name: "c" } }, { shown: ["c"], choice: { any: {} } }] as const,
  ]),
  ...[
    names.gptOss,
    names.llama,
    names.qwen,
    names.command,
    jamba,
    kimi,
    glm,
    "deepseek.v3.2",
    "minimax.minimax-m2",
  ].flatMap((model) => [
    [model, "required", { shown: all, words: "Call one of the tools now." }] as const,
    [model, some("required", "g"), { shown: ["g"], words: "Call one of the tools now." }] as const,
    [model, one("g"), { shown: ["g"], words: "Call the tool g now." }] as const,
  ]),
];

describe("the choice among tools", () => {
  test.each(rows)("%s: %j", (model, tool_choice, { shown, choice, words }) => {
    const { body, told } = ask({ tools, tool_choice }, model);
    const config = Object(body["toolConfig"]);
    expect(shownIn(config)).toEqual(shown);
    expect(config.toolChoice).toEqual(choice);
    expect(body["system"]).toEqual(words === undefined ? undefined : [{ text: words }]);
    expect(told).toEqual(words === undefined ? [] : ["downgraded:tool_choice"]);
    if (shown.length === 0) expect(body["toolConfig"]).toBeUndefined();
  });

  test.each([
    ["none", names.nova, { shown: [] }],
    ["auto", names.nova, { shown: ["f", "g"] }],
    [{ name: "g" }, names.nova, { shown: ["f", "g"], choice: { tool: { name: "g" } } }],
    [{ name: "g" }, names.mistral, { shown: ["g"], choice: { any: {} } }],
    [{ name: "g" }, names.llama, { shown: ["g"], words: "Call the tool g now." }],
  ])("in its deprecated form: %j at %s", (function_call, model, want: Chosen) => {
    const { body, told } = ask({ functions: [{ name: "f" }, { name: "g" }], function_call }, model);
    const config = Object(body["toolConfig"]);
    expect([shownIn(config), config.toolChoice]).toEqual([want.shown, want.choice]);
    expect(body["system"]).toEqual(want.words && [{ text: want.words }]);
    expect(told).toEqual(want.words === undefined ? [] : ["downgraded:function_call"]);
  });

  test("names a tool by what it is sent under", () => {
    const { body } = ask({ tools: [fn("my.tool")], tool_choice: one("my.tool") });
    expect(Object(body["toolConfig"]).toolChoice).toEqual({ tool: { name: "my_tool" } });
  });

  test("words stand behind all instructions", () => {
    const messages = [
      { role: "user", content: "Hi." },
      { role: "system", content: "Be brief." },
    ];
    const { body } = ask({ tools, tool_choice: "required", messages }, names.llama);
    expect(body["system"]).toEqual([{ text: "Be brief." }, { text: "Call one of the tools now." }]);
  });

  test.each(["required", one("f"), some("auto", "f"), "none", "auto"])(
    "says nothing to a model that calls no tools: %j",
    (tool_choice) => {
      const { body, told } = ask({ tools, tool_choice }, names.deepseek);
      expect(body["toolConfig"]).toBeUndefined();
      expect(body["system"]).toBeUndefined();
      expect(told).toEqual(["reported:tools"]);
    },
  );

  test.each([
    [{ tools, tool_choice: one("h") }, "invalid_value tool_choice.function.name"],
    [{ tools, tool_choice: { type: "custom", custom: { name: "h" } } }, "invalid_value tool_choice.custom.name"],
    [{ tools, tool_choice: some("auto", "f", "h") }, "invalid_value tool_choice.allowed_tools.tools[1]"],
    [{ tools, tool_choice: some("required") }, "empty_array tool_choice.allowed_tools.tools"],
    [{ functions: [{ name: "f" }], function_call: { name: "h" } }, "invalid_value function_call.name"],
    [{ tool_choice: "required" }, "invalid_value tool_choice"],
    [{ tool_choice: one("f") }, "invalid_value tool_choice"],
    [{ function_call: { name: "f" } }, "invalid_value function_call"],
    [{ tool_choice: "auto" }, "taken"],
    [{ tool_choice: "none" }, "taken"],
    [{ function_call: "none" }, "taken"],
  ])("of what is not there is refused: %j", (members, refusal) => {
    expect(refusalOf(members)).toBe(refusal);
  });

  test("names no tool of an earlier call that is declared no more", () => {
    const call = { id: "a", type: "function", function: { name: "old", arguments: "{}" } };
    const messages = [
      { role: "user", content: "Hi." },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "a", content: "1" },
    ];
    expect(refusalOf({ tools, messages, tool_choice: one("old") })).toBe("invalid_value tool_choice.function.name");
  });
});

describe("streams", () => {
  test.each([
    ["calls that come in whole answers alone", { tools }, names.llama, "unary"],
    ["calls of older Mistral", { tools }, names.mistral, "unary"],
    ["calls of newer Mistral", { tools }, newerMistral, "stream"],
    ["calls of Nova", { tools }, names.nova, "stream"],
    ["no tools", {}, names.llama, "stream"],
    ["tools that are not to be called", { tools, tool_choice: "none" }, names.llama, "stream"],
  ])("%s", (_name, members, model, asks) => {
    expect(translate(members, model, {}, "stream").asks).toBe(asks);
    expect(translate(members, model, {}, "unary").asks).toBe("unary");
  });
});

describe("Amazon's own search", () => {
  const web_search_options = {};
  const search = { systemTool: { name: "nova_grounding" } };

  test.each([
    ["stands alone", {}, [search]],
    ["stands behind the client's tools", { tools: [fn("f")] }, [spec("f"), search]],
  ])("%s", (_name, more, want) => {
    for (const model of [names.nova2, "us.amazon.nova-premier-v1:0"]) {
      expect(configOf({ ...more, web_search_options }, model)).toEqual({ tools: want });
    }
  });

  test.each([names.nova, names.gptOss, names.unknown])("is none at %s", (model) => {
    const { body, told } = ask({ web_search_options: { search_context_size: "low" } }, model);
    expect(body["toolConfig"]).toBeUndefined();
    expect(told).toEqual(["reported:web_search_options"]);
  });
});

describe("what the way back is told", () => {
  test.each([
    ["tools", { tools }, { legacyCalls: false, onlyFirstCall: false }],
    ["functions", { functions: [{ name: "f" }] }, { legacyCalls: true, onlyFirstCall: false }],
    ["both", { tools, functions: [{ name: "h" }] }, { legacyCalls: false, onlyFirstCall: false }],
    ["one call at a time", { tools, parallel_tool_calls: false }, { legacyCalls: false, onlyFirstCall: true }],
    ["several calls at a time", { tools, parallel_tool_calls: true }, { legacyCalls: false, onlyFirstCall: false }],
  ])("%s", (_name, members, want) => {
    expect(translate(members).context).toMatchObject(want);
  });

  test("each tool by the name it is sent under, those that are not shown too", () => {
    const { context } = translate({ tools: [fn("my.tool"), custom("c")], tool_choice: one("my.tool") }, names.mistral);
    expect([...context.tools]).toEqual([
      ["my_tool", { name: "my.tool", kind: "function", members: new Map() }],
      ["c", { name: "c", kind: "custom", members: new Map() }],
    ]);
  });
});
