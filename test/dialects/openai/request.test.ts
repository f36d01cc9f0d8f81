import { describe, expect, test } from "vitest";
import { openChat, openText, toldOf } from "./_translate.ts";

type Host = "other" | "openai" | "openrouter" | "vllm" | "llamacpp" | "lmstudio" | "ollama";
const hosts: readonly Host[] = ["other", "openai", "openrouter", "vllm", "llamacpp", "lmstudio", "ollama"];

const user = { role: "user", content: "Hi." };
const base = { model: "org/up", messages: [user] };

/** One client's request, the body most servers get, and those that servers with other habits get instead. */
interface Row {
  readonly name: string;
  readonly request: object;
  /** Members of the body beside the usual ones. */
  readonly want: object;
  readonly except?: Readonly<Partial<Record<Host, object>>>;
}

const instructions = (role: string) => ({
  messages: [{ role, content: "Be brief." }, user, { role, content: [{ type: "text", text: "Be kind." }], name: "us" }],
});
const asSystem = instructions("system");

const look = { name: "look", description: "Looks", parameters: { type: "object", properties: {} } };
const olderTalk = [
  user,
  { role: "assistant", content: "Well,", function_call: { name: "look", arguments: '{"at":1}' } },
  { role: "function", name: "look", content: "nothing" },
  { role: "assistant", content: null, function_call: { name: "look", arguments: "{}" } },
  { role: "function", name: "look", content: null },
];
const newerTalk = [
  user,
  {
    role: "assistant",
    content: "Well,",
    tool_calls: [{ id: "call_0", type: "function", function: { name: "look", arguments: '{"at":1}' } }],
  },
  { role: "tool", tool_call_id: "call_0", content: "nothing" },
  {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "call_1", type: "function", function: { name: "look", arguments: "{}" } }],
  },
  { role: "tool", tool_call_id: "call_1", content: "" },
];
const asTools = { tools: [{ type: "function", function: look }] };
const olderEverywhere = (want: object): NonNullable<Row["except"]> =>
  Object.fromEntries(hosts.filter((host) => host !== "other" && host !== "openai").map((host) => [host, want]));

/** An assistant's message as clients send it back, with what other servers had put into it. */
const replayed = {
  role: "assistant",
  content: [{ type: "text", text: "Hm.", cache_control: { type: "ephemeral" } }],
  reasoning: "So",
  reasoning_content: "So",
  reasoning_details: [{ type: "reasoning.text", text: "So" }],
  thinking_blocks: [{ type: "thinking", thinking: "So" }],
  images: [{ type: "image_url", image_url: { url: "data:," } }],
  annotations: [{ type: "url_citation" }],
  extra_content: { google: { thought_signature: "x" } },
  cache_control: { type: "ephemeral" },
  tool_calls: [
    {
      id: "call_1",
      type: "function",
      function: { name: "look", arguments: "{}" },
      extra_content: { google: { thought_signature: "x" } },
    },
  ],
};
const marked = { type: "function", function: { name: "look" }, cache_control: { type: "ephemeral" } };
const plainCall = { id: "call_1", type: "function", function: { name: "look", arguments: "{}" } };

const shown = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "low" } };
const heard = { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } };
const read = { type: "file", file: { file_data: "data:application/pdf;base64,AAAA", filename: "a.pdf" } };

