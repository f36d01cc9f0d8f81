/** What a host of Claude takes, beside the model's own facts. */
export interface HostFacts {
  /** The version of the API that stands in the body; undefined where a header says it. */
  readonly version: string | undefined;
  /** The body names the model; elsewhere the path does. */
  readonly namesModel: boolean;
  /** The body says whether the answer is streamed; elsewhere the path alone does. */
  readonly saysStream: boolean;
  /** Where beta features are switched on. */
  readonly betas: "header" | "body";
  /** Fetches pictures and PDFs from the web. */
  readonly fetches: boolean;
  /** Knows files that were uploaded to Anthropic. */
  readonly files: boolean;
  /** Holds answers to a schema, and calls to theirs. Vertex AI can, and refuses it until the owner's policy allows it. */
  readonly schemas: boolean;
  /** Can be told to make one call at a time. */
  readonly singleCalls: boolean;
  /** Takes instructions in the middle of a conversation. */
  readonly midwayInstructions: boolean;
  /** Searches the web. */
  readonly webSearch: boolean;
  /** Caches up to the last block where the body says so at its top. */
  readonly automaticCaching: boolean;
  /** Takes an id of the end user, a tier of service and a speed. */
  readonly accounts: boolean;
  /** Most characters of a tool's name. */
  readonly maxToolName: number;
  /** What the member is called that says what becomes of thoughts whose conversation was changed. */
  readonly binding: "prefix_mismatch_behavior" | "mismatch_behavior";
}

/** Anthropic's own API. */
export const directHost = "anthropic";

const direct: HostFacts = {
  version: undefined,
  namesModel: true,
  saysStream: true,
  betas: "header",
  fetches: true,
  files: true,
  schemas: true,
  singleCalls: true,
  midwayInstructions: true,
  webSearch: true,
  automaticCaching: true,
  accounts: true,
  maxToolName: 128,
  binding: "prefix_mismatch_behavior",
};

/**
 * The hosts by the words of their providers. The older versions of the API stay: under 2026-10-21 no model takes
 * sampling settings.
 *
 * @see reference: openai-chat-to-anthropic §§1, 1.1
 */
const hosts: Readonly<Record<string, HostFacts>> = {
  [directHost]: direct,
  "vertex-anthropic": {
    ...direct,
    version: "vertex-2023-10-16",
    namesModel: false,
    fetches: false,
    files: false,
    schemas: false,
    midwayInstructions: false,
    automaticCaching: false,
    accounts: false,
  },
  bedrock: {
    ...direct,
    version: "bedrock-2023-05-31",
    namesModel: false,
    saysStream: false,
    betas: "body",
    fetches: false,
    files: false,
    schemas: false,
    singleCalls: false,
    midwayInstructions: false,
    webSearch: false,
    automaticCaching: false,
    accounts: false,
    maxToolName: 64,
    binding: "mismatch_behavior",
  },
};

/** The facts of a host; one that is not known is taken for Anthropic's own. */
export function hostOf({ host }: { readonly host: string }): HostFacts {
  return hosts[host] ?? direct;
}
