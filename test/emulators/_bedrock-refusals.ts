import { ask, claude } from "./_bedrock.ts";

/** A request to a model, and what is said against it. */
export type Case = [name: string, body: unknown, text: string, model?: string, status?: number];

export const nova = "amazon.nova-lite-v1:0";
export const llama = "us.meta.llama3-3-70b-instruct-v1:0";
const deepseek = "us.deepseek.r1-v1:0";
const titan = "amazon.titan-text-express-v1";
const gptOss = "openai.gpt-oss-120b-1:0";

export const hi = (more: object = {}): object => ask("Hi", more);
export const talk = (messages: readonly unknown[], more: object = {}): object => ({ messages, ...more });
export const user = (...content: unknown[]): object => ({ role: "user", content });
export const assistant = (...content: unknown[]): object => ({ role: "assistant", content });
export const text = (words = "a"): object => ({ text: words });
export const call = (toolUseId = "t1", more: object = {}): object => ({
  toolUse: { toolUseId, name: "f", input: {}, ...more },
});
export const result = (toolUseId = "t1", more: object = {}): object => ({
  toolResult: { toolUseId, content: [{ text: "done" }], ...more },
});
export const tool = (more: object = {}): object => ({
  toolSpec: { name: "f", inputSchema: { json: { type: "object", properties: {} } }, ...more },
});
export const toolConfig = (...tools: object[]): { toolConfig: { tools: object[] } } => ({
  toolConfig: { tools: tools.length > 0 ? tools : [tool()] },
});
export const png = "iVBORw0KGgoAAAANSUhEUg==";
export const image = (source: object = { bytes: png }): object => ({ image: { format: "png", source } });
export const document = (more: object = {}): object => ({
  document: { name: "report", format: "txt", source: { bytes: "aGk=" }, ...more },
});
const cachePoint = { cachePoint: { type: "default" } };
const reasoning = (more: object = {}): object => ({ reasoningContent: { reasoningText: { text: "hm", ...more } } });
const choose = (toolChoice: object): object => ({ toolConfig: { tools: [tool()], toolChoice } });

const constraint = (place: string): string => `at '${place}' failed to satisfy constraint: `;

export const shapes: readonly Case[] = [
  ["no JSON", "{", "Unexpected token"],
  ["a list", [], "Unexpected token"],
  ["an unknown member", hi({ n: 1 }), "Unknown member 'n'"],
  [
    "an unknown member of a block",
    talk([user({ txt: "a" })]),
    "Unknown member 'txt' at 'messages.1.member.content.1.member'",
  ],
  [
    "no content",
    talk([{ role: "user" }]),
    `Value null ${constraint("messages.1.member.content")}Member must not be null`,
  ],
  ["a number for a text", talk([user({ text: 5 })]), "NUMBER_VALUE cannot be converted to String"],
  ["a text for a number", hi({ inferenceConfig: { maxTokens: "9" } }), "STRING_VALUE cannot be converted to Integer"],
  ["a text for a list", talk([{ role: "user", content: "a" }]), "STRING_VALUE cannot be converted to List"],
  [
    "an unknown role",
    talk([{ role: "tool", content: [text()] }]),
    `Value 'tool' ${constraint("messages.1.member.role")}Member must satisfy enum value set: [user, assistant, system]`,
  ],
  ["no tokens at all", hi({ inferenceConfig: { maxTokens: 0 } }), "Member must have value greater than or equal to 1"],
  [
    "a temperature above 1",
    hi({ inferenceConfig: { temperature: 1.5 } }),
    "Member must have value less than or equal to 1",
  ],
  ["an empty list of tools", hi({ toolConfig: { tools: [] } }), "Member must have length greater than or equal to 1"],
  ["an empty instruction", hi({ system: [{ text: "" }] }), "Member must have length greater than or equal to 1"],
  ["a long name", hi(toolConfig(tool({ name: "f".repeat(65) }))), "Member must have length less than or equal to 64"],
  ["a type of picture", talk([user({ image: { format: "bmp", source: { bytes: png } } })]), "[png, jpeg, gif, webp]"],
  ["a cache for a day", hi({ system: [text(), { cachePoint: { type: "default", ttl: "1d" } }] }), "[5m, 1h]"],
];

