import {
  assistant,
  type Case,
  call,
  hi,
  image,
  jpeg,
  linked,
  newer,
  pdf,
  png,
  result,
  system,
  talk,
  text,
  tool,
  tools,
  user,
} from "./_anthropic-turns.ts";

const eight = { model: "claude-opus-4-8" };

export const shapes: readonly Case[] = [
  ["no JSON", "{", "The request body is not valid JSON."],
  ["a list", [], "The request body is not valid JSON."],
  ["no max_tokens", { model: "claude-opus-5", messages: [] }, "max_tokens: Field required"],
  ["no model", { messages: [], max_tokens: 1 }, "model: Field required"],
  ["an empty model", hi({ model: "" }), "model: String should have at least 1 character"],
  ["an unknown member", hi({ n: 1 }), "n: Extra inputs are not permitted"],
  [
    "an unknown member of a message",
    talk([{ role: "user", content: "a", name: "b" }]),
    "messages.0.name: Extra inputs",
  ],
  ["an unknown member of a block", talk([user(text("a", { x: 1 }))]), "messages.0.content.0.text.x: Extra inputs"],
  [
    "an unknown member of a tool",
    hi({ tools: [{ type: "custom", function: {}, name: "f", input_schema: { type: "object" } }] }),
    "tools.0.custom.function: Extra inputs are not permitted",
  ],
  ["a text for a number", hi({ max_tokens: "9" }), "max_tokens: Input should be a valid integer"],
  ["a fraction for an integer", hi({ max_tokens: 1.5 }), "max_tokens: Input should be a valid integer"],
  [
    "a number for a text",
    talk([user({ type: "text", text: 5 })]),
    "content.0.text.text: Input should be a valid string",
  ],
  ["a text for a switch", hi({ stream: "yes" }), "stream: Input should be a valid boolean"],
  ["a text for a list", hi({ stop_sequences: "a" }), "stop_sequences: Input should be a valid list"],
  ["a number for a content", talk([{ role: "user", content: 5 }]), "messages.0.content: Input should be a valid list"],
  ["a text for an object", hi({ thinking: "on" }), "thinking: Input should be an object"],
  ["an unknown word", hi({ service_tier: "flex" }), "service_tier: Input should be 'auto' or 'standard_only'"],
  ["a temperature above 1", hi({ temperature: 1.5 }), "temperature: Input should be less than or equal to 1"],
  ["fewer than no tokens", hi({ max_tokens: -1 }), "max_tokens: Input should be greater than or equal to 0"],
  ["a text without text", talk([user({ type: "text" })]), "messages.0.content.0.text.text: Field required"],
  ["a block without a type", talk([user({ text: "a" })]), "messages.0.content.0: Unable to extract tag using"],
  [
    "an unknown block",
    talk([user({ type: "input_audio" })]),
    "messages.0.content.0: Input tag 'input_audio' found using 'type' does not match any of the expected tags: 'bash_code_",
  ],
  ["an unknown tool", hi({ tools: [{ type: "function", name: "f" }] }), "tools.0: Input tag 'function' found using"],
  [
    "an unknown media type",
    talk([user(image("image/bmp", "AAAA"))]),
    "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
  ],
  [
    "a result without its id",
    talk([user({ type: "tool_result", content: "a" })]),
    "messages.0.content.0.tool_result.tool_use_id: Field required",
  ],
  [
    "a block within a result",
    talk([user(result("t1", { content: [{ type: "video" }] }))]),
    "messages.0.content.0.tool_result.content.0: Input tag 'video'",
  ],
  [
    "thinking without its signature",
    talk([user(text("a")), assistant({ type: "thinking", thinking: "hm" })]),
    "messages.1.content.0.thinking.signature: Field required",
  ],
  ["a tool's role", talk([{ role: "tool", content: "a" }]), 'messages: Unexpected role "tool". Allowed roles are'],
  ["no role", talk([{ content: "a" }]), "messages.0.role: Field required"],
  [
    "a cache of another kind",
    hi({ system: [text("a", { cache_control: { type: "ephemeral", ttl: "2h" } })] }),
    "cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
  ],
  [
    "a choice that says too much",
    hi({ tools, tool_choice: { type: "none", disable_parallel_tool_use: true } }),
    "tool_choice.none.disable_parallel_tool_use: Extra inputs are not permitted",
  ],
];

