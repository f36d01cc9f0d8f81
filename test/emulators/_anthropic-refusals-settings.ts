import { assistant, type Case, closed, hi, loop, newer, talk, text, tool, tools, user } from "./_anthropic-turns.ts";

const mark = (ttl?: string): object => ({ cache_control: { type: "ephemeral", ...(ttl !== undefined && { ttl }) } });
const enabled = { type: "enabled", budget_tokens: 1024 };

export const limits: readonly Case[] = [
  ...(
    [
      ["claude-3-haiku-20240307", 4096],
      ["claude-3-5-haiku", 8192],
      ["claude-opus-4-20250514", 32_000],
      ["claude-opus-4-1", 32_000],
      ["claude-haiku-4-5", 64_000],
      ["claude-opus-5", 128_000],
      ["claude-unheard-of", 128_000],
    ] as const
  ).map(
    ([model, limit]): Case => [
      `more tokens than ${model} has`,
      hi({ model, max_tokens: limit + 1 }),
      `max_tokens: ${limit + 1} > ${limit}, which is the maximum allowed number of output tokens for ${model}`,
    ],
  ),
  ...["claude-opus-4-7", "claude-sonnet-5", "claude-opus-5-5", "claude-mythos-5"].flatMap((model): Case[] =>
    Object.entries({ temperature: 0.5, top_p: 0.9, top_k: 1 }).map(([name, value]) => [
      `${name} on ${model}`,
      hi({ model, [name]: value }),
      `\`${name}\` is deprecated for this model.`,
    ]),
  ),
  [
    "sampling in the newer version",
    hi({ temperature: 1 }),
    "`temperature` is not supported in this API version.",
    newer,
  ],
  ...["claude-opus-4-1", "claude-haiku-4-5", "claude-sonnet-4-6"].map(
    (model): Case => [
      `temperature and top_p on ${model}`,
      hi({ model, temperature: 0.5, top_p: 0.5 }),
      "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
    ],
  ),
  [
    "a temperature with thinking",
    hi({ max_tokens: 2000, thinking: enabled, temperature: 0.5 }),
    "`temperature` may only be set to 1 when thinking is enabled.",
  ],
  [
    "a temperature with adaptive thinking",
    hi({ model: "claude-opus-4-6", thinking: { type: "adaptive" }, temperature: 0.5 }),
    "`temperature` may only be set to 1 when thinking is enabled.",
  ],
  [
    "a low top_p with thinking",
    hi({ max_tokens: 2000, thinking: enabled, top_p: 0.9 }),
    "`top_p` must be greater than or equal to 0.95",
  ],
  [
    "top_k with thinking",
    hi({ max_tokens: 2000, thinking: enabled, top_k: 5 }),
    "`top_k` must be unset when thinking is enabled.",
  ],
  [
    "a blank stop",
    hi({ stop_sequences: ["a", "\n"] }),
    "stop_sequences: each stop sequence must contain non-whitespace",
  ],
  [
    "an address as the user",
    hi({ metadata: { user_id: "a@b.example" } }),
    "user_id appears to contain an email address",
  ],
  [
    "a long user",
    hi({ metadata: { user_id: "a".repeat(257) } }),
    "metadata.user_id: String should have at most 256 characters",
  ],
  [
    "five marks",
    talk([user(text("a", mark()), text("b", mark()))], {
      tools: [tool({}, mark())],
      system: [text("s", mark())],
      ...mark(),
    }),
    "A maximum of 4 blocks with cache_control may be provided. Found 5.",
  ],
  [
    "a longer mark behind a shorter one",
    talk([user(text("a", mark("1h")))], { system: [text("s", mark())] }),
    "messages.0.content.0.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m'",
  ],
  [
    "a mark on thinking",
    talk([user(text("a")), assistant({ type: "thinking", thinking: "a", signature: "b", ...mark() })]),
    "messages.1.content.0.thinking.cache_control: Extra inputs are not permitted",
  ],
  ["MCP servers without their beta", hi({ mcp_servers: [] }), "mcp_servers: Extra inputs are not permitted"],
  ["fallbacks without their beta", hi({ fallbacks: "default" }), "fallbacks: Extra inputs are not permitted"],
  ["edits without their beta", hi({ context_management: {} }), "context_management: Extra inputs are not permitted"],
];

const format = (schema: object): object => ({ output_config: { format: { type: "json_schema", schema } } });
const numbered = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, { type: "string" }]));

