const thinkingPage = "https://docs.claude.com/en/docs/build-with-claude/extended-thinking";
const consult = (anchor = ""): string => `Please consult our documentation at ${thinkingPage}${anchor}`;
const important = "#important-considerations-when-using-extended-thinking";

/** `'a', 'b' or 'c'` */
const choice = (words: readonly string[]): string => {
  const marked = words.map((word) => `'${word}'`);
  return marked.length < 2 ? marked.join("") : `${marked.slice(0, -1).join(", ")} or ${marked.at(-1)}`;
};

/**
 * What Anthropic says when it refuses a request, by rule. Where a text is from:
 *
 * - `known`: the documentation or a recorded answer has it.
 * - `seen`: people quote it in public reports of the same refusal.
 * - `ours`: the rule is known, the text is not.
 */
export const texts = {
  noJson: (): string => "The request body is not valid JSON.", // ours
  noAnswer: (): string => "The script has no answer for this request.", // the emulator's own
  tooLarge: (): string => "Request exceeds the maximum size", // seen
  noKey: (): string => "x-api-key header is required", // seen
  wrongKey: (): string => "invalid x-api-key", // seen
  wrongToken: (): string => "Invalid bearer token", // seen
  noPath: (): string => "Not Found", // seen
  wrongMethod: (): string => "Method Not Allowed", // seen
  unknownModel: (model: string): string => `model: ${model}`, // seen
  noVersion: (): string => "anthropic-version: header is required", // seen
  wrongVersion: (name: string, version: string): string => `${name}: "${version}" is not a valid version`, // seen
  unknownBetas: (names: readonly string[]): string =>
    `Unexpected value(s) ${names.map((name) => `\`${name}\``).join(", ")} for the \`anthropic-beta\` header. Please ` +
    "consult our documentation at docs.claude.com or try again without the header.", // seen
  streamPath: (): string => "stream: the value does not agree with the path", // ours

  // shapes
  missing: (place: string): string => `${place}: Field required`, // seen
  unknown: (place: string): string => `${place}: Extra inputs are not permitted`, // seen
  type: (place: string, type: string): string => `${place}: Input should be a valid ${type}`, // seen
  object: (place: string): string => `${place}: Input should be an object`, // seen
  words: (place: string, words: readonly string[]): string => `${place}: Input should be ${choice(words)}`, // seen
  tag: (place: string, tag: string, words: readonly string[]): string =>
    `${place}: Input tag '${tag}' found using 'type' does not match any of the expected tags: ` +
    [...words]
      .sort()
      .map((word) => `'${word}'`)
      .join(", "), // seen
  noTag: (place: string): string => `${place}: Unable to extract tag using discriminator 'type'`, // seen
  role: (role: string): string => `messages: Unexpected role "${role}". Allowed roles are "user" or "assistant".`, // seen
  atLeast: (place: string, limit: number): string => `${place}: Input should be greater than or equal to ${limit}`, // seen
  atMost: (place: string, limit: number): string => `${place}: Input should be less than or equal to ${limit}`, // seen
  shortText: (place: string, limit: number): string => `${place}: String should have at least ${limit} character`, // seen
  longText: (place: string, limit: number): string => `${place}: String should have at most ${limit} characters`, // seen
  pattern: (place: string, pattern: string): string => `${place}: String should match pattern '${pattern}'`, // seen
  invalid: (place: string): string => `${place}: Input is not valid`, // ours

  // messages
  noMessages: (): string => "messages: at least one message is required", // seen
  firstRole: (): string => 'messages: first message must use the "user" role', // seen
  systemRole: (): string => "role 'system' is not supported on this model", // known
  systemFirst: (): string =>
    "messages: the first message cannot use the \"system\" role. Use the top-level 'system' parameter instead.", // ours
  systemPlace: (index: number): string =>
    `messages.${index}: a message with the "system" role must follow a "user" message, and precede an "assistant" message or end the conversation`, // ours
  emptyContent: (index: number): string =>
    `messages.${index}: all messages must have non-empty content except for the optional final assistant message`, // seen
  emptyText: (place: string): string => `${place}: text content blocks must be non-empty`, // known
  blankText: (place: string): string => `${place}: text content blocks must contain non-whitespace text`, // known
  prefill: (): string =>
    "This model does not support assistant message prefill. The conversation must end with a user message.", // known
  thoughtLast: (index: number): string =>
    `messages.${index}: The final block in an assistant message cannot be \`thinking\`.`, // seen
  prefillSpace: (): string => "messages: final assistant content cannot end with trailing whitespace", // seen
  onlyIn: (index: number, type: string, role: string): string =>
    `messages.${index}: \`${type}\` blocks can only be in \`${role}\` messages`, // seen
  userCitations: (place: string): string => `${place}.citations: citations are not permitted in user messages`, // ours
  tooLong: (tokens: number, limit: number): string => `prompt is too long: ${tokens} tokens > ${limit} maximum`, // known
  tooLongTogether: (tokens: number, output: number, limit: number): string =>
    `input length and \`max_tokens\` exceed context limit: ${tokens} + ${output} > ${limit}, decrease input length or ` +
    "`max_tokens` and try again", // seen

  // media
  urlSource: (place: string): string => `${place}: URL sources are not supported`, // known
  notHttps: (place: string): string => `${place}.url: Only HTTPS URLs are supported.`, // seen
  notBase64: (place: string): string => `${place}: invalid base64 data`, // seen
  emptyImage: (place: string): string => `${place}: image cannot be empty`, // seen
  largeImage: (place: string, bytes: number, limit: number): string =>
    `${place}: image exceeds 5 MB maximum: ${bytes} bytes > ${limit} bytes`, // seen
  mediaType: (place: string, said: string, found: string): string =>
    `${place}: The image was specified using the ${said} media type, but the image appears to be a ${found} image`, // seen
  notPdf: (place: string): string => `${place}.data: The PDF specified was not valid.`, // seen
  manyImages: (limit: number): string => `messages: a request may contain at most ${limit} images`, // ours

  // calls and their results
  noResults: (index: number, ids: readonly string[]): string =>
    `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(", ")}. ` +
    "Each `tool_use` block must have a corresponding `tool_result` block in the next message.", // known
  noCall: (place: string, id: string): string =>
    `${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a ` +
    "corresponding `tool_use` block in the previous message.", // known
  twoResults: (place: string, id: string): string =>
    `${place}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`, // seen
  twoCalls: (place: string): string => `${place}: \`tool_use\` ids must be unique`, // known
  undefinedTools: (): string => "Requests which include `tool_use` or `tool_result` blocks must define tools", // known

  // tools
  twoTools: (): string => "tools: Tool names must be unique.", // seen
  combinator: (place: string): string =>
    `${place}: input_schema does not support oneOf, allOf, or anyOf at the top level`, // known
  propertyName: (place: string, pattern: string): string =>
    `${place}.properties: Property keys should match pattern '${pattern}'`, // known
  invalidSchema: (place: string): string =>
    `${place}: JSON schema is invalid. It must match JSON Schema draft 2020-12 ` +
    "(https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/en/docs/tool-use.", // seen
  choiceAlone: (): string => "tool_choice may only be specified while providing tools.", // seen
  choiceUnknown: (name: string): string => `Tool '${name}' not found in provided tools`, // seen
  noForce: (): string => 'tool_choice: type "tool" and "any" are not supported for this model.', // seen
  forceWithThinking: (): string => "Thinking may not be enabled when tool_choice forces tool use.", // known

  // schemas that answers and strict calls are held to
  noStructure: (model: string): string => `'${model}' does not support output format.`, // seen
  noStrict: (model: string): string => `'${model}' does not support strict tools.`, // ours
  structureOff: (): string =>
    "Organization Policy constraint constraints/vertexai.allowedPartnerModelFeatures violated: the feature " +
    "structured outputs is not allowed for this model.", // ours
  openObject: (place: string): string =>
    `${place}: For 'object' type, 'additionalProperties' must be explicitly set to false`, // seen
  openMap: (place: string, value: string): string =>
    `${place}: For 'object' type, 'additionalProperties: ${value}' is not supported. Please set 'additionalProperties' to false`, // seen
  keywords: (place: string, type: string, names: readonly string[]): string =>
    names.length === 1
      ? `${place}: For '${type}' type, property '${names[0]}' is not supported`
      : `${place}: For '${type}' type, properties ${names.join(", ")} are not supported`, // seen
  keyword: (place: string, name: string): string => `${place}: Schema type '${name}' is not supported`, // seen
  minItems: (place: string): string =>
    `${place}: For 'array' type, 'minItems' values other than 0 or 1 are not supported`, // seen
  format: (place: string, format: string): string => `${place}: String format '${format}' is not supported`, // ours
  besideReference: (place: string, name: string): string => `${place}: '${name}' cannot be used beside '$ref'`, // ours
  recursion: (place: string): string => `${place}: Recursive schemas are not supported`, // ours
  manyOptional: (count: number, limit: number): string =>
    `Schemas contains too many optional parameters (${count}), which would make grammar compilation inefficient. Reduce ` +
    `the number of optional parameters in your tool schemas (limit: ${limit}).`, // seen
  largeGrammar: (): string =>
    "The compiled grammar is too large, which would cause performance issues. Simplify your tool schemas or reduce the " +
    "number of strict tools.", // seen
  formatWithCitations: (): string => "output_config.format: cannot be used while citations are enabled", // ours
  formatWithPrefill: (): string => "output_config.format: cannot be used with assistant message prefill", // ours

  // settings
  maxTokens: (wanted: number, limit: number, model: string): string =>
    `max_tokens: ${wanted} > ${limit}, which is the maximum allowed number of output tokens for ${model}`, // known
  noSampling: (name: string): string => `\`${name}\` is deprecated for this model.`, // seen
  noSamplingAtAll: (name: string): string => `\`${name}\` is not supported in this API version.`, // ours
  oneOfTwo: (): string => "`temperature` and `top_p` cannot both be specified for this model. Please use only one.", // seen
  temperatureThinking: (): string =>
    `\`temperature\` may only be set to 1 when thinking is enabled. ${consult(important)}`, // seen
  topPThinking: (): string =>
    `\`top_p\` must be greater than or equal to 0.95 or unset when thinking is enabled. ${consult(important)}`, // seen
  topKThinking: (): string => `\`top_k\` must be unset when thinking is enabled. ${consult(important)}`, // seen
  blankStop: (): string => "stop_sequences: each stop sequence must contain non-whitespace", // known
  email: (): string => "metadata.user_id: user_id appears to contain an email address", // seen
  manyMarks: (count: number): string => `A maximum of 4 blocks with cache_control may be provided. Found ${count}.`, // seen
  marksOrder: (place: string): string =>
    `${place}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note ` +
    "that blocks are processed in the following order: `tools`, `system`, `messages`.", // seen

  // thinking
  noThinking: (model: string): string => `'${model}' does not support thinking.`, // ours
  noEnabled: (): string =>
    '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to ' +
    "control thinking behavior.", // known
  noAdaptive: (): string => "adaptive thinking is not supported on this model", // seen
  noMode: (mode: string): string => `"thinking.type.${mode}" is not supported for this model.`, // seen
  budget: (): string =>
    `\`max_tokens\` must be greater than \`thinking.budget_tokens\`. ${consult("#max-tokens-and-context-window-size")}`, // seen
  noEffort: (): string => "This model does not support the effort parameter.", // seen
  effortLevel: (effort: string, efforts: readonly string[]): string =>
    `This model does not support effort level '${effort}'. Supported levels: ${[...efforts].sort().join(", ")}.`, // seen
  effortOff: (effort: string): string =>
    `output_config.effort '${effort}' is not supported when thinking is disabled on this model. Use effort 'high' or ` +
    "below, or enable thinking.", // seen
  effortBetween: (effort: string): string =>
    `output_config.effort '${effort}' is not supported with "thinking.type.between_tools". Use effort 'high' or below.`, // ours
  noThought: (index: number, found: string): string =>
    `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. When ` +
    "`thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set " +
    "of `tool_use` and `tool_result` blocks). We recommend you include thinking blocks from previous turns. To avoid " +
    `this requirement, disable \`thinking\`. ${consult()}`, // known
  wrongSignature: (place: string, type: string): string =>
    `${place}: Invalid \`${type === "thinking" ? "signature" : "data"}\` in \`${type}\` block`, // known
  alteredThought: (place: string): string =>
    `${place}: \`thinking\` or \`redacted_thinking\` blocks in the latest assistant message cannot be modified. These ` +
    "blocks must remain as they were in the original response.", // known
  boundThought: (place: string, type: string, what: string): string =>
    `${texts.wrongSignature(place, type)}. The block is bound to a different conversation. Remove the block, or set ` +
    '`thinking.block_binding.prefix_mismatch_behavior` to "drop_block". That setting requires the ' +
    `\`thinking-binding-controls-2026-08-01\` value in the \`anthropic-beta\` header. ${what} from the one this block was ` +
    "created with.", // seen
} as const;
