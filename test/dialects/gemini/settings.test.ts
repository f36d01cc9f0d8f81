import { describe, expect, test } from "vitest";
import { validateGenerateContentRequest as validateDeveloper } from "../../../generated/validators/gemini.closed.mjs";
import { ask, developer, refusalOf } from "./_ask.ts";
import { open } from "./_translate.ts";

const three = "gemini-3-flash-preview";
const tools = [{ type: "function", function: { name: "look_up" } }];
const declared = { functionDeclarations: [{ name: "look_up", description: "" }] };

describe("§2 service_tier", () => {
  const header = "x-vertex-ai-llm-shared-request-type";
  test.each<[word: string | null, tier: string | undefined, told?: string]>([
    ["flex", "flex"],
    ["priority", "priority"],
    ["fast", "priority"],
    ["scale", undefined, "reported:service_tier"],
    ["auto", undefined],
    ["default", undefined],
    [null, undefined],
  ])("%s is a header on Vertex AI and a member on the Developer API", (service_tier, tier, told) => {
    const vertex = ask({ service_tier });
    expect(vertex.headers).toEqual(tier === undefined ? undefined : { [header]: tier });
    expect(vertex.body).not.toHaveProperty("serviceTier");
    const own = ask({ service_tier }, three, developer);
    expect(own.headers).toBeUndefined();
    expect(own.body["serviceTier"]).toBe(tier);
    for (const asked of [vertex, own]) expect(asked.told).toEqual(told === undefined ? [] : [told]);
  });

  test.each<[name: string, value: string | readonly string[] | undefined, traffic: string | undefined, tier?: string]>([
    ["standard", "standard", undefined, "default"],
    ["flex", "flex", undefined, "flex"],
    ["priority", "priority", undefined, "priority"],
    ["a word of later days", "turbo", undefined],
    ["a word that objects have", "constructor", undefined],
    ["none", undefined, undefined],
    ["two, which say nothing", ["flex", "priority"], undefined],
    ["beside what Vertex AI says, which counts more", "standard", "ON_DEMAND_FLEX", "flex"],
    ["beside what Vertex AI says and OpenAI has no word for", "priority", "ON_DEMAND_OFFPEAK", "priority"],
  ])("the one that was used is told in a header: %s", (_name, value, trafficType, tier) => {
    const headers = { "x-gemini-service-tier": value };
    const answer = {
      candidates: [{ content: { parts: [{ text: "Hi." }] }, finishReason: "STOP" }],
      ...(trafficType && { usageMetadata: { trafficType } }),
    };
    const text = JSON.stringify(answer);
    const whole = open({}, three, developer).response(answer, text, headers);
    expect(whole).toMatchObject({ body: { choices: [{}] } });
    expect("body" in whole && whole.body.service_tier).toBe(tier);
    const fold = open({}, three, developer).stream(headers);
    const pieces = [fold.onEvent(text), fold.onEnd()].flatMap((some) => ("message" in some ? [] : some));
    expect(pieces).toHaveLength(3);
    expect(new Set(pieces.map(({ chunk }) => chunk.service_tier))).toEqual(new Set([tier]));
  });
});

type ToolRow = [name: string, members: object, tools: unknown, told?: readonly string[], model?: string];

const toolRows: ToolRow[] = [
  ["web_search_options is Google Search", { web_search_options: {} }, [{ googleSearch: {} }]],
  [
    "size and place of a search are told",
    {
      web_search_options: {
        search_context_size: "low",
        user_location: { type: "approximate", approximate: { country: "FR" } },
      },
    },
    [{ googleSearch: {} }],
    ["reported:web_search_options.search_context_size", "reported:web_search_options.user_location"],
  ],
  [
    "search beside functions before Gemini 3",
    { web_search_options: { search_context_size: "low" }, tools },
    [declared],
    ["reported:web_search_options"],
  ],
  [
    "an empty search beside functions before Gemini 3",
    { web_search_options: {}, tools },
    [declared],
    ["reported:web_search_options"],
  ],
  ["search beside functions", { web_search_options: {}, tools }, [declared, { googleSearch: {} }], [], three],
  ["no search where no tool is wanted", { web_search_options: {}, tools, tool_choice: "none" }, [declared], [], three],
  [
    "no search where no tool is wanted, with nothing to say",
    { web_search_options: {}, tool_choice: "none" },
    undefined,
    [],
  ],
  [
    "Google's own tools",
    {
      google: { tools: [{ googleSearch: {} }, { codeExecution: {} }] },
      extra_body: { google: { tools: [{ urlContext: {} }] } },
    },
    [{ googleSearch: {} }, { codeExecution: {} }, { urlContext: {} }],
  ],
  [
    "one search said twice",
    { web_search_options: {}, google: { tools: [{ googleSearch: {} }] } },
    [{ googleSearch: {} }],
  ],
  [
    "Google's own tools beside functions before Gemini 3",
    { google: { tools: [{ codeExecution: {} }] }, tools },
    [declared],
    ["reported:google.tools"],
  ],
];