export const messages: readonly Case[] = [
  ["none", talk([]), "messages: at least one message is required"],
  ["the assistant's first", talk([assistant(text("a")), user(text("b"))]), 'first message must use the "user" role'],
  ["the system's on an older model", talk([user(text("a")), system()]), "role 'system' is not supported on this model"],
  [
    "the system's on Sonnet 5",
    talk([user(text("a")), system()], { model: "claude-sonnet-5" }),
    "role 'system' is not supported on this model",
  ],
  ["the system's first", talk([system(), user(text("a"))], eight), 'the first message cannot use the "system" role'],
  [
    "the system's behind the assistant's",
    talk([user(text("a")), assistant(text("b")), system(), user(text("c"))], eight),
    'messages.2: a message with the "system" role must follow',
  ],
  [
    "the system's before the user's",
    talk([user(text("a")), system(), user(text("b"))], eight),
    "messages.1: a message with",
  ],
  ["an empty list", talk([user()]), "messages.0: all messages must have non-empty content except for"],
  ["an empty text", talk([{ role: "user", content: "" }]), "messages.0: all messages must have non-empty content"],
  [
    "an empty one of the assistant, not at the end",
    talk([user(text("a")), assistant(), user(text("b"))]),
    "messages.1: all messages must have non-empty content",
  ],
  ["an empty block", talk([user(text("a"), text(""))]), "messages: text content blocks must be non-empty"],
  ["a blank block", talk([user(text(" \n"))]), "messages: text content blocks must contain non-whitespace text"],
  [
    "a blank text",
    talk([{ role: "user", content: "  " }]),
    "messages: text content blocks must contain non-whitespace text",
  ],
  ["an empty system", hi({ system: "" }), "system: text content blocks must be non-empty"],
  ["an empty block of the system", hi({ system: [text("")] }), "system: text content blocks must be non-empty"],
  [
    "an empty block of a result",
    talk([user(text("a")), assistant(call()), user(result("t1", { content: [text("")] }))], { tools }),
    "messages.2.content.0.tool_result: text content blocks must be non-empty",
  ],
  ...["claude-opus-4-6", "claude-sonnet-4-6", "claude-opus-4-7", "claude-opus-5", "claude-sonnet-5-5"].map(
    (model): Case => [
      `the assistant's last, on ${model}`,
      talk([user(text("a")), assistant(text("b"))], { model }),
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    ],
  ),
  [
    "a thought at the end",
    talk([user(text("a")), assistant({ type: "redacted_thinking", data: "a" }), user(text("b"))]),
    "messages.1: The final block in an assistant message cannot be `thinking`.",
  ],
  [
    "a last one that ends in a blank",
    talk([user(text("a")), assistant(text("b "))]),
    "messages: final assistant content cannot end with trailing whitespace",
  ],
  [
    "a picture of the assistant",
    talk([user(text("a")), assistant(image("image/png", png))]),
    "messages.1: `image` blocks can",
  ],
  [
    "a call of the user",
    talk([user(call())], { tools }),
    "messages.0: `tool_use` blocks can only be in `assistant` messages",
  ],
  [
    "a result of the assistant",
    talk([user(text("a")), assistant(result())], { tools }),
    "messages.1: `tool_result` blocks can only be in `user` messages",
  ],
  [
    "a thought of the user",
    talk([user({ type: "redacted_thinking", data: "a" })]),
    "messages.0: `redacted_thinking` blocks can only be in `assistant` messages",
  ],
  [
    "more than the window",
    talk([user(text("a ".repeat(410_000)))]),
    "prompt is too long: 205017 tokens > 200000 maximum",
  ],
  [
    "more than the window with the answer",
    talk([user(text("a ".repeat(390_000)))], { model: "claude-opus-4-1", max_tokens: 9000 }),
    "input length and `max_tokens` exceed context limit: 195017 + 9000 > 200000",
  ],
  [
    "a document of the assistant, in the newer version",
    talk([
      user(text("a")),
      assistant({ type: "document", source: { type: "text", media_type: "text/plain", data: "a" } }),
    ]),
    "messages.1: `document` blocks can only be in `user` messages",
    newer,
  ],
  [
    "quotations of the user, in the newer version",
    talk([
      user(
        text("a", {
          citations: [
            {
              type: "char_location",
              cited_text: "a",
              document_index: 0,
              document_title: null,
              start_char_index: 0,
              end_char_index: 1,
            },
          ],
        }),
      ),
    ]),
    "messages.0.content.0.citations: citations are not permitted in user messages",
    newer,
  ],
];