export const messages: readonly Case[] = [
  ["no message", {}, "A conversation must start with a user message."],
  ["an empty list", talk([]), "A conversation must start with a user message."],
  ["the assistant first", talk([assistant(text()), user(text())]), "A conversation must start with a user message."],
  ["the user twice", talk([user(text()), user(text())]), "A conversation must alternate between user and assistant"],
  ["the assistant twice", talk([user(text()), assistant(text()), assistant(text()), user(text())]), "must alternate"],
  ["no content", talk([user()]), "The content field in the Message object at messages.0 is empty."],
  [
    "an empty block",
    talk([user(text(), {})]),
    "ContentBlock object at messages.0.content.1 must set one of the following keys: text, image, toolUse, toolResult,",
  ],
  [
    "two in one block",
    talk([user({ ...text(), ...image() })]),
    "ContentBlock object at messages.0.content.0 must set one",
  ],
  [
    "an empty text",
    talk([user(text(""))]),
    "The text field in the ContentBlock object at messages.0.content.0 is blank.",
  ],
  [
    "a blank text",
    talk([user(text(" \n"))]),
    "The text field in the ContentBlock object at messages.0.content.0 is blank.",
  ],
  [
    "a blank instruction",
    hi({ system: [{ text: " " }] }),
    "The text field in the SystemContentBlock object at system.0",
  ],
  ["a call of the user", talk([user(call())], toolConfig()), "the toolUse field for user messages"],
  ["a picture of the assistant", talk([user(text()), assistant(image())]), "the image field for assistant messages"],
  [
    "a system message",
    talk([{ role: "system", content: [text()] }, user(text())]),
    "the messages.role.system field",
    nova,
  ],
  ["an instruction", hi({ system: [text()] }), "This model doesn't support system messages.", titan],
  [
    "the assistant last",
    talk([user(text()), assistant(text())]),
    "A conversation must end with a user message.",
    llama,
  ],
  [
    "an end of nothing to cache",
    hi({ system: [cachePoint] }),
    "The cachePoint at system.0 has nothing in front of it.",
  ],
  [
    "a cache where there is none",
    talk([user(text(), cachePoint)]),
    "You invoked an unsupported model or your request did not allow prompt caching.",
    llama,
    403,
  ],
  [
    "thinking to a model that takes none back",
    talk([user(text()), assistant(reasoning(), text()), user(text())]),
    "the reasoningContent field for assistant messages",
    deepseek,
  ],
  [
    "a signature to a model that has none",
    talk([user(text()), assistant(reasoning({ signature: "x" }), text()), user(text())]),
    "This model doesn't support the reasoningContent.reasoningText.signature field.",
    gptOss,
  ],
  ["too much", ask("word ".repeat(60_000)), "Input is too long for requested model.", titan],
];

const loop = (...content: unknown[]): unknown[] => [user(text()), assistant(call()), user(...content)];

