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

export const targets: readonly Target[] = [
  {
    spec: "openai",
    modes: [
      {
        mode: "exact",
        validators: [
          "CreateChatCompletionResponse",
          "CreateChatCompletionStreamResponse",
          "ErrorResponse",
          "ListModelsResponse",
          "Model",
        ],
      },
      { mode: "received", validators: ["CreateChatCompletionRequest"] },
    ],
    fields: { ChatRequest: "CreateChatCompletionRequest" },
    operations: true,
  },
  {
    spec: "vertex",
    modes: [
      { mode: "exact", validators: ["GenerateContentResponse", "ErrorResponse"] },
      { mode: "tolerant", validators: ["GenerateContentResponse", "ErrorResponse"] },
      { mode: "closed", validators: ["GenerateContentRequest"] },
    ],
    fields: { GenerateContentResponse: "GenerateContentResponse" },
    operations: true,
  },
  {
    spec: "routes",
    modes: [{ mode: "closed", validators: ["Routes"], allErrors: true }],
  },
  {
    spec: "emulator",
    modes: [{ mode: "closed", validators: ["Script"], allErrors: true }],
  },
  {
    spec: "admin",
    modes: [{ mode: "exact", validators: ["Health", "ModelList", "Model"] }],
    operations: true,
  },
];

/** The spec that @hey-api/openapi-ts makes a client of. */
export const clientSpec = "admin";

/** The spec that becomes a JSON Schema for editors, and its root. */
export const editorSchema = { spec: "routes", root: "Routes" } as const;
