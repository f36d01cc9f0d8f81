import fc from "../_fc.ts";
import type { ValuesByPath } from "./_arbitrary.ts";
import type { SurroundingsByPath } from "./_surroundings.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const pdf = (text: string): string => `data:application/pdf;base64,${base64(`%PDF-1.7 ${text}`)}`;
const pdfs = fc.nat().map((n) => pdf(`${n}`));
/** Below what any model writes at most, and enough to think. */
const limit = fc.integer({ min: 2000, max: 4000 });

/** Values of requests as Claude reads them. */
export const anthropicValues: ValuesByPath = [
  [/cache_control$/, fc.constantFrom({ type: "ephemeral" }, { type: "ephemeral", ttl: "1h" })],
  [/<file>\.file$/, pdfs.map((file_data) => ({ file_data, filename: "a.pdf" }))],
  [/file\.file_data$/, pdfs],
  [/file\.file_id$/, fc.nat().map((n) => `file_${n}`)],
  [/^max_(completion_)?tokens$/, limit],
  // What can be heard or watched is refused.
  [/<(user|tool)>\.content$/, fc.stringMatching(/^[a-z]{4,10}$/)],
];

const call = { id: "call_x", type: "function", function: { name: "look_up", arguments: "{}" } };
const called = { before: [{ role: "assistant", tool_calls: [call] }] };
const picture = { url: "data:image/png;base64,iVBORw0KGgo=" };
const file = { file_data: pdf("") };

/** What fields of requests need around them to mean something to Claude. */
export const anthropicSurroundings: SurroundingsByPath = [
  [
    /^messages\[\]<tool>.*image_url\.(?:format|mime_type)$/,
    {
      half: called,
      beside: {
        "messages[]<tool>": { tool_call_id: "call_x" },
        "messages[]<tool>.content[]<image_url>.image_url": picture,
      },
    },
  ],
  [/image_url\.(?:format|mime_type)$/, { beside: { "messages[]<user>.content[]<image_url>.image_url": picture } }],
  [
    /^messages\[\]<tool>.*<file>\.(?:prompt_cache_breakpoint|cache_control)/,
    {
      half: called,
      beside: { "messages[]<tool>": { tool_call_id: "call_x" }, "messages[]<tool>.content[]<file>": { file } },
    },
  ],
  [/<file>\.(?:prompt_cache_breakpoint|cache_control)/, { beside: { "messages[]<user>.content[]<file>": { file } } }],
  [
    /reasoning_details\[\]\.(?:text|signature)$/,
    {
      beside: {
        "messages[]<assistant>": { content: "so far" },
        "messages[]<assistant>.reasoning_details[]": { type: "reasoning.text", text: "Hm.", signature: "c2lnbmVk" },
      },
    },
  ],
];
