/** What the model's own part of Bedrock says is handed on behind these words. */
const handedOn = "The model returned the following errors: ";

/**
 * What Bedrock says when it refuses a request, by rule. Where a text is from:
 *
 * - `known`: the documentation or recorded traffic has it.
 * - `seen`: people quote it in public reports of the same refusal.
 * - `ours`: the rule is known, the text is not.
 */
export const texts = {
  noAnswer: (): string => "The script has no answer for this request.", // the emulator's own
  notPlayed: (model: string): string => `The emulator does not play InvokeModel of ${model}.`, // the emulator's own

  // credentials
  missingToken: (): string => "Missing Authentication Token", // known
  incomplete: (parts: readonly string[]): string =>
    `Authorization header requires ${parts.map((part) => `'${part}' parameter.`).join(" Authorization header requires ")}`, // seen
  unknownKey: (): string => "The security token included in the request is invalid.", // known
  wrongSignature: (): string =>
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
    "and signing method. Consult the service documentation for details.", // known
  expired: (signed: string, limit: string, now: string): string =>
    `Signature expired: ${signed} is now earlier than ${limit} (${now} - 5 min.)`, // known
  early: (signed: string, limit: string, now: string): string =>
    `Signature not yet current: ${signed} is still later than ${limit} (${now} + 5 min.)`, // known
  wrongRegion: (): string => "Credential should be scoped to a valid region. ", // known
  wrongService: (service: string): string => `Credential should be scoped to correct service: '${service}'. `, // known
  wrongDate: (): string => "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP", // known
  wrongApiKey: (): string => "Authentication failed: Please make sure your API Key is valid.", // seen

  // models
  unknownModel: (): string => "The provided model identifier is invalid.", // known
  profileOnly: (model: string): string =>
    `Invocation of model ID ${model} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of ` +
    "an inference profile that contains this model.", // seen
  noChat: (): string =>
    "This action doesn't support the model that you provided. Try again with a supported text or chat model.", // seen
  noStream: (): string => "The model is unsupported for streaming.", // seen
  noCount: (): string => "The provided model doesn't support counting tokens.", // seen
  unsupported: (field: string): string =>
    `This model doesn't support the ${field} field. Remove ${field} and try again.`, // seen
  unsupportedFor: (field: string, role: string): string =>
    `This model doesn't support the ${field} field for ${role} messages. Remove ${field} and try again.`, // seen

  // shapes
  noJson: (): string => "Unexpected token found while parsing the request.", // ours
  wrongType: (found: string, wanted: string): string => `${found} cannot be converted to ${wanted}`, // seen
  wrongValue: (value: string, place: string, constraint: string): string =>
    `1 validation error detected: Value ${value} at '${place}' failed to satisfy constraint: ${constraint}`, // known
  unknownMember: (place: string, name: string): string => `Unknown member '${name}' at '${place}'.`, // the emulator's own
  oneKey: (kind: string, place: string, keys: readonly string[]): string =>
    `${kind} object at ${place} must set one of the following keys: ${keys.join(", ")}.`, // seen
  notJson: (place: string): string =>
    `The format of the value at ${place} is invalid. Provide a json object for the field and try again.`, // seen

  // messages
  firstRole: (): string =>
    "A conversation must start with a user message. Try again with a conversation that starts with a user message.", // seen
  turns: (): string =>
    "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user " +
    "and assistant roles and try again.", // seen
  lastRole: (): string =>
    "A conversation must end with a user message. Try again with a conversation that ends with a user message.", // seen
  emptyContent: (place: string): string =>
    `The content field in the Message object at ${place} is empty. Add a ContentBlock object to the content field and try ` +
    "again.", // seen
  blank: (kind: string, place: string): string =>
    `The text field in the ${kind} object at ${place} is blank. Add text to the text field, and try again.`, // seen
  noSystem: (): string =>
    "This model doesn't support system messages. Try again without a system message or use a model that supports system " +
    "messages.", // seen
  noCache: (): string =>
    "You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more " +
    "information.", // seen
  cacheFirst: (place: string): string => `The cachePoint at ${place} has nothing in front of it.`, // ours
  tooLong: (): string => `${handedOn}Input is too long for requested model.`, // seen

  // calls
  noToolConfig: (): string => "The toolConfig field must be defined when using toolUse and toolResult content blocks.", // seen
  expectedResults: (place: string, ids: readonly string[]): string =>
    `Expected toolResult blocks at ${place} for the following Ids: ${ids.join(", ")}`, // seen
  manyResults: (place: string): string =>
    `The number of toolResult blocks at ${place} exceeds the number of toolUse blocks of previous turn.`, // seen
  twice: (kind: string, place: string, ids: readonly string[]): string =>
    `The ${kind} blocks at ${place} contain duplicate Ids: ${ids.join(", ")}`, // seen
  mixed: (place: string): string =>
    `${place}: Conversation blocks and tool result blocks cannot be provided in the same turn.`, // seen

  // tools
  noTools: (): string => "This model doesn't support tool use.", // seen
  noStreamTools: (): string => "This model doesn't support tool use in streaming mode.", // seen
  schemaType: (place: string): string => `The value at ${place}.type must be one of the following: object.`, // seen
  twoTools: (name: string): string => `The tool name ${name} is used more than once in toolConfig.tools.`, // ours
  unknownChoice: (name: string): string => `The tool ${name} in toolConfig.toolChoice is not in toolConfig.tools.`, // ours

  // media
  documentName: (): string =>
    "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and " +
    "square brackets. The name can't contain more than one consecutive whitespace character.", // seen
  documentText: (place: string): string => `Add a text block to the content at ${place}, which has a document.`, // ours
  manyMedia: (kind: string, limit: number): string => `A request may have at most ${limit} ${kind} blocks.`, // ours
  notBase64: (place: string): string => `The value at ${place} is not valid base64.`, // ours

  // settings
  maxTokens: (limit: number): string =>
    `The maximum tokens you requested exceeds the model limit of ${limit}. Try again with a maximum tokens value that is ` +
    `lower than ${limit}.`, // seen
  manyStops: (limit: number, found: number): string =>
    `${handedOn}Malformed input request: #/stop_sequences: expected maximum item count: ${limit}, found: ${found}, please ` +
    "reformat your input and try again.", // seen
  extraKey: (key: string): string =>
    `${handedOn}Malformed input request: #: extraneous key [${key}] is not permitted, please reformat your input and try ` +
    "again.", // seen
  wrongSchema: (): string => "The schema at outputConfig.textFormat.structure.jsonSchema is not valid JSON.", // ours
  noGuardrail: (): string => "The guardrail identifier or version provided in the request does not exist.", // seen
  fromModel: (text: string): string => handedOn + text, // known

  // bodies of InvokeModel
  malformed: (what: string): string => `Malformed input request: ${what}, please reformat your input and try again.`, // known
  longText: (tokens: number, limit: number): string =>
    `Too many input tokens. Max input tokens: ${limit}, request input token count: ${tokens} `, // seen
  longCohereText: (tokens: number, limit: number): string =>
    `too many tokens: total number of tokens in the prompt cannot exceed ${limit} - received ${tokens}. Try using a ` +
    "shorter prompt, or enable prompt truncating.", // ours
} as const;