describe("§6.6 tools that run at Google's side", () => {
  test.each<ToolRow>(toolRows)("%s", (_name, members, want, told = [], model) => {
    const asked = ask(members, model);
    expect(asked.body["tools"]).toEqual(want);
    expect(asked.told).toEqual(told);
  });

  test("beside functions the Developer API is told that the client copes, and Vertex AI is not", () => {
    const members = { web_search_options: {}, tools };
    expect(ask(members, three, developer).body["toolConfig"]).toEqual({ includeServerSideToolInvocations: true });
    expect(ask(members, three).body).not.toHaveProperty("toolConfig");
    expect(ask({ web_search_options: {} }, three, developer).body).not.toHaveProperty("toolConfig");
  });
});

const format = {
  type: "json_schema",
  json_schema: { name: "a", schema: { type: "object", properties: { a: { type: "string" } } } },
};
const schema = { type: "object", properties: { a: { type: "string" } } };

describe("§7 the form of the answer", () => {
  test.each<[name: string, members: object, config: object | undefined, told?: readonly string[], model?: string]>([
    ["text", { response_format: { type: "text" } }, undefined],
    ["json_object", { response_format: { type: "json_object" } }, { responseMimeType: "application/json" }],
    ["json_schema", { response_format: format }, { responseMimeType: "application/json", responseJsonSchema: schema }],
    [
      "json_schema on older models",
      { response_format: format },
      {
        responseMimeType: "application/json",
        responseSchema: { type: "OBJECT", properties: { a: { type: "STRING" } }, propertyOrdering: ["a"] },
      },
      [],
      "gemini-1.5-pro-002",
    ],
    [
      "json_schema without a schema",
      { response_format: { type: "json_schema", json_schema: { name: "a" } } },
      { responseMimeType: "application/json" },
    ],
    ["guided_json", { guided_json: schema }, { responseMimeType: "application/json", responseJsonSchema: schema }],
    [
      "guided_json as text",
      { guided_json: JSON.stringify(schema) },
      { responseMimeType: "application/json", responseJsonSchema: schema },
    ],
    [
      "guided_choice",
      { guided_choice: ["yes", "no"] },
      { responseMimeType: "text/x.enum", responseSchema: { type: "STRING", enum: ["yes", "no"] } },
    ],
    [
      "response_format before guided_choice",
      { guided_choice: ["yes"], response_format: { type: "json_object" } },
      { responseMimeType: "application/json" },
      ["reported:guided_choice"],
    ],
    [
      "guided_regex",
      { guided_regex: "a+" },
      { responseMimeType: "application/json", responseSchema: { type: "STRING", pattern: "a+" } },
    ],
    [
      "guided_json before guided_regex",
      { guided_regex: "a+", guided_json: schema },
      { responseMimeType: "application/json", responseJsonSchema: schema },
      ["reported:guided_regex"],
    ],
    ["guided_grammar", { guided_grammar: "root ::= a" }, undefined, ["reported:guided_grammar"]],
    [
      "structured_outputs with a schema",
      { structured_outputs: { json: schema } },
      { responseMimeType: "application/json", responseJsonSchema: schema },
    ],
    [
      "structured_outputs with a schema as text",
      { structured_outputs: { json: JSON.stringify(schema), regex: null } },
      { responseMimeType: "application/json", responseJsonSchema: schema },
    ],
    [
      "structured_outputs with any object",
      { structured_outputs: { json_object: true } },
      { responseMimeType: "application/json" },
    ],
    [
      "structured_outputs with words",
      { structured_outputs: { choice: ["yes", "no"] } },
      { responseMimeType: "text/x.enum", responseSchema: { type: "STRING", enum: ["yes", "no"] } },
    ],
    [
      "structured_outputs with a pattern, and what Gemini has no word for",
      { structured_outputs: { regex: "a", whitespace_pattern: " ", disable_fallback: false } },
      { responseMimeType: "application/json", responseSchema: { type: "STRING", pattern: "a" } },
      ["reported:structured_outputs.whitespace_pattern"],
    ],
    [
      "structured_outputs with a grammar",
      { structured_outputs: { grammar: "root ::= a" } },
      undefined,
      ["reported:structured_outputs.grammar"],
    ],
    [
      "structured_outputs that make no sense",
      { structured_outputs: { regex: 1, choice: [1] } },
      undefined,
      ["reported:structured_outputs.regex", "reported:structured_outputs.choice"],
    ],
    [
      "response_format before structured_outputs",
      { structured_outputs: { json: schema }, response_format: { type: "json_object" } },
      { responseMimeType: "application/json" },
      ["reported:structured_outputs.json"],
    ],
    [
      "on a model of images",
      { response_format: format },
      undefined,
      ["reported:response_format"],
      "gemini-2.5-flash-image",
    ],
    [
      "on a model of speech",
      { guided_json: schema },
      undefined,
      ["reported:guided_json"],
      "gemini-2.5-flash-preview-tts",
    ],
  ])("%s", (_name, members, config, told = [], model) => {
    const asked = ask(members, model);
    expect(asked.body["generationConfig"]).toEqual(config);
    expect(asked.told).toEqual(told);
  });

  test("guided_json that is no JSON is refused", () => {
    expect(refusalOf({ guided_json: "{" })).toBe("invalid_value guided_json");
    expect(refusalOf({ structured_outputs: { json: "{" } })).toBe("invalid_value structured_outputs.json");
  });
});

