import type { Mode } from "./relax.ts";

/** What `npm run generate` makes of one spec. */
export interface Target {
  readonly spec: string;
  /** Types and validators, one file each per mode. */
  readonly modes: readonly {
    readonly mode: Mode;
    readonly validators: readonly string[];
    /** Report every mistake at once, not the first only. */
    readonly allErrors?: true;
  }[];
  /** Field unions that fates are typed by: name in generated/fields → component. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Emit the operations table. */
  readonly operations?: true;
}

/** What Vertex answers: the emulator sends it exactly, the dialect takes it as it comes. */
const vertexAnswers = [
  "GenerateContentResponse",
  "CountTokensResponse",
  "EmbedContentResponse",
  "PredictResponse",
  "TextEmbeddingResponse",
  "ErrorResponse",
] as const;

/** The same of the Developer API, which has batches and no predictions. */
const geminiAnswers = [
  "GenerateContentResponse",
  "CountTokensResponse",
  "EmbedContentResponse",
  "BatchEmbedContentsResponse",
  "ErrorResponse",
] as const;

/** What Anthropic answers, whole and in a stream. */
const anthropicAnswers = [
  "Message",
  "MessageStreamEvent",
  "MessageTokensCount",
  "ListModelsResponse",
  "ErrorResponse",
] as const;

/** What Bedrock answers, whole and frame by frame. */
const bedrockAnswers = [
  "ConverseResponse",
  "ConverseStreamOutput",
  "ResponseStream",
  "CountTokensResponse",
  "TitanTextEmbeddingResponse",
  "TitanMultimodalEmbeddingResponse",
  "CohereEmbedResponse",
  "ErrorResponse",
] as const;

/** What the admin API takes. */
const adminRequests = [
  "GenerateKeyRequest",
  "UpdateKeyRequest",
  "RegenerateKeyRequest",
  "DeleteKeysRequest",
  "KeyRequest",
  "KeyInfoRequest",
  "NewUserRequest",
  "UpdateUserRequest",
  "UserIdsRequest",
  "NewTeamRequest",
  "UpdateTeamRequest",
  "TeamIdsRequest",
  "TeamRequest",
  "NewCustomerRequest",
  "UpdateCustomerRequest",
] as const;

/** What it answers, for tests. */
const adminAnswers = [
  "GeneratedKey",
  "KeyInfo",
  "KeyInfoAnswer",
  "KeyList",
  "NewUser",
  "UserInfo",
  "UserList",
  "TeamInfo",
  "Customer",
  "DeletedAccounts",
  "SpendLog",
  "SpendLogContent",
  "SpendSum",
  "GlobalSpend",
  "ModelInfoList",
  "AuditLogs",
] as const;

export const targets: readonly Target[] = [
  {
    spec: "openai",
    modes: [
      {
        mode: "exact",
        validators: [
          "CompletionUsage",
          "CreateChatCompletionResponse",
          "CreateChatCompletionStreamResponse",
          "CreateCompletionResponse",
          "CreateEmbeddingResponse",
          "ErrorResponse",
          "ListModelsResponse",
          "Model",
        ],
      },
      {
        mode: "received",
        validators: ["CreateChatCompletionRequest", "CreateCompletionRequest", "CreateEmbeddingRequest"],
      },
      {
        mode: "tolerant",
        validators: [
          "CreateChatCompletionResponse",
          "CreateChatCompletionStreamResponse",
          "CreateCompletionResponse",
          "CreateEmbeddingResponse",
          "ErrorResponse",
        ],
      },
      // Only its types are of use: test/types.test-d.ts holds them beside the SDK's.
      { mode: "published", validators: [] },
    ],
    fields: {
      ChatRequest: "CreateChatCompletionRequest",
      ChatResponse: "CreateChatCompletionResponse",
      ChatChunk: "CreateChatCompletionStreamResponse",
      CompletionRequest: "CreateCompletionRequest",
      CompletionResponse: "CreateCompletionResponse",
      EmbeddingRequest: "CreateEmbeddingRequest",
      EmbeddingResponse: "CreateEmbeddingResponse",
    },
    operations: true,
  },
  {
    spec: "vertex",
    modes: [
      { mode: "exact", validators: vertexAnswers },
      { mode: "tolerant", validators: vertexAnswers },
      {
        mode: "closed",
        validators: [
          "GenerateContentRequest",
          "CountTokensRequest",
          "EmbedContentRequest",
          "PredictRequest",
          "TextEmbeddingRequest",
        ],
      },
    ],
    fields: {
      GenerateContentResponse: "GenerateContentResponse",
      EmbedContentResponse: "EmbedContentResponse",
      TextEmbeddingResponse: "TextEmbeddingResponse",
    },
    operations: true,
  },
  {
    spec: "gemini",
    modes: [
      // The emulator's two sides. The dialect reads both services' answers by the shapes of vertex, which has no batches.
      { mode: "exact", validators: geminiAnswers },
      { mode: "tolerant", validators: ["BatchEmbedContentsResponse"] },
      {
        mode: "closed",
        validators: [
          "GenerateContentRequest",
          "CountTokensRequest",
          "EmbedContentRequest",
          "BatchEmbedContentsRequest",
        ],
      },
    ],
    fields: { BatchEmbedContentsResponse: "BatchEmbedContentsResponse" },
    operations: true,
  },
  {
    spec: "anthropic",
    modes: [
      { mode: "exact", validators: anthropicAnswers },
      { mode: "tolerant", validators: anthropicAnswers },
      {
        mode: "closed",
        validators: [
          "CreateMessageRequest",
          "VertexMessageRequest",
          "BedrockMessageRequest",
          "CountMessageTokensRequest",
        ],
      },
    ],
    fields: { Message: "Message", MessageStreamEvent: "MessageStreamEvent" },
    operations: true,
  },
  {
    spec: "bedrock",
    modes: [
      { mode: "exact", validators: bedrockAnswers },
      { mode: "tolerant", validators: bedrockAnswers },
      {
        mode: "closed",
        validators: [
          "ConverseRequest",
          "ConverseStreamRequest",
          "CountTokensRequest",
          "TitanTextEmbeddingRequest",
          "TitanMultimodalEmbeddingRequest",
          "CohereEmbedRequest",
        ],
      },
    ],
    fields: {
      ConverseResponse: "ConverseResponse",
      ConverseStreamOutput: "ConverseStreamOutput",
      TitanTextEmbeddingResponse: "TitanTextEmbeddingResponse",
      CohereEmbedResponse: "CohereEmbedResponse",
    },
    operations: true,
  },
  {
    spec: "routes",
    modes: [{ mode: "closed", validators: ["Routes", "PriceList"], allErrors: true }],
  },
  {
    spec: "emulator",
    modes: [{ mode: "closed", validators: ["Script"], allErrors: true }],
  },
  {
    spec: "admin",
    modes: [
      { mode: "exact", validators: ["Health", "ModelList", "Model", "Compat", ...adminAnswers] },
      { mode: "received", validators: adminRequests },
    ],
    operations: true,
  },
];

/** The spec that @hey-api/openapi-ts makes a client of. */
export const clientSpec = "admin";

/** The spec that becomes a JSON Schema for editors, and its root. */
export const editorSchema = { spec: "routes", root: "Routes" } as const;
