import type { Beside } from "./_build.ts";
import { isObject } from "./_build.ts";

/** What a field needs around it to mean anything. */
export interface Surroundings {
  /** Members of the request beside it. */
  readonly request?: object;
  /** The other half of what belongs together, for dialects that look for it. */
  readonly half?: {
    readonly request?: object;
    /** Messages before and after the one it stands in. */
    readonly before?: readonly object[];
    readonly after?: (message: object) => readonly object[];
  };
  readonly beside?: Beside;
}

const call = { id: "call_x", type: "function", function: { name: "look_up", arguments: "{}" } };
const names = ["look_up", "find", "do_it"];

function toolNamed(name: string): object {
  return { type: "function", function: { name, parameters: { type: "object", properties: { q: {} } } } };
}

/** By the path of the field; the first that fits. */
export type SurroundingsByPath = readonly (readonly [RegExp, Surroundings])[];

const surroundings: SurroundingsByPath = [
  [
    /^messages\[\]<tool>.*image_url\.(?:format|mime_type)$/,
    {
      half: { before: [{ role: "assistant", tool_calls: [call] }] },
      beside: {
        "messages[]<tool>": { tool_call_id: "call_x" },
        "messages[]<tool>.content[]<image_url>.image_url": { url: "https://a.example/picture" },
      },
    },
  ],
  [
    /^messages\[\]<tool>.*file\.filename$/,
    {
      half: { before: [{ role: "assistant", tool_calls: [call] }] },
      beside: {
        "messages[]<tool>": { tool_call_id: "call_x" },
        "messages[]<tool>.content[]<file>.file": { file_data: "aGVsbG8gd29ybGQ=" },
      },
    },
  ],
  [
    /^messages\[\]<tool>/,
    {
      half: { before: [{ role: "assistant", tool_calls: [call] }] },
      beside: { "messages[]<tool>": { tool_call_id: "call_x" } },
    },
  ],
  [
    /^messages\[\]<function>/,
    {
      half: { before: [{ role: "assistant", function_call: { name: "look_up", arguments: "{}" } }] },
      beside: { "messages[]<function>": { name: "look_up" } },
    },
  ],
  [
    /^messages\[\]<assistant>\.tool_calls/,
    {
      half: {
        after: (message) => (holdsCalls(message) ? [{ role: "tool", tool_call_id: "call_x", content: "fine" }] : []),
      },
      beside: {
        "messages[]<assistant>.tool_calls[]<function>": { id: "call_x" },
        "messages[]<assistant>.tool_calls[]<custom>": { id: "call_x" },
      },
    },
  ],
  [
    /^messages\[\]<assistant>\.function_call/,
    {
      half: { after: (message) => resultsOf(message) },
      beside: { "messages[]<assistant>.function_call": { name: "look_up", arguments: "{}" } },
    },
  ],
  [
    /^messages\[\]<assistant>\.(?:reasoning_details|thinking_blocks)/,
    {
      half: {
        after: (message) => (holdsCalls(message) ? [{ role: "tool", tool_call_id: "call_x", content: "fine" }] : []),
      },
      beside: {
        "messages[]<assistant>": { content: "so far", tool_calls: [call] },
        "messages[]<assistant>.reasoning_details[]": { type: "reasoning.encrypted", data: "c2lnbmVk" },
        "messages[]<assistant>.thinking_blocks[]": { type: "thinking", signature: "c2lnbmVk" },
      },
    },
  ],
  [/^messages\[\]<assistant>\.content$/, { beside: { "messages[]<assistant>": { refusal: "no" } } }],
  [/^messages\[\]<assistant>\.content\[\]/, {}],
  [/^messages\[\]<assistant>/, { beside: { "messages[]<assistant>": { content: "so far" } } }],
  [
    /^tool_choice<custom>/,
    {
      half: { request: { tools: names.map((name) => ({ type: "custom", custom: { name } })) } },
      beside: { "tool_choice<custom>.custom": { name: "look_up" } },
    },
  ],
  [
    /^tool_choice/,
    {
      half: { request: { tools: names.map(toolNamed) } },
      beside: { "tool_choice<function>.function": { name: "look_up" } },
    },
  ],
  [/^function_call/, { half: { request: { functions: names.map((name) => ({ name })) } } }],
  [/^reasoning\.exclude$/, { beside: { reasoning: { effort: "low" } } }],
  [/^thinking\.display$/, { beside: { thinking: { type: "enabled" } } }],
  [
    /safety_settings\[\]/,
    {
      beside: {
        "safety_settings[]": { category: "jailbreak", threshold: "OFF" },
        "google.safety_settings[]": { category: "jailbreak", threshold: "OFF" },
        "extra_body.google.safety_settings[]": { category: "jailbreak", threshold: "OFF" },
      },
    },
  ],
  [
    /image_url\.(?:format|mime_type)$/,
    { beside: { "messages[]<user>.content[]<image_url>.image_url": { url: "https://a.example/picture" } } },
  ],
  [
    /video_url\.(?:format|mime_type)$/,
    { beside: { "messages[]<user>.content[]<video_url>.video_url": { url: "https://a.example/clip" } } },
  ],
  [
    /<video_url>./,
    {
      beside: {
        "messages[]<user>.content[]<video_url>": { video_url: { url: "gs://bucket/clip.mp4" } },
        "messages[]<user>.content[]<video_url>.video_url": { url: "gs://bucket/clip.mp4" },
      },
    },
  ],
  [
    /<video_url>$/,
    { beside: { "messages[]<user>.content[]<video_url>": { video_url: { url: "gs://bucket/clip.mp4" } } } },
  ],
  [/^top_logprobs$/, { half: { request: { logprobs: true } } }],
  [/^stream_options/, { request: { stream: true } }],
  // Its own place comes first, so that it is the first to be refused where both are.
  [/^title$/, { request: { title: "", task_type: "RETRIEVAL_DOCUMENT" } }],
  [
    /json_schema\.(description|name|strict)$/,
    {
      beside: {
        "response_format<json_schema>.json_schema": {
          name: "answer",
          schema: { type: "object", properties: { a: {} } },
        },
      },
    },
  ],
  [/file\.filename$/, { beside: { "messages[]<user>.content[]<file>.file": { file_data: "aGVsbG8gd29ybGQ=" } } }],
  [/file\.(file_data|file_id)$|<file>(\.file)?$/, { beside: { "messages[]<user>.content[]<file>.file": {} } }],
  [/<file>\./, { beside: { "messages[]<user>.content[]<file>": { file: { file_id: "gs://bucket/a.pdf" } } } }],
];

/** What the field of a path needs around it. What a dialect needs of its own comes first. */
export function surroundingsOf(path: string, own: SurroundingsByPath = []): Surroundings {
  return [...own, ...surroundings].find(([pattern]) => pattern.test(path))?.[1] ?? {};
}

function holdsCalls(message: object): boolean {
  const calls: unknown = Reflect.get(message, "tool_calls");
  return Array.isArray(calls) && calls.length > 0;
}

/** The result of a deprecated call, under the call's own name. */
function resultsOf(message: object): readonly object[] {
  const made: unknown = Reflect.get(message, "function_call");
  return isObject(made) ? [{ role: "function", name: Reflect.get(made, "name"), content: "fine" }] : [];
}