const rows: readonly Row[] = [
  { name: "a word and nothing else", request: {}, want: {} },
  {
    name: "what chat models take everywhere",
    request: { temperature: 0.5, top_p: 0.9, seed: 7, stop: ["x"], frequency_penalty: 1, presence_penalty: -1 },
    want: { temperature: 0.5, top_p: 0.9, seed: 7, stop: ["x"], frequency_penalty: 1, presence_penalty: -1 },
  },
  {
    name: "members and words that nobody knows pass on, to any server",
    request: {
      best_friend: { a: [1, null] },
      messages: [{ ...user, mood: "good" }],
      tools: [{ type: "function", function: { name: "f", strict: true, hint: 1 } }],
      tool_choice: "required",
      reasoning: { effort: "low" },
    },
    want: {
      best_friend: { a: [1, null] },
      messages: [{ ...user, mood: "good" }],
      tools: [{ type: "function", function: { name: "f", strict: true, hint: 1 } }],
      tool_choice: "required",
      reasoning: { effort: "low" },
    },
    except: {
      // Of specs/extensions.yaml, and no part of OpenAI's API.
      openai: {
        best_friend: { a: [1, null] },
        messages: [{ ...user, mood: "good" }],
        tools: [{ type: "function", function: { name: "f", strict: true, hint: 1 } }],
        tool_choice: "required",
      },
    },
  },
  {
    name: "the developer speaks as the system where developers are unknown",
    request: instructions("developer"),
    want: asSystem,
    except: { openai: instructions("developer"), openrouter: instructions("developer") },
  },
  {
    name: "what tools show follows the last result of the turn as the user's",
    request: {
      messages: [
        user,
        { role: "assistant", tool_calls: [plainCall, { ...plainCall, id: "call_2" }] },
        { role: "tool", tool_call_id: "call_1", content: [heard, { type: "text", text: "a picture:" }, shown] },
        { role: "tool", tool_call_id: "call_2", content: [read] },
        user,
        { role: "assistant", tool_calls: [plainCall] },
        { role: "tool", tool_call_id: "call_1", content: [shown] },
      ],
    },
    want: {
      messages: [
        user,
        { role: "assistant", tool_calls: [plainCall, { ...plainCall, id: "call_2" }] },
        { role: "tool", tool_call_id: "call_1", content: [{ type: "text", text: "a picture:" }] },
        { role: "tool", tool_call_id: "call_2", content: "" },
        { role: "user", content: [heard, shown, read] },
        user,
        { role: "assistant", tool_calls: [plainCall] },
        { role: "tool", tool_call_id: "call_1", content: "" },
        { role: "user", content: [shown] },
      ],
    },
  },
  {
    name: "what OpenAI does not know of it is left out there",
    request: {
      messages: [
        { role: "assistant", tool_calls: [plainCall] },
        {
          role: "tool",
          tool_call_id: "call_1",
          content: [
            {
              type: "image_url",
              image_url: { url: "https://a.example/x", mime_type: "image/png" },
              cache_control: { type: "ephemeral" },
            },
          ],
        },
      ],
    },
    want: {
      messages: [
        { role: "assistant", tool_calls: [plainCall] },
        { role: "tool", tool_call_id: "call_1", content: "" },
        {
          role: "user",
          content: [
            {
              type: "image_url",
              image_url: { url: "https://a.example/x", mime_type: "image/png" },
              cache_control: { type: "ephemeral" },
            },
          ],
        },
      ],
    },
    except: {
      openai: {
        messages: [
          { role: "assistant", tool_calls: [plainCall] },
          { role: "tool", tool_call_id: "call_1", content: "" },
          { role: "user", content: [{ type: "image_url", image_url: { url: "https://a.example/x" } }] },
        ],
      },
    },
  },
  { name: "the system speaks everywhere", request: asSystem, want: asSystem },
  {
    name: "max_completion_tokens goes by its older name where that is the only one",
    request: { max_completion_tokens: 9 },
    want: { max_completion_tokens: 9 },
    except: { llamacpp: { max_tokens: 9 }, lmstudio: { max_tokens: 9 }, ollama: { max_tokens: 9 } },
  },
  { name: "max_tokens is known everywhere", request: { max_tokens: 9 }, want: { max_tokens: 9 } },
  {
    name: "of two limits the newer one counts where there is one name",
    request: { max_tokens: 5, max_completion_tokens: 9 },
    want: { max_tokens: 5, max_completion_tokens: 9 },
    except: { llamacpp: { max_tokens: 9 }, lmstudio: { max_tokens: 9 }, ollama: { max_tokens: 9 } },
  },
  {
    name: "a newer limit of null is no limit",
    request: { max_tokens: 5, max_completion_tokens: null },
    want: { max_tokens: 5, max_completion_tokens: null },
  },
  {
    name: "json_object is a schema of any object where only schemas are known",
    request: { response_format: { type: "json_object" } },
    want: { response_format: { type: "json_object" } },
    except: {
      lmstudio: {
        response_format: { type: "json_schema", json_schema: { name: "object", schema: { type: "object" } } },
      },
    },
  },
  {
    name: "a schema is a schema everywhere, and text is text",
    request: { response_format: { type: "json_schema", json_schema: { name: "n", schema: {}, strict: true } } },
    want: { response_format: { type: "json_schema", json_schema: { name: "n", schema: {}, strict: true } } },
  },
  {
    name: "an effort below the lowest that is known is the lowest",
    request: { reasoning_effort: "minimal" },
    want: { reasoning_effort: "minimal" },
    except: { ollama: { reasoning_effort: "low" } },
  },
  {
    name: "an effort above the highest that is known is the highest",
    request: { reasoning_effort: "xhigh" },
    want: { reasoning_effort: "xhigh" },
    except: { ollama: { reasoning_effort: "high" } },
  },
  { name: "efforts that all know pass", request: { reasoning_effort: "none" }, want: { reasoning_effort: "none" } },
  {
    name: "an effort in OpenRouter's form is bounded alike",
    request: { reasoning: { effort: "xhigh", exclude: true } },
    want: { reasoning: { effort: "xhigh", exclude: true } },
    except: { openai: {}, ollama: { reasoning: { effort: "high", exclude: true } } },
  },
  {
    name: "thoughts and hints that come back pass where they may help, and stay away from OpenAI",
    request: { messages: [user, replayed, { role: "tool", tool_call_id: "call_1", content: "1" }], tools: [marked] },
    want: { messages: [user, replayed, { role: "tool", tool_call_id: "call_1", content: "1" }], tools: [marked] },
    except: {
      openai: {
        messages: [
          user,
          { role: "assistant", content: [{ type: "text", text: "Hm." }], tool_calls: [plainCall] },
          { role: "tool", tool_call_id: "call_1", content: "1" },
        ],
        tools: [{ type: "function", function: { name: "look" } }],
      },
    },
  },
  {
    name: "deprecated functions are tools for servers that have forgotten them",
    request: { functions: [look], function_call: "auto" },
    want: { functions: [look], function_call: "auto" },
    except: olderEverywhere({ ...asTools, tool_choice: "auto" }),
  },
  {
    name: "a deprecated choice of one function is a choice of one tool",
    request: { functions: [look], function_call: { name: "look" } },
    want: { functions: [look], function_call: { name: "look" } },
    except: olderEverywhere({ ...asTools, tool_choice: { type: "function", function: { name: "look" } } }),
  },
  {
    name: "deprecated calls and results are calls and results, each pair by an id of its own",
    request: { functions: [look], messages: olderTalk },
    want: { functions: [look], messages: olderTalk },
    except: olderEverywhere({ ...asTools, messages: newerTalk }),
  },
  {
    name: "deprecated calls and results of earlier turns are so also where nothing more can be called",
    request: { messages: olderTalk },
    want: { messages: olderTalk },
    except: olderEverywhere({ messages: newerTalk }),
  },
  {
    name: "deprecated calls of earlier turns stand beside tools, and a choice among no functions is left out",
    request: { messages: olderTalk, ...asTools, function_call: "auto" },
    want: { messages: olderTalk, ...asTools, function_call: "auto" },
    except: olderEverywhere({ messages: newerTalk, ...asTools }),
  },
  {
    name: "parallel_tool_calls is passed on, honoured or not",
    request: { tools: [{ type: "function", function: look }], parallel_tool_calls: false },
    want: { tools: [{ type: "function", function: look }], parallel_tool_calls: false },
  },
  { name: "a stream that is not wanted is not mentioned", request: { stream: false, stream_options: null }, want: {} },
];