export const media: readonly Case[] = [
  [
    "a JPEG called a PNG",
    talk([user(image("image/png", jpeg))]),
    "messages.0.content.0.image.source.base64: The image was specified using the image/png media type, but the image appears to be a image/jpeg image",
  ],
  ["a PNG called a WebP", talk([user(image("image/webp", png))]), "appears to be a image/png image"],
  ["a GIF called a PNG", talk([user(image("image/png", "R0lGODlh"))]), "appears to be a image/gif image"],
  [
    "a wrong one within a result",
    talk([user(text("a")), assistant(call()), user(result("t1", { content: [image("image/png", jpeg)] }))], { tools }),
    "messages.2.content.0.tool_result.content.0.image.source.base64: The image was specified",
  ],
  ["no bytes", talk([user(image("image/png", ""))]), "image.source.base64: image cannot be empty"],
  ["no base64", talk([user(image("image/png", "a b"))]), "image.source.base64: invalid base64 data"],
  ["a data URL for base64", talk([user(image("image/png", `data:image/png;base64,${png}`))]), "invalid base64 data"],
  [
    "more than 5 MB",
    talk([user(image("image/png", "A".repeat(7_000_000)))]),
    "image exceeds 5 MB maximum: 5250000 bytes > 5242880",
  ],
  ["a PDF that is none", talk([user(pdf(png))]), "document.source.base64.data: The PDF specified was not valid."],
  [
    "an address without https",
    talk([user(linked("image", "http://a.example/1"))]),
    "image.source.url.url: Only HTTPS URLs",
  ],
  ["101 pictures", talk([user(...Array.from({ length: 101 }, () => image("image/png", png)))]), "at most 100 images"],
];

export const calls: readonly Case[] = [
  [
    "without a result",
    talk([user(text("a")), assistant(call("t1"), call("t2")), user(result("t1"))], { tools }),
    "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t2. Each `tool_use` block must have",
  ],
  [
    "at the end",
    talk([user(text("a")), assistant(call())], { tools }),
    "messages.1: `tool_use` ids were found without",
  ],
  [
    "with results in two messages",
    talk([user(text("a")), assistant(call("t1"), call("t2")), user(result("t1")), user(result("t2"))], { tools }),
    "blocks immediately after: t2",
  ],
  [
    "with a result behind a text",
    talk([user(text("a")), assistant(call()), user(text("b"), result())], { tools }),
    "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1",
  ],
  [
    "never made",
    talk([user(text("a")), assistant(text("b")), user(result("t9"))], { tools }),
    "messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: t9. Each `tool_result` block must have",
  ],
  [
    "answered twice",
    talk([user(text("a")), assistant(call()), user(result(), result())], { tools }),
    "messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: t1",
  ],
  [
    "with one id for two",
    talk([user(text("a")), assistant(call()), user(result()), assistant(call()), user(result())], { tools }),
    "messages.3.content.0: `tool_use` ids must be unique",
  ],
  [
    "with an id of other letters",
    talk([user(text("a")), assistant(call("a:b")), user(result("a:b"))], { tools }),
    "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
  ],
  [
    "whose result has such an id",
    talk([user(result("a.b"))], { tools }),
    "messages.0.content.0.tool_result.tool_use_id: String should match pattern",
  ],
  [
    "of a name with other letters",
    talk([user(text("a")), assistant(call("t1", { name: "f.g" })), user(result())], { tools }),
    "messages.1.content.0.tool_use.name: String should match pattern",
  ],
  [
    "with a text for arguments",
    talk([user(text("a")), assistant(call("t1", { input: "{}" })), user(result())], { tools }),
    "messages.1.content.0.tool_use.input: Input should be a valid dictionary",
  ],
  [
    "of tools that are not declared any more",
    talk([user(text("a")), assistant(call()), user(result())]),
    "Requests which include `tool_use` or `tool_result` blocks must define tools",
  ],
];