export const calls: readonly Case[] = [
  ["no tools", talk(loop(result())), "The toolConfig field must be defined when using toolUse and toolResult"],
  [
    "a missing result",
    talk(loop(text()), toolConfig()),
    "Expected toolResult blocks at messages.2.content for the following Ids: t1",
  ],
  ["another id", talk(loop(result("t2")), toolConfig()), "for the following Ids: t1"],
  [
    "a result without a call",
    talk([user(result())], toolConfig()),
    "The number of toolResult blocks at messages.0.content exceeds the number of toolUse blocks of previous turn.",
  ],
  ["one result more", talk(loop(result(), result("t2")), toolConfig()), "exceeds the number of toolUse blocks"],
  [
    "the same result twice",
    talk(loop(result(), result()), toolConfig()),
    "The toolResult blocks at messages.2.content contain duplicate Ids: t1",
  ],
  [
    "the same call twice",
    talk([user(text()), assistant(call(), call()), user(result())], toolConfig()),
    "The toolUse blocks at messages.1.content contain duplicate Ids: t1",
  ],
  [
    "an id with a dot",
    talk([user(text()), assistant(call("t.1")), user(result("t.1"))], toolConfig()),
    `Value 't.1' ${constraint("messages.2.member.content.1.member.toolUse.toolUseId")}Member must satisfy regular expression pattern`,
  ],
  [
    "an input that is no object",
    talk([user(text()), assistant(call("t1", { input: [] })), user(result())], toolConfig()),
    "The format of the value at messages.1.content.0.toolUse.input is invalid. Provide a json object",
  ],
  [
    "a result that is no object",
    talk(loop(result("t1", { content: [{ json: [1] }] })), toolConfig()),
    "The format of the value at messages.2.content.0.toolResult.content.0.json is invalid.",
  ],
  [
    "an empty part of a result",
    talk(loop(result("t1", { content: [{}] })), toolConfig()),
    "ToolResultContentBlock object at",
  ],
  [
    "words beside results",
    talk(loop(result(), text()), toolConfig()),
    "messages.2.content: Conversation blocks and tool result blocks cannot",
    llama,
  ],
  ["a status", talk(loop(result("t1", { status: "error" })), toolConfig()), "the toolResult.status field", llama],
];

export const tools: readonly Case[] = [
  ["tools where there are none", hi(toolConfig()), "This model doesn't support tool use.", deepseek],
  ["an empty tool", hi(toolConfig({})), "Tool object at toolConfig.tools.0 must set one of the following keys"],
  [
    "a name with a dot",
    hi(toolConfig(tool({ name: "a.b" }))),
    `Value 'a.b' ${constraint("toolConfig.tools.1.member.toolSpec.name")}Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`,
  ],
  [
    "no schema",
    hi(toolConfig(tool({ inputSchema: {} }))),
    "The format of the value at toolConfig.tools.0.toolSpec.inputSchema.json",
  ],
  [
    "a schema of another type",
    hi(toolConfig(tool({ inputSchema: { json: { type: "string" } } }))),
    "The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.",
  ],
  ["two of one name", hi(toolConfig(tool(), tool())), "The tool name f is used more than once", nova],
  ["strict where it is unknown", hi(toolConfig(tool({ strict: true }))), "toolConfig.tools.toolSpec.strict", nova],
  [
    "a forced choice",
    hi(choose({ any: {} })),
    "This model doesn't support the toolConfig.toolChoice.any field. Remove toolConfig.toolChoice.any and try again.",
    llama,
  ],
  ["a choice of nothing", hi(choose({})), "ToolChoice object at toolConfig.toolChoice must set one"],
  ["a choice there is not", hi(choose({ tool: { name: "g" } })), "The tool g in toolConfig.toolChoice is not in"],
];

export const media: readonly Case[] = [
  ["a picture", talk([user(image())]), "This model doesn't support the image field.", llama],
  [
    "a film",
    talk([user({ video: { format: "mp4", source: { bytes: "AAAA" } } })]),
    "This model doesn't support the video field.",
  ],
  ["a picture in a result", talk(loop(result("t1", { content: [image()] })), toolConfig()), "the image field", llama],
  ["no source", talk([user(image({}))]), "ImageSource object at messages.0.content.0.image.source must set one"],
  ["a picture in S3", talk([user(image({ s3Location: { uri: "s3://b/k" } }))]), "the image.source.s3Location field"],
  [
    "bytes that are none",
    talk([user(image({ bytes: "?" }))]),
    "messages.0.content.0.image.source.bytes is not valid base64",
  ],
  ["many pictures", talk([user(...Array.from({ length: 21 }, () => image()))]), "at most 20 image blocks", nova],
  ["a document alone", talk([user(document())]), "Add a text block to the content at messages.0.content"],
  [
    "the name of a file",
    talk([user(text(), document({ name: "report.txt" }))]),
    "The document file name can only contain alphanumeric",
  ],
  ["two spaces in a name", talk([user(text(), document({ name: "a  b" }))]), "more than one consecutive whitespace"],
];