describe("§6.5 JSON together with tools", () => {
  test.each(["gemini-2.5-flash", three])("a call that is forced leaves no answer to shape on %s", (model) => {
    const asked = ask({ response_format: format, tools, tool_choice: "required" }, model);
    expect(asked.body).not.toHaveProperty("generationConfig");
    expect(asked.body["tools"]).toEqual([declared]);
    expect(asked.told).toEqual(["reported:response_format"]);
  });

  test.each<[name: string, members: object, answer: string, calling: object]>([
    ["beside others", {}, "answer", { mode: "ANY" }],
    ["where no tool is wanted", { tool_choice: "none" }, "answer", { mode: "ANY", allowedFunctionNames: ["answer"] }],
    [
      "beside a tool of its name",
      { tools: [{ type: "function", function: { name: "answer" } }] },
      "_answer",
      { mode: "ANY" },
    ],
  ])("before Gemini 3 a function stands in for the form, %s", (_name, members, answer, functionCallingConfig) => {
    const { body } = ask({ response_format: format, tools, ...members });
    expect(body).not.toHaveProperty("generationConfig");
    expect(body["toolConfig"]).toEqual({ functionCallingConfig });
    const standIn = { name: answer, parametersJsonSchema: schema };
    expect(body["tools"]).toMatchObject([{ functionDeclarations: [{}, standIn] }]);
  });

  test.each([
    ["guided_choice", { guided_choice: ["a"] }],
    ["guided_regex", { guided_regex: "a" }],
    ["structured_outputs.choice", { structured_outputs: { choice: ["a"] } }],
    ["structured_outputs.regex", { structured_outputs: { regex: "a" } }],
  ])("%s is told before Gemini 3", (path, members) => {
    const asked = ask({ ...members, tools });
    expect(asked.body).not.toHaveProperty("generationConfig");
    expect(asked.told).toEqual([`reported:${path}`]);
  });

  test("an answer that is no object is refused before Gemini 3, where a function's arguments must hold it", () => {
    const list = { type: "array", items: { type: "string" } };
    expect(refusalOf({ guided_json: list, tools })).toBe("invalid_value guided_json");
    expect(refusalOf({ structured_outputs: { json: list }, tools })).toBe("invalid_value structured_outputs.json");
    expect(ask({ guided_json: list, tools }, three).body["generationConfig"]).toMatchObject({
      responseJsonSchema: list,
    });
  });

  test("a schema that does not say what it is for becomes one for an object", () => {
    const { body } = ask({ guided_json: { anyOf: [schema, { type: "object" }] }, tools });
    const wanted = { name: "answer", parametersJsonSchema: { type: "object", anyOf: [schema, { type: "object" }] } };
    expect(body["tools"]).toMatchObject([{ functionDeclarations: [{}, wanted] }]);
  });
});

