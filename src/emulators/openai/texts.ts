/**
 * What OpenAI says when it refuses a request, by rule. Where a text is from:
 *
 * - `§`: openai-surface.md §3 has it.
 * - `seen`: people quote it in public reports of the same refusal.
 * - `ours`: the rule is known, the text is not.
 */
export const texts = {
  noJson: (): string =>
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library " +
    "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)", // §
  noObject: (): string => "Invalid type for the body: expected an object.", // ours
  noModel: (): string => "you must provide a model parameter", // §
  noAnswer: (): string => "The script has no answer for this request.", // the emulator's own
  unknownModel: (model: string): string => `The model \`${model}\` does not exist or you do not have access to it.`, // §
  notChat: (): string =>
    "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?", // §
  notCompletions: (): string =>
    "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?", // seen
  notEmbeddings: (): string => "You are not allowed to generate embeddings from this model", // seen
  noKey: (): string =>
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
    "(i.e. Authorization: Bearer YOUR_KEY).", // §
  wrongKey: (masked: string): string => `Incorrect API key provided: ${masked}.`, // §
  noRoute: (method: string, path: string): string => `Invalid URL (${method} ${path})`, // §
  wrongMethod: (method: string, path: string): string => `Not allowed to ${method} on ${path}`, // §

  // shape
  missing: (param: string): string => `Missing required parameter: '${param}'.`, // §
  wrongType: (param: string, wanted: string, got: string): string =>
    `Invalid type for '${param}': expected ${wanted}, but got ${got} instead.`, // §
  wrongWord: (value: string, words: string): string => `Invalid value: '${value}'. Supported values are: ${words}.`, // §
  bound: (param: string, kind: string, side: string, sign: string, limit: number, value: unknown): string =>
    `Invalid '${param}': ${kind} ${side} value. Expected a value ${sign} ${limit}, but got ${value} instead.`, // §
  tooLong: (param: string, kind: string, limit: number, length: number): string =>
    `Invalid '${param}': ${kind} too long. Expected ${article(kind)} with maximum length ${limit}, but got ` +
    `${article(kind)} with length ${length} instead.`, // §
  empty: (param: string, kind: string): string =>
    `Invalid '${param}': empty ${kind}. Expected ${article(kind)} with minimum length 1, but got an empty ${kind} instead.`, // §
  unknown: (param: string): string => `Unknown parameter: '${param}'.`, // §
  unrecognized: (param: string): string => `Unrecognized request argument supplied: ${param}`, // §

  // messages
  orphanTool: (): string =>
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", // §
  missingResult: (ids: string): string =>
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
    `The following tool_call_ids did not have response messages: ${ids}`, // §
  nullContent: (): string => "Invalid value for 'content': expected a string, got null.", // seen
  noJsonWord: (): string =>
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", // §
  imageUrl: (param: string): string =>
    `Invalid '${param}'. Expected a valid URL, but got a value with an invalid format.`, // seen
  imageOfTool: (index: number): string =>
    `Invalid 'messages[${index}]'. Image URLs are only allowed for messages with role 'user', but this message with role ` +
    "'tool' contains an image URL.", // seen
  tooManyTokens: (limit: number, used: number): string =>
    `This model's maximum context length is ${limit} tokens. However, your messages resulted in ${used} tokens. ` +
    "Please reduce the length of the messages.", // §

  // tools
  onlyWith: (param: string, other: string): string =>
    `Invalid value for '${param}': '${param}' is only allowed when '${other}' are specified.`, // seen
  toolNotFound: (name: string): string => `Tool choice '${name}' not found in 'tools' parameter.`, // seen
  toolsAndFunctions: (): string => "'functions' and 'tools' cannot both be given.", // ours
  namePattern: (param: string): string =>
    `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`, // seen
  schema: (owner: string, what: string): string => `Invalid schema for ${owner}: ${what}`, // §
  notObject: (type: string): string => `schema must be a JSON Schema of 'type: "object"', got 'type: "${type}"'.`, // seen
  closed: (context: string): string =>
    `In context=(${context}), 'additionalProperties' is required to be supplied and to be false.`, // seen
  allRequired: (context: string, missing: string): string =>
    `In context=(${context}), 'required' is required to be supplied and to be an array including every key in ` +
    `properties. Missing '${missing}'.`, // seen
  noItems: (context: string): string => `In context=(${context}), array schema missing items.`, // seen

  // sampling and limits
  unsupported: (param: string): string => `Unsupported parameter: '${param}' is not supported with this model.`, // §
  useCompletionTokens: (): string =>
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", // §
  onlyDefault: (param: string, value: number): string =>
    `Unsupported value: '${param}' does not support ${value} with this model. Only the default (1) value is supported.`, // §
  effort: (value: string, words: string): string =>
    `Unsupported value: 'reasoning_effort' does not support '${value}' with this model. Supported values are: ${words}.`, // seen
  bothLimits: (): string => "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", // seen
  tooManyWanted: (value: number, limit: number): string =>
    `max_tokens is too large: ${value}. This model supports at most ${limit} completion tokens, whereas you provided ${value}.`, // §
  streamOptions: (): string => "The 'stream_options' parameter is only allowed when 'stream' is enabled.", // seen
  topLogprobs: (): string => "Invalid value for 'top_logprobs': it is only allowed when 'logprobs' is enabled.", // ours
  storeOnly: (): string => "The 'metadata' parameter is only allowed when 'store' is enabled.", // seen
  modalities: (): string => "Invalid value for 'modalities': this model does not give audio.", // ours
  bestOf: (): string => "You requested that the server return more choices than it will generate (n > best_of).", // seen
  bestOfStream: (): string => "Cannot stream results with best_of > 1", // seen
  suffixEcho: (): string => "'echo' and 'suffix' cannot both be given.", // ours
  noDimensions: (): string => "This model does not support specifying dimensions.", // seen
} as const;

/** `array` → `an array` */
export const article = (kind: string): string => `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