export const settings: readonly Case[] = [
  [
    "many tokens",
    hi({ inferenceConfig: { maxTokens: 10_001 } }),
    "The maximum tokens you requested exceeds the model limit of 10000. Try again with a maximum tokens value that is lower",
    nova,
  ],
  [
    "many stop sequences",
    hi({ inferenceConfig: { stopSequences: ["a", "b", "c", "d", "e"] } }),
    "expected maximum item count: 4, found: 5",
    nova,
  ],
  [
    "a stop sequence where there are none",
    hi({ inferenceConfig: { stopSequences: ["a"] } }),
    "the stopSequences field",
    llama,
  ],
  [
    "a field of another model",
    hi({ additionalModelRequestFields: { top_k: 5 } }),
    "The model returned the following errors: Malformed input request: #: extraneous key [top_k] is not permitted",
    nova,
  ],
  ["fields that are none", hi({ additionalModelRequestFields: [] }), "additionalModelRequestFields is invalid", nova],
  [
    "a form where there is none",
    hi({ outputConfig: { textFormat: { type: "json_schema", structure: { jsonSchema: { schema: "{}" } } } } }),
    "the outputConfig.textFormat field",
    nova,
  ],
  [
    "a schema that is no JSON",
    hi({ outputConfig: { textFormat: { type: "json_schema", structure: { jsonSchema: { schema: "{" } } } } }),
    "outputConfig.textFormat.structure.jsonSchema is not valid JSON",
  ],
  ["depth where there is none", hi({ outputConfig: { effort: "high" } }), "the outputConfig.effort field", nova],
  [
    "a guardrail without a version",
    hi({ guardrailConfig: { guardrailIdentifier: "g" } }),
    "The guardrail identifier or version",
  ],
  ["odd metadata", hi({ requestMetadata: { "a!": "b" } }), "Map keys must satisfy constraint"],
];

/** What the model behind Converse says: Claude's own rules. */
const thinks = { additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 1024 } } };

export const handedOn: readonly Case[] = [
  [
    "thinking without its signature",
    talk([user(text()), assistant(reasoning(), text()), user(text())]),
    "The model returned the following errors: messages.1.content.0.thinking.signature: Field required",
  ],
  [
    "a signature of another's",
    talk([user(text()), assistant(reasoning({ signature: "bm8=" }), text()), user(text())]),
    "Invalid `signature` in `thinking` block",
  ],
  [
    "thinking that is missing",
    talk(loop(result()), { ...toolConfig(), ...thinks }),
    "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`",
  ],
  [
    "less room than thinking",
    hi({ ...thinks, inferenceConfig: { maxTokens: 500 } }),
    "`max_tokens` must be greater than",
  ],
  [
    "a forced call while thinking",
    hi({ ...choose({ any: {} }), ...thinks }),
    "Thinking may not be enabled when tool_choice",
  ],
  [
    "both likelihoods",
    hi({ inferenceConfig: { temperature: 0.5, topP: 0.5 } }),
    "`temperature` and `top_p` cannot both be specified",
  ],
  [
    "five ends of what is cached",
    talk([user(...Array.from({ length: 5 }, () => [text(), cachePoint]).flat())]),
    "A maximum of 4 blocks with cache_control may be provided. Found 5.",
  ],
  [
    "an end that is white",
    talk([user(text()), assistant(text("a "))]),
    "final assistant content cannot end with trailing whitespace",
  ],
  ["the assistant last", talk([user(text()), assistant(text())]), "prefill", "us.anthropic.claude-opus-4-6-v1"],
  ["an unknown field", hi({ additionalModelRequestFields: { n: 1 } }), "n: Extra inputs are not permitted"],
  ["two tools of one name", hi(toolConfig(tool(), tool())), "The tool name f is used more than once"],
  [
    "a picture of another type",
    talk([user({ image: { format: "jpeg", source: { bytes: png } } })]),
    "The image was specified using the image/jpeg media type, but the image appears to be a image/png image",
  ],
  [
    "a schema with a combinator",
    hi(toolConfig(tool({ inputSchema: { json: { type: "object", anyOf: [{}] } } }))),
    "anyOf at the top level",
  ],
];

/** The model that a case is about. */
export const modelFor = (model: string | undefined): string => model ?? claude;