describe.each(hosts)("what %s is sent for", (host) => {
  test.each(rows)("$name", ({ request, want, except }) => {
    const before = JSON.stringify(request);
    const { body } = openChat({ host, request });
    expect(body).toEqual({ ...base, ...(except?.[host] ?? want) });
    expect(JSON.stringify(request), "the request itself stays as it was").toBe(before);
  });

  test("a stream: the counts are always asked for, beside what the client asks", () => {
    const options = { include_usage: false, include_obfuscation: false };
    const open = openChat({ host, request: { stream: true, stream_options: options }, kind: "stream" });
    const stream_options = { include_usage: true, include_obfuscation: false };
    expect(open.body).toEqual({ ...base, stream: true, stream_options });
    const bare = openChat({ host, request: { stream: true }, kind: "stream" });
    expect(bare.body).toEqual({ ...base, stream: true, stream_options: { include_usage: true } });
  });

  test("counts in every chunk, which the gateway would take out again: never at OpenAI, which refuses to hear of it", () => {
    const request = { stream: true, stream_options: { continuous_usage_stats: true } };
    const { body } = openChat({ host, request, kind: "stream" });
    const more = host === "openai" ? {} : { continuous_usage_stats: true };
    expect(body).toEqual({ ...base, stream: true, stream_options: { ...more, include_usage: true } });
  });
});

