const learnMore = "Learn more: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini";
const unable = (because: string): string => `Unable to submit request because ${because} ${learnMore}`;
const invalidProto = (field: string, what: string): string =>
  `The GenerateContentRequest proto is invalid:\n  * ${field}: ${what}`;

/**
 * What Vertex AI says when it refuses a request, by rule. Where a text is from:
 *
 * - `§`: openai-chat-to-gemini.md has it.
 * - `seen`: people quote it in public reports of the same refusal.
 * - `ours`: the rule is known, the text is not.
 */
export const texts = {
  noJson: (): string => "Invalid JSON payload received. Parser terminated before end of string.", // ours
  noAnswer: (): string => "The script has no answer for this request.", // the emulator's own

  // contents
  noContents: (): string => unable("at least one contents field is required."), // §
  noParts: (): string => unable("it must include at least one parts field, which describes the prompt input."), // seen
  role: (): string => "Please use a valid role: user, model.", // seen
  emptyText: (): string => unable("it has an empty text parameter. Add a value to the parameter and try again."), // seen
  noData: (part: string): string =>
    `* GenerateContentRequest.${part}.data: required oneof field 'data' must have one initialized field`, // seen
  twoData: (part: string, second: string): string =>
    `Invalid value at '${part}' (oneof), oneof field 'data' is already set. Cannot set '${second}'`, // seen
  mediaType: (type: string): string =>
    unable(
      `it has a mimeType parameter with value ${type}, which is not supported. Update the mimeType and try again.`,
    ), // seen
  fileUri: (uri: string): string => unable(`the fileUri ${uri} is neither a gs:// nor an http(s) address.`), // ours
  manyLinks: (): string => "You can only include 10 image links.", // §
  systemMedia: (): string => unable("the system instruction holds something other than text."), // ours
  modelTurnLast: (): string => "Requests ending with a model turn are not supported.", // §
  tooLong: (tokens: number, limit: number): string =>
    `The input token count (${tokens}) exceeds the maximum number of tokens allowed (${limit}).`, // §

  // calls and their results
  callTurnPlace: (): string =>
    "Please ensure that function call turn comes immediately after a user turn or after a function response turn.", // §
  responseCount: (): string =>
    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.", // §
  responseTurnPlace: (): string =>
    "Please ensure that function response turn comes immediately after a function call turn.", // seen
  responseNoName: (part: string): string =>
    `* GenerateContentRequest.${part}.function_response.name: Name cannot be empty.`, // seen
  callNoName: (part: string): string => `* GenerateContentRequest.${part}.function_call.name: Name cannot be empty.`, // ours, after the one above
  responseName: (name: string): string =>
    unable(`function response \`${name}\` answers no function call of the turn before it.`), // ours; seen: "Request contains an invalid argument."
  responseId: (id: string): string =>
    unable(`function response id \`${id}\` is the id of no function call of the turn before it.`), // ours
  responseMedia: (): string => unable("`function_response.parts` is not supported for this model."), // seen
  responseFile: (uri: string): string => unable(`the file ${uri} of a function response is in no bucket.`), // ours
  callByUser: (): string => unable("a function call stands in a turn that is not the model's."), // ours
  responseByModel: (): string => unable("a function response stands in a turn of the model."), // ours
  noSignature: (name: string, content: number): string =>
    unable(`function call \`${name}\` in the ${content}. content block is missing a \`thought_signature\`.`), // §
  wrongSignature: (): string => unable("Thought signature is not valid."), // seen

  // tools
  duplicateFunction: (name: string): string => `Duplicate function declaration found: ${name}`, // §
  // Reports up to 2026 say 64; Discovery and the SDK say 128 by now.
  functionName: (path: string): string =>
    invalidProto(
      `${path}.name`,
      "[FIELD_INVALID] Invalid function name. Must start with a letter or an underscore. Must be a-z, A-Z, 0-9, or " +
        "contain underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.",
    ), // seen
  manyFunctions: (): string => unable("it declares more than 512 functions."), // ours
  emptyTool: (path: string): string =>
    invalidProto(`${path}.tool_type`, "required one_of 'tool_type' must have one initialized field"), // seen
  mixedTool: (path: string, kinds: string): string =>
    invalidProto(`${path}.tool_type`, `one_of 'tool_type' has more than one initialized field: ${kinds}`), // seen
  bothParameters: (name: string): string =>
    unable(`function \`${name}\` sets both parameters and parameters_json_schema.`), // ours
  parametersType: (name: string): string =>
    unable(`\`${name}\` functionDeclaration parameters schema should be of type OBJECT.`), // seen
  missingItems: (path: string): string => `* GenerateContentRequest.${path}.items: missing field.`, // §
  unknownRequired: (path: string, at: number): string =>
    `* GenerateContentRequest.${path}.required[${at}]: property is not defined`, // §
  mixedWithFunctions: (): string =>
    "Please enable tool_config.include_server_side_tool_invocations to use Built-in tools with Function calling.", // seen; of the Developer API
  enumType: (path: string): string => `* GenerateContentRequest.${path}.enum: only allowed for STRING type`, // seen; of the Developer API
  textFormat: (path: string): string =>
    `* GenerateContentRequest.${path}.format: only 'enum' and 'date-time' are supported for STRING type`, // seen; of the Developer API
  emptyProperties: (path: string): string =>
    `* GenerateContentRequest.${path}.properties: should be non-empty for OBJECT type`, // §
  anyOfAlone: (path: string): string =>
    `* GenerateContentRequest.${path}.any_of: when using any_of, it must be the only field set`, // §
  nullType: (path: string): string => `* GenerateContentRequest.${path}.type: NULL is not supported`, // ours
  emptyEnum: (path: string): string => `* GenerateContentRequest.${path}.enum: cannot be empty for format 'enum'`, // ours
  numberFormat: (path: string, formats: readonly string[]): string =>
    `* GenerateContentRequest.${path}.format: only ${formats.map((one) => `'${one}'`).join(" and ")} are supported`, // ours
  noJsonSchema: (path: string): string => unable(`${path} is set, which this model does not read.`), // ours
  noSchema: (path: string): string => unable(`${path} is no JSON Schema.`), // ours
  schemaType: (path: string): string => unable(`${path}.type is no type of JSON Schema.`), // ours
  besideReference: (path: string, keyword: string): string =>
    unable(`${path} sets $ref and ${keyword}; beside $ref only members that start with $ may be set.`), // ours
  unresolved: (path: string, reference: string): string =>
    unable(`${path}.$ref is \`${reference}\`, which leads to no schema.`), // ours
  requiredCycle: (path: string, reference: string): string =>
    unable(
      `${path} refers to \`${reference}\` in a cycle, which may stand under properties only that are not required.`,
    ), // ours
  tooDeep: (path: string): string => unable(`${path} exceeds the maximum allowed nesting depth.`), // §
  manyStates: (): string => "The specified schema produces a constraint that has too many states for serving.", // §
  validatedUnsupported: (): string => unable("the function calling mode VALIDATED is not supported by this model."), // ours
  severalTools: (): string => "Multiple tools are supported only when they are all search tools.", // seen
  configWithoutFunctions: (): string => "Function calling config is set without function_declarations.", // seen
  allowedNamesMode: (): string =>
    unable("allowed_function_names is set but the function calling mode is neither ANY nor VALIDATED."), // ours
  allowedNameUnknown: (name: string): string =>
    unable(`allowed_function_names holds \`${name}\`, which is not declared.`), // ours
  jsonWithFunctions: (): string => "Function calling with a response mime type: 'application/json' is unsupported", // §
  jsonWithMode: (mode: string): string =>
    `Function calling mode ${mode} with a response mime type: 'application/json' is unsupported`, // ours

  // generationConfig
  range: (name: string, value: number, from: string, to: string): string =>
    unable(
      `it has a ${name} value of ${value} but the supported range is from ${from} to ${to}. Update the value and try again.`,
    ), // seen
  stopSequences: (count: number): string =>
    unable(`it has ${count} stopSequences but the maximum number of stop sequences is 5.`), // ours
  emptyStopSequence: (): string => unable("it has an empty stop sequence."), // ours
  candidates: (): string => "Multiple candidates is not enabled for this model", // §
  penalty: (): string => "Penalty is not enabled for this model", // §
  logprobs: (_model: string): string => "Logprobs is not supported for this model.", // §
  logprobsAlone: (): string => unable("logprobs is set but responseLogprobs is not true."), // ours
  mimeType: (): string =>
    "* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are `text/plain`, " +
    "`application/json`, `application/xml`, `application/yaml` and `text/x.enum`.", // seen
  schemaWithoutJson: (): string =>
    unable("a response schema is set but the response mime type is neither JSON nor text/x.enum."), // ours
  bothSchemas: (): string => unable("it sets both response_schema and response_json_schema."), // ours
  responseSchema: (what: string): string => unable(`the response schema is not supported: ${what}.`), // ours
  modalities: (wanted: string): string =>
    `The requested combination of response modalities (${wanted}) is not supported by the model.`, // seen
  thinkingBoth: (): string => "You can only set only one of thinking budget and thinking level.", // seen
  thinkingNone: (): string => unable("thinking is not supported by this model."), // ours
  budgetRange: (min: number, max: number): string =>
    unable(`thinking_budget is out of range; supported values are integers from ${min} to ${max}.`), // seen
  // Stricter than Google, which takes a budget on most Gemini 3 models and at times ignores it.
  budgetUnsupported: (): string => "Thinking budget is not supported for this model.", // ours
  levelUnsupported: (level: string): string => `Thinking level is unsupported: THINKING_LEVEL_${level}`, // §
  levelOnBudgetModel: (): string => "Thinking level is not supported for this model.", // seen

  // the rest
  duplicateSafety: (category: string): string => unable(`it has more than one safety setting for ${category}.`), // ours
  safetyWithArmor: (): string => unable("safety_settings and model_armor_config are both set."), // ours
  cacheWithTools: (): string =>
    "Tool config, tools and system instruction should not be set in the request when using cached content.", // seen
  cacheUnsupported: (): string => "Cached content is not supported for this model.", // ours
  label: (key: string): string =>
    unable(`the label \`${key}\` does not follow the rules for keys and values of labels.`), // ours
  model: (name: string): string =>
    `Publisher Model \`${name}\` was not found or your project does not have access to it. Please ensure you are using a ` +
    "valid model version. For more information, see: " +
    "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions", // seen
} as const;

/** The same for another surface. */
export type Texts = { readonly [name in keyof typeof texts]: (...values: Parameters<(typeof texts)[name]>) => string };