export const schemas: readonly Case[] = [
  ...["claude-sonnet-4", "claude-opus-4-20250514", "claude-3-haiku"].flatMap((model): Case[] => [
    [`for an answer of ${model}`, hi({ model, ...format(closed({})) }), `'${model}' does not support output format.`],
    [
      `for strict calls of ${model}`,
      hi({ model, tools: [tool({}, { strict: true })] }),
      "does not support strict tools.",
    ],
  ]),
  [
    "open",
    hi(format({ type: "object", properties: {} })),
    "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
  ],
  [
    "open below the top",
    hi(format(closed({ a: { type: "array", items: { type: "object" } } }))),
    "For 'object' type, 'additionalProperties' must be explicitly set to false",
  ],
  [
    "a map",
    hi(format(closed({}, { additionalProperties: { type: "string" } }))),
    `'additionalProperties: {"type":"string"}' is not supported. Please set 'additionalProperties' to false`,
  ],
  [
    "a strict tool's, open",
    hi({ tools: [tool({}, { strict: true })] }),
    "tools.0.custom: For 'object' type, 'additionalProperties' must be explicitly set to false",
  ],
  [
    "one bound",
    hi(format(closed({ a: { type: "integer", minimum: 1 } }))),
    "For 'integer' type, property 'minimum' is not supported",
  ],
  [
    "two bounds",
    hi(format(closed({ a: { type: "number", minimum: 1, maximum: 2 } }))),
    "For 'number' type, properties maximum, minimum are not supported",
  ],
  [
    "a pattern",
    hi(format(closed({ a: { type: "string", pattern: "a" } }))),
    "For 'string' type, property 'pattern' is not supported",
  ],
  [
    "a longest list",
    hi(format(closed({ a: { type: "array", maxItems: 3 } }))),
    "For 'array' type, property 'maxItems'",
  ],
  [
    "two items at least",
    hi(format(closed({ a: { type: "array", minItems: 2 } }))),
    "'minItems' values other than 0 or 1",
  ],
  ["a choice of one", hi(format(closed({ a: { oneOf: [{ type: "null" }] } }))), "Schema type 'oneOf' is not supported"],
  ["a negation", hi(format(closed({ a: { not: {} } }))), "Schema type 'not' is not supported"],
  [
    "a format",
    hi(format(closed({ a: { type: "string", format: "binary" } }))),
    "String format 'binary' is not supported",
  ],
  [
    "beside a reference",
    hi(format(closed({ a: { $ref: "#/$defs/b", description: "b" } }, { $defs: { b: { type: "string" } } }))),
    "'description' cannot be used beside '$ref'",
  ],
  [
    "one within itself",
    hi(format(closed({ a: { $ref: "#/$defs/b" } }, { $defs: { b: closed({ c: { $ref: "#/$defs/b" } }) } }))),
    "output_config.format.schema: Recursive schemas are not supported",
  ],
  [
    "the root within itself",
    hi(format(closed({ a: { type: "array", items: { $ref: "#" } } }))),
    "Recursive schemas are not supported",
  ],
  [
    "13 members that may be left out",
    hi(format(closed(numbered(13), { required: [] }))),
    "The compiled grammar is too large, which would cause performance issues.",
  ],
  [
    "25 of them in two tools",
    hi({
      tools: [
        tool(closed(numbered(12), { required: [] }), { strict: true }),
        tool(closed(numbered(13), { required: [] }), { strict: true, name: "g" }),
      ],
    }),
    "Schemas contains too many optional parameters (25)",
  ],
  [
    "with quotations",
    talk(
      [
        user({
          type: "document",
          source: { type: "text", media_type: "text/plain", data: "a" },
          citations: { enabled: true },
        }),
      ],
      format(closed({})),
    ),
    "output_config.format: cannot be used while citations are enabled",
  ],
  [
    "with a beginning",
    talk([user(text("a")), assistant(text("{"))], format(closed({}))),
    "output_config.format: cannot be used with assistant message prefill",
  ],
];

const effort = (model: string, level: string, more: object = {}): object =>
  hi({ model, output_config: { effort: level }, ...more });