const strange = (schema: object): object => hi({ tools: [tool(schema)] });

export const declared: readonly Case[] = [
  ["of the same name", hi({ tools: [tool(), tool()] }), "tools: Tool names must be unique."],
  [
    "of a name with a dot",
    hi({ tools: [tool({}, { name: "a.b" })] }),
    "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
  ],
  [
    "of a long name",
    hi({ tools: [tool({}, { name: "a".repeat(129) })] }),
    "tools.0.custom.name: String should have at most 128",
  ],
  ["without a schema", hi({ tools: [{ name: "f" }] }), "tools.0.custom.input_schema: Field required"],
  [
    "with an empty schema",
    hi({ tools: [{ name: "f", input_schema: {} }] }),
    "tools.0.custom.input_schema.type: Field required",
  ],
  [
    "with a list for its input",
    strange({ type: "array" }),
    "tools.0.custom.input_schema.type: Input should be 'object'",
  ],
  ...["anyOf", "oneOf", "allOf"].map(
    (keyword): Case => [
      `with ${keyword} at the top`,
      strange({ [keyword]: [{ type: "object" }] }),
      "tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level",
    ],
  ),
  ...["a b", "$x", "é", "a".repeat(65), ""].map(
    (name): Case => [
      `with a member called ${JSON.stringify(name)}`,
      strange({ properties: { [name]: {} } }),
      "tools.0.custom.input_schema.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'",
    ],
  ),
  ...[
    { a: { type: "float" } },
    { a: { type: ["string", "any"] } },
    { a: "string" },
    { a: { type: "number", minimum: 1, exclusiveMinimum: true } },
    { a: { enum: "a" } },
    { a: { required: true } },
    { a: { anyOf: [] } },
    { a: { type: "array", items: [{ type: "string" }] } },
    { a: { type: "object", properties: { b: { minLength: -1 } } } },
  ].map(
    (properties): Case => [
      `with ${JSON.stringify(properties)}`,
      strange({ properties }),
      "tools.0.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12",
    ],
  ),
  [
    "none, and a choice",
    hi({ tool_choice: { type: "auto" } }),
    "tool_choice may only be specified while providing tools.",
  ],
  [
    "and another one chosen",
    hi({ tools, tool_choice: { type: "tool", name: "g" } }),
    "Tool 'g' not found in provided tools",
  ],
  ...["claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1", "claude-fable-5-2"].flatMap((model): Case[] =>
    [{ type: "any" }, { type: "tool", name: "f" }].map((tool_choice) => [
      `forced by ${tool_choice.type} on ${model}`,
      hi({ model, tools, tool_choice }),
      'tool_choice: type "tool" and "any" are not supported for this model.',
    ]),
  ),
  ...["claude-haiku-4-5", "claude-sonnet-4-6"].map(
    (model): Case => [
      `forced with thinking on ${model}`,
      hi({
        model,
        max_tokens: 2000,
        tools,
        tool_choice: { type: "any" },
        thinking: { type: "enabled", budget_tokens: 1024 },
      }),
      "Thinking may not be enabled when tool_choice forces tool use.",
    ],
  ),
];