/** Everything that some server lacks, and a few things that all have. */
const everything = {
  temperature: 0.5,
  user: "u",
  logit_bias: { 1: 1 },
  audio: { format: "wav", voice: "alloy" },
  metadata: { a: "b" },
  modalities: ["audio"],
  moderation: { model: "omni-moderation-latest" },
  prediction: { type: "content", content: "x" },
  prompt_cache_key: "k",
  prompt_cache_options: { mode: "implicit" },
  prompt_cache_retention: "24h",
  safety_identifier: "s",
  service_tier: "flex",
  store: true,
  verbosity: "low",
  web_search_options: { search_context_size: "low" },
  cache_control: { type: "ephemeral" },
  top_k: 4,
  min_p: 0.1,
  repetition_penalty: 1.1,
  chat_template_kwargs: { enable_thinking: false },
  guided_json: { type: "object" },
  structured_outputs: { json: { type: "object" } },
  provider: { order: ["x"] },
  models: ["a/b"],
  transforms: ["middle-out"],
  plugins: [{ id: "web" }],
  usage: { include: true },
  num_ctx: 4096,
  keep_alive: "5m",
  options: { num_ctx: 4096 },
  ttl: 60,
  cache_prompt: true,
  grammar: "root ::= x",
  thinking: { type: "enabled" },
  enable_thinking: true,
  route: "fallback",
  session_id: "s",
  // No part of a spec of chat.
  n_predict: 9,
  priority: 1,
};

const services = [
  ...["audio", "metadata", "modalities", "moderation", "prediction", "prompt_cache_key", "prompt_cache_options"],
  ...["prompt_cache_retention", "safety_identifier", "service_tier", "store", "verbosity", "web_search_options"],
];
const foreign = [
  ...["top_k", "min_p", "repetition_penalty", "chat_template_kwargs", "guided_json", "structured_outputs", "provider"],
  ...["models", "transforms", "plugins", "usage", "num_ctx", "keep_alive", "options", "ttl", "cache_prompt", "grammar"],
  ...["thinking", "enable_thinking", "route", "session_id", "n_predict", "priority"],
];