export const thoughts: readonly Case[] = [
  [
    "on a model without",
    hi({ model: "claude-3-5-haiku", max_tokens: 2000, thinking: enabled }),
    "does not support thinking.",
  ],
  ...[
    "claude-opus-4-7",
    "claude-opus-4-8",
    "claude-sonnet-5",
    "claude-opus-5",
    "claude-haiku-5-5",
    "claude-fable-5",
  ].map(
    (model): Case => [
      `by a budget on ${model}`,
      hi({ model, max_tokens: 2000, thinking: enabled }),
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    ],
  ),
  ...["claude-haiku-4-5", "claude-opus-4-5", "claude-opus-4-1", "claude-3-7-sonnet"].map(
    (model): Case => [
      `adaptive on ${model}`,
      hi({ model, thinking: { type: "adaptive" } }),
      "adaptive thinking is not supported on this model",
    ],
  ),
  ...["claude-fable-5", "claude-mythos-5", "claude-fable-5-1", "claude-opus-5-5", "claude-sonnet-5-5"].map(
    (model): Case => [
      `switched off on ${model}`,
      hi({ model, thinking: { type: "disabled" } }),
      '"thinking.type.disabled" is not supported for this model.',
    ],
  ),
  ...["claude-opus-5", "claude-haiku-4-5"].map(
    (model): Case => [
      `between tools on ${model}`,
      hi({ model, thinking: { type: "between_tools" } }),
      '"thinking.type.between_tools" is not supported for this model.',
    ],
  ),
  [
    "with a small budget",
    hi({ thinking: { type: "enabled", budget_tokens: 1023 } }),
    "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
  ],
  [
    "with a budget for all",
    hi({ max_tokens: 1024, thinking: enabled }),
    "`max_tokens` must be greater than `thinking.budget_tokens`.",
  ],
  ["with an unknown type", hi({ thinking: { type: "auto" } }), "thinking: Input tag 'auto' found using 'type'"],
  [
    "with a budget where there is none",
    hi({ thinking: { type: "disabled", budget_tokens: 0 } }),
    "thinking.disabled.budget_tokens: Extra inputs",
  ],
  [
    "with the binding control and no beta",
    hi({ model: "claude-opus-5-5", thinking: { type: "adaptive", block_binding: {} } }),
    "thinking.adaptive.block_binding: Extra inputs are not permitted",
  ],
  ...["claude-haiku-4-5", "claude-sonnet-4-5", "claude-sonnet-4", "claude-opus-4-1"].map(
    (model): Case => [`effort on ${model}`, effort(model, "low"), "This model does not support the effort parameter."],
  ),
  [
    "max on Opus 4.5",
    effort("claude-opus-4-5", "max"),
    "does not support effort level 'max'. Supported levels: high, low, medium.",
  ],
  [
    "xhigh on Opus 4.6",
    effort("claude-opus-4-6", "xhigh"),
    "effort level 'xhigh'. Supported levels: high, low, max, medium.",
  ],
  ...["claude-opus-5", "claude-haiku-5-5"].flatMap((model): Case[] =>
    ["xhigh", "max"].map((level) => [
      `${level} without it on ${model}`,
      effort(model, level, { thinking: { type: "disabled" } }),
      `output_config.effort '${level}' is not supported when thinking is disabled on this model.`,
    ]),
  ),
  [
    "xhigh between tools",
    effort("claude-sonnet-5-5", "xhigh", { thinking: { type: "between_tools" } }),
    `output_config.effort 'xhigh' is not supported with "thinking.type.between_tools".`,
  ],
  [
    "missing in a tool loop",
    loop([], { max_tokens: 2000, thinking: enabled }),
    "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block",
  ],
  [
    "behind a text in a tool loop",
    loop([text("b")], { max_tokens: 2000, thinking: enabled }),
    "`redacted_thinking`, but found `text`.",
  ],
  [
    "missing in what is to be gone on with",
    talk([user(text("a")), assistant(text("b"))], { max_tokens: 2000, thinking: enabled, tools }),
    "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`.",
  ],
  [
    "by somebody else",
    loop([{ type: "thinking", thinking: "hm", signature: "c2ln" }]),
    "messages.1.content.0: Invalid `signature` in `thinking` block",
  ],
  [
    "without a signature",
    loop([{ type: "thinking", thinking: "hm", signature: "" }]),
    "Invalid `signature` in `thinking` block",
  ],
  [
    "hidden by somebody else",
    loop([{ type: "redacted_thinking", data: "x" }]),
    "messages.1.content.0: Invalid `data` in `redacted_thinking` block",
  ],
];