describe("§2 modalities and audio", () => {
  const speech = "gemini-2.5-flash-preview-tts";
  const audio = { voice: "Kore", format: "pcm16" };
  const voice = { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: "Kore" } } } };
  test.each<[name: string, members: object, config: object | undefined, model?: string]>([
    ["text", { modalities: ["text"] }, undefined],
    ["audio", { modalities: ["text", "audio"], audio }, { responseModalities: ["AUDIO"], ...voice }, speech],
    ["audio alone", { modalities: ["audio"], audio }, { responseModalities: ["AUDIO"], ...voice }, speech],
    [
      "a voice by its id",
      { modalities: ["audio"], audio: { voice: { id: "Kore" }, format: "wav" } },
      { responseModalities: ["AUDIO"], ...voice },
      speech,
    ],
    ["audio without a voice", { modalities: ["audio"] }, { responseModalities: ["AUDIO"] }, speech],
    ["an image", { modalities: ["image"] }, { responseModalities: ["IMAGE"] }, "gemini-2.5-flash-image"],
    [
      "text and image",
      { modalities: ["text", "image"] },
      { responseModalities: ["TEXT", "IMAGE"] },
      "gemini-3-pro-image-preview",
    ],
  ])("%s", (_name, members, config, model) => {
    const asked = ask(members, model);
    expect(asked.body["generationConfig"]).toEqual(config);
    expect(asked.told).toEqual([]);
  });

  test.each<[members: object, refusal: string, model?: string]>([
    [{ modalities: ["text", "audio"] }, "unsupported_value modalities[1]"],
    [{ modalities: ["image"] }, "unsupported_value modalities[0]"],
    [{ modalities: ["image"] }, "unsupported_value modalities[0]", speech],
    [{ modalities: ["smell"] }, "invalid_value modalities[0]"],
    [{ audio }, "unsupported_parameter audio"],
    ...(["mp3", "aac", "flac", "opus"] as const).map((one): [object, string, string] => [
      { modalities: ["audio"], audio: { voice: "Kore", format: one } },
      "unsupported_value audio.format",
      speech,
    ]),
  ])("%j is refused: %s", (members, refusal, model) => {
    expect(refusalOf(members, model)).toBe(refusal);
  });
});