describe("what a server lacks is not sent, and the client is told", () => {
  /** Host, what it does not get and the client hears of, what it does not get in silence because nothing could differ. */
  const lacking: readonly (readonly [Host, readonly string[], readonly string[]])[] = [
    ["other", [], []],
    ["openrouter", [], []],
    ["openai", foreign, ["cache_control"]],
    ["vllm", services, []],
    ["llamacpp", services, []],
    ["lmstudio", services, []],
    ["ollama", [...services, ...foreign, "logit_bias", "user", "cache_control"], []],
  ];

  test.each(lacking)("%s", (host, lacks, silent) => {
    const { body } = openChat({ host, request: everything });
    const left = Object.entries(everything).filter(([name]) => !lacks.includes(name) && !silent.includes(name));
    expect(body).toEqual({ ...base, ...Object.fromEntries(left) });
    // Of a list of words each is told on its own.
    const told = lacks.map((name) => `reported:${name === "modalities" ? "modalities[0]" : name}`);
    expect(toldOf(everything, host).toSorted()).toEqual(told.toSorted());
  });

  test.each<[Host, readonly string[]]>([
    ["ollama", ["reported:web_search_options"]],
    ["vllm", ["reported:web_search_options"]],
    ["openai", []],
    ["other", []],
  ])("%s: a search without settings asks for something too", (host, told) => {
    const { body, changes } = openChat({ host, request: { ...base, web_search_options: {} } });
    expect(changes.map(({ verb, path }) => `${verb}:${path}`)).toEqual(told);
    expect("web_search_options" in Object(body)).toBe(told.length === 0);
  });

  test.each<[Host, "chat" | "completions", string, string]>([
    ["openai", "chat", "num_ctx", "no part of OpenAI's API"],
    ["openai", "chat", "truncation", "no part of OpenAI's API"],
    ["openai", "chat", "min_tokens", "no part of OpenAI's API"],
    ["ollama", "chat", "think", "Ollama's OpenAI-compatible API drops it in silence"],
    ["ollama", "completions", "think", "Ollama's OpenAI-compatible API drops it in silence"],
    ["openai", "completions", "response_format", "no part of OpenAI's API"],
  ])("%s: a model that refuses what it cannot honour refuses %s with %s", (host, operation, member, why) => {
    const message = `Unsupported parameter: '${member}' is not supported with this model: ${why}.`;
    const refusal = expect.objectContaining({ errorName: "unsupported_parameter", param: member, message });
    const given = { [member]: member === "response_format" ? { type: "json_object" } : 1 };
    expect(() => toldOf(given, host, operation, "refuse")).toThrow(refusal);
    expect(toldOf(given, host, operation, "ignore")).toEqual([]);
    expect(toldOf({ [member]: null }, host, operation, "refuse")).toEqual([]);
  });

  test.each<[Host, string, readonly string[]]>([
    ["ollama", "minimal", ["clamped:reasoning_effort"]],
    ["ollama", "max", ["clamped:reasoning_effort"]],
    ["ollama", "medium", []],
    ["vllm", "minimal", []],
    ["openai", "minimal", []],
  ])("%s with the effort %s", (host, reasoning_effort, told) => {
    expect(toldOf({ reasoning_effort }, host)).toEqual(told);
  });

  test("Ollama with an effort in OpenRouter's form", () => {
    expect(toldOf({ reasoning: { effort: "minimal" } }, "ollama")).toEqual(["clamped:reasoning.effort"]);
    expect(toldOf({ reasoning: { effort: "low" } }, "ollama")).toEqual([]);
  });

  test.each(hosts)("%s with a tool whose input is text", (host) => {
    const request = { tools: [{ type: "custom", custom: { name: "patch" } }] };
    const knows = ["other", "openai", "openrouter"].includes(host);
    if (knows) expect(toldOf(request, host)).toEqual([]);
    else expect(() => toldOf(request, host)).toThrow(expect.objectContaining({ status: 400, param: "tools[0]" }));
  });

  test("members of the Responses API that came along are told too, and stay away from OpenAI's chat", () => {
    const request = { include: ["reasoning.encrypted_content"], truncation: "auto", text: null };
    expect(openChat({ host: "openai", request }).body).toEqual(base);
    expect(toldOf(request, "openai")).toEqual(["reported:include", "reported:truncation"]);
    expect(openChat({ host: "vllm", request }).body).toEqual({ ...base, ...request });
  });
});

describe("legacy completions", () => {
  const text = { model: "org/up", prompt: "Once" };
  const all = {
    suffix: "end",
    max_tokens: 5,
    best_of: 2,
    echo: true,
    logprobs: 2,
    logit_bias: { 1: 1 },
    user: "u",
    top_k: 4,
    response_format: { type: "json_object" },
    n_predict: 3,
    mood: "good",
  };

  /** Host, what it does not get although it was asked for, of which the client hears each, and what is refused. */
  const lacking: readonly (readonly [Host, readonly string[], readonly string[]])[] = [
    ["other", [], []],
    ["openrouter", [], ["logprobs"]],
    ["openai", ["top_k", "response_format", "n_predict"], []],
    ["vllm", [], ["suffix"]],
    ["llamacpp", ["best_of", "echo"], ["suffix"]],
    ["lmstudio", ["best_of"], ["logprobs"]],
    ["ollama", ["best_of", "echo", "logit_bias", "user", "top_k", "n_predict"], ["logprobs"]],
  ];

  test.each(lacking)("go to %s as they are, save what it lacks", (host, lacks, refused) => {
    const asked = Object.fromEntries(Object.entries(all).filter(([name]) => !refused.includes(name)));
    const { body } = openText({ host, request: asked });
    const left = Object.entries(asked).filter(([name]) => !lacks.includes(name));
    expect(body).toEqual({ ...text, ...Object.fromEntries(left) });
    expect(toldOf(asked, host, "completions").toSorted()).toEqual(lacks.map((name) => `reported:${name}`).toSorted());
    for (const name of refused) {
      const request = { [name]: Reflect.get(all, name) };
      expect(() => toldOf(request, host, "completions")).toThrow(`'${name}' is not supported with this model`);
    }
  });

  test.each(hosts)("of %s ask for the counts of a stream", (host) => {
    const request = { stream: true, stream_options: { include_obfuscation: true } };
    const { body } = openText({ host, request, kind: "stream" });
    expect(body).toEqual({ ...text, stream: true, stream_options: { include_obfuscation: true, include_usage: true } });
    expect(openText({ host, request: { stream: false, stream_options: null } }).body).toEqual(text);
  });
});