describe("§15 safety", () => {
  const high = { category: "HARM_CATEGORY_HATE_SPEECH", threshold: "BLOCK_ONLY_HIGH" };
  const routes = { safety: { HARM_CATEGORY_HATE_SPEECH: "OFF", HARM_CATEGORY_HARASSMENT: "BLOCK_NONE" } };
  const harassment = { category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" };
  test.each<[name: string, members: object, want: unknown, told?: readonly string[], more?: object]>([
    ["nothing is sent unless asked for", {}, undefined],
    ["the client's", { safety_settings: [high] }, [high]],
    [
      "a short category, in lower case",
      { safety_settings: [{ category: "hate_speech", threshold: "block_only_high" }] },
      [high],
    ],
    ["Google's wrapper", { extra_body: { google: { safety_settings: [high] } } }, [high]],
    ["Google's member", { google: { safety_settings: [high] } }, [high]],
    [
      "the nearest to the top counts",
      { safety_settings: [high], google: { safety_settings: [harassment] } },
      [high],
      ["reported:google.safety_settings"],
    ],
    ["the model's own", {}, [{ category: "HARM_CATEGORY_HATE_SPEECH", threshold: "OFF" }, harassment], [], routes],
    ["the client's before the model's own", { safety_settings: [high] }, [high, harassment], [], routes],
    ["a method", { safety_settings: [{ ...high, method: "SEVERITY" }] }, [{ ...high, method: "SEVERITY" }]],
    [
      "a method, which the Developer API lacks",
      { safety_settings: [{ ...high, method: "SEVERITY" }] },
      [high],
      ["reported:safety_settings[0].method"],
      developer,
    ],
  ])("%s", (_name, members, want, told = [], more = {}) => {
    const asked = ask(members, undefined, more);
    expect(asked.body["safetySettings"]).toEqual(want);
    expect(asked.body).not.toHaveProperty("modelArmorConfig");
    expect(asked.told).toEqual(told);
  });

  /** Every category, and whether the Developer API has it too. */
  const categories: readonly (readonly [word: string, onDeveloperApi: boolean])[] = [
    ["HATE_SPEECH", true],
    ["DANGEROUS_CONTENT", true],
    ["HARASSMENT", true],
    ["SEXUALLY_EXPLICIT", true],
    ["CIVIC_INTEGRITY", true],
    ["JAILBREAK", false],
    ["IMAGE_HATE", false],
    ["IMAGE_DANGEROUS_CONTENT", false],
    ["IMAGE_HARASSMENT", false],
    ["IMAGE_SEXUALLY_EXPLICIT", false],
  ];

  test.each(categories)("%s, of the client and of routes.yaml, by host", (word, onDeveloperApi) => {
    const one = { category: `HARM_CATEGORY_${word}`, threshold: "BLOCK_NONE" };
    const client = { safety_settings: [one] };
    const safety = { [one.category]: "BLOCK_NONE" };
    const settings = [one];
    expect(ask(client)).toMatchObject({ body: { safetySettings: settings }, told: [] });
    expect(ask({}, undefined, { safety }).body["safetySettings"]).toEqual(settings);
    const there = ask(client, undefined, developer);
    const configured = ask({}, undefined, { ...developer, safety });
    for (const { body } of [there, configured]) {
      expect(validateDeveloper(body)).toBe(true);
      expect(body["safetySettings"]).toEqual(onDeveloperApi ? settings : undefined);
    }
    expect(there.told).toEqual(onDeveloperApi ? [] : ["reported:safety_settings[0]"]);
    expect(configured.told).toEqual([]);
  });

  test.each(["OFF", "BLOCK_NONE", "BLOCK_ONLY_HIGH", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_LOW_AND_ABOVE"])(
    "the threshold %s",
    (threshold) => {
      expect(ask({ safety_settings: [{ ...high, threshold }] }).body["safetySettings"]).toEqual([
        { ...high, threshold },
      ]);
    },
  );

  test.each(["SEVERITY", "PROBABILITY"])("the method %s", (method) => {
    expect(ask({ safety_settings: [{ ...high, method }] }).body["safetySettings"]).toEqual([{ ...high, method }]);
  });

  test("what the Developer API lacks does not shift the places of what is wrong", () => {
    const settings = [{ ...high, category: "JAILBREAK" }, high, { ...high, category: "hate_speech" }];
    expect(refusalOf({ safety_settings: settings }, undefined, developer)).toBe(
      "invalid_value safety_settings[2].category",
    );
  });

  test.each([
    [[{ ...high, category: "HARM_CATEGORY_BOREDOM" }], "invalid_value safety_settings[0].category"],
    [[{ ...high, threshold: "BLOCK_SOME" }], "invalid_value safety_settings[0].threshold"],
    [[{ ...high, method: "LUCK" }], "invalid_value safety_settings[0].method"],
    [[{ threshold: "OFF" }], "missing_required_parameter safety_settings[0].category"],
    [[{ category: "HARASSMENT" }], "missing_required_parameter safety_settings[0].threshold"],
    [[high, { ...high, category: "hate_speech" }], "invalid_value safety_settings[1].category"],
  ])("%j: %s", (safety_settings, refusal) => {
    expect(refusalOf({ safety_settings })).toBe(refusal);
  });
});

describe("§2 Google's own settings", () => {
  const name = "projects/p/locations/l/cachedContents/1";
  test.each<[members: object, want: string | undefined, told?: readonly string[], model?: string]>([
    [{ cached_content: name }, name],
    [{ google: { cached_content: name } }, name],
    [{ extra_body: { google: { cached_content: name } } }, name],
    [{ cached_content: name, google: { cached_content: "other" } }, name, ["reported:google.cached_content"]],
    [{ cached_content: name }, undefined, ["reported:cached_content"], "gemini-4-argon"],
  ])("%j is a prepared cache", (members, want, told = [], model) => {
    const asked = ask(members, model);
    expect(asked.body["cachedContent"]).toBe(want);
    expect(asked.told).toEqual(told);
  });

  test("what Google's wrapper holds besides is told", () => {
    expect(ask({ google: { thought_tag_marker: "think", frob: 1 }, extra_body: { other: 1 } }).told).toEqual([
      "reported:google.thought_tag_marker",
      "reported:google.frob",
      "reported:extra_body.other",
    ]);
  });
});
