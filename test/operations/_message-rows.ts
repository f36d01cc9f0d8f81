import { hi, type Row } from "./_mend.ts";

export const call = { id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } } as const;
export const asks: { readonly role: "assistant"; readonly content: null; readonly tool_calls: readonly object[] } = {
  role: "assistant",
  content: null,
  tool_calls: [call],
};
export const answers = { role: "tool", tool_call_id: "call_1", content: "fine" } as const;
const pixel = "data:image/png;base64,iVBORw0KGgo=";
const picture = { type: "image_url", image_url: { url: pixel } } as const;
export const schema = { type: "object", properties: { path: { type: "string" } } } as const;
/** A row about one message, whose tool call and result stand before it where it needs them. */
const message = (name: string, given: object, wanted: object): Row => ({
  name,
  given: { messages: [given] },
  wanted: { messages: [wanted] },
});

/** Messages as clients send them, each named after the client or the entry of the leniency list it is for. */
export const messageRows: readonly Row[] = [
  // content
  message(
    "a single part instead of a list",
    { role: "user", content: { type: "text", text: "hi" } },
    { role: "user", content: [{ type: "text", text: "hi" }] },
  ),
  message(
    "texts in a list of parts",
    { role: "user", content: ["hi", { type: "text", text: "there" }] },
    {
      role: "user",
      content: [
        { type: "text", text: "hi" },
        { type: "text", text: "there" },
      ],
    },
  ),
  message(
    "Cursor: parts of the Responses API, with their marks for the cache",
    { role: "user", content: [{ type: "input_text", text: "hi", cache_control: { type: "ephemeral" } }] },
    { role: "user", content: [{ type: "text", text: "hi", cache_control: { type: "ephemeral" } }] },
  ),
  message(
    "Cursor: words of the model as the Responses API gave them",
    { role: "assistant", content: [{ type: "output_text", text: "Hello.", annotations: [{}], logprobs: [] }] },
    { role: "assistant", content: [{ type: "text", text: "Hello." }] },
  ),
  message(
    "Cursor: input_text in a system message",
    { role: "system", content: [{ type: "input_text", text: "Be brief." }] },
    { role: "system", content: [{ type: "text", text: "Be brief." }] },
  ),
  message(
    "image_url as a plain string",
    { role: "user", content: [{ type: "image_url", image_url: pixel }] },
    { role: "user", content: [picture] },
  ),
  message(
    "Cursor: input_image with a detail",
    { role: "user", content: [{ type: "input_image", image_url: pixel, detail: "low" }] },
    { role: "user", content: [{ type: "image_url", image_url: { url: pixel, detail: "low" } }] },
  ),
  message(
    "Cursor: input_image with the address in an object",
    { role: "user", content: [{ type: "input_image", image_url: { url: pixel } }] },
    { role: "user", content: [picture] },
  ),
  message(
    "Cursor: input_image by id",
    { role: "user", content: [{ type: "input_image", file_id: "file-1", image_url: null }] },
    { role: "user", content: [{ type: "file", file: { file_id: "file-1" } }] },
  ),
  message(
    "Cursor: input_file with bytes",
    {
      role: "user",
      content: [{ type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,AA==" }],
    },
    {
      role: "user",
      content: [{ type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AA==" } }],
    },
  ),
  message(
    "Cursor: input_file by address",
    { role: "user", content: [{ type: "input_file", file_url: "https://example.com/a.pdf" }] },
    { role: "user", content: [{ type: "file", file: { file_id: "https://example.com/a.pdf" } }] },
  ),
  message("content [] of the assistant", { role: "assistant", content: [] }, { role: "assistant", content: null }),
  {
    name: "content null of a tool",
    given: { messages: [hi, asks, { ...answers, content: null }] },
    wanted: { messages: [hi, asks, { ...answers, content: "" }] },
  },
  {
    name: "content [] of a tool",
    given: { messages: [hi, asks, { ...answers, content: [] }] },
    wanted: { messages: [hi, asks, { ...answers, content: "" }] },
  },
  {
    name: "one part as the content of a tool",
    given: { messages: [hi, asks, { ...answers, content: { type: "output_text", text: "fine" } }] },
    wanted: { messages: [hi, asks, { ...answers, content: [{ type: "text", text: "fine" }] }] },
  },
  {
    name: "pictures, sounds and files in what a tool returned, in the words of others",
    given: {
      messages: [
        hi,
        asks,
        {
          ...answers,
          content: [
            { type: "output_text", text: "a picture:" },
            { type: "input_image", image_url: pixel },
            { type: "input_file", file_url: "https://example.com/a.pdf" },
            picture,
          ],
        },
        hi,
      ],
    },
    wanted: {
      messages: [
        hi,
        asks,
        {
          ...answers,
          content: [
            { type: "text", text: "a picture:" },
            picture,
            { type: "file", file: { file_id: "https://example.com/a.pdf" } },
            picture,
          ],
        },
        hi,
      ],
    },
  },
  {
    name: "a picture as all the content of a tool",
    given: { messages: [hi, asks, { ...answers, content: { type: "image_url", image_url: pixel } }] },
    wanted: { messages: [hi, asks, { ...answers, content: [picture] }] },
  },
  // roles
  message("role model", { role: "model", content: "Hello." }, { role: "assistant", content: "Hello." }),
  message("roles in capitals", { role: "USER", content: "hi" }, { role: "user", content: "hi" }),
  message("a role with a capital", { role: "System", content: "Be brief." }, { role: "system", content: "Be brief." }),
  // calls
  message(
    "arguments as an object",
    { ...asks, tool_calls: [{ ...call, index: 0, function: { name: "f", arguments: { a: 1 } } }] },
    { ...asks, tool_calls: [{ ...call, index: 0 }] },
  ),
  message(
    "a call without a type",
    { ...asks, tool_calls: [{ id: "call_1", function: call.function }] },
    { ...asks, tool_calls: [call] },
  ),
  message(
    "a deprecated call with arguments as an object",
    { role: "assistant", content: null, function_call: { name: "f", arguments: { a: 1 } } },
    { role: "assistant", content: null, function_call: { name: "f", arguments: '{"a":1}' } },
  ),
  // Anthropic's blocks
  message(
    "Cursor: tool_use in a message of the assistant",
    {
      role: "assistant",
      content: [
        { type: "text", text: "Let me see." },
        { type: "tool_use", id: "call_1", name: "f", input: { a: 1 } },
      ],
    },
    { role: "assistant", content: [{ type: "text", text: "Let me see." }], tool_calls: [call] },
  ),
  message(
    "Cursor: tool_use alone, without input",
    { role: "assistant", content: [{ type: "tool_use", id: "call_1", name: "f" }] },
    { ...asks, tool_calls: [{ ...call, function: { name: "f", arguments: "{}" } }] },
  ),
  message(
    "Cursor: a call said twice",
    { ...asks, content: [{ type: "tool_use", id: "call_1", name: "f", input: { a: 1 } }] },
    asks,
  ),
  message(
    "Cursor: a second call in a block",
    { ...asks, content: [{ type: "tool_use", id: "call_2", name: "g", input: {} }] },
    { ...asks, tool_calls: [call, { ...call, id: "call_2", function: { name: "g", arguments: "{}" } }] },
  ),
  message(
    "Cursor: thinking blocks",
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm.", signature: "c2ln" },
        { type: "redacted_thinking", data: "eA==" },
        { type: "text", text: "Hello." },
      ],
    },
    {
      role: "assistant",
      content: [{ type: "text", text: "Hello." }],
      thinking_blocks: [
        { type: "thinking", thinking: "Hm.", signature: "c2ln" },
        { type: "redacted_thinking", data: "eA==" },
      ],
    },
  ),
  {
    name: "Cursor: tool_result in a message of the user, the user's own words after it",
    given: {
      messages: [
        hi,
        asks,
        {
          role: "user",
          content: [
            { type: "text", text: "go on" },
            { type: "tool_result", tool_use_id: "call_1", content: "fine", is_error: false },
          ],
        },
      ],
    },
    wanted: { messages: [hi, asks, answers, { role: "user", content: [{ type: "text", text: "go on" }] }] },
  },
  {
    name: "Cursor: tool_result that failed, with a mark for the cache",
    given: {
      messages: [
        hi,
        asks,
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "call_1",
              content: [{ type: "text", text: "fine" }],
              is_error: true,
              cache_control: { type: "ephemeral" },
            },
          ],
        },
      ],
    },
    wanted: {
      messages: [
        hi,
        asks,
        {
          ...answers,
          content: [{ type: "text", text: "fine" }],
          cache_control: { type: "ephemeral" },
          is_error: true,
        },
      ],
    },
  },
  {
    name: "Cursor: tool_result in a tool message",
    given: {
      messages: [
        hi,
        asks,
        {
          role: "tool",
          tool_call_id: "call_1",
          content: [{ type: "tool_result", tool_use_id: "call_1", content: "fine" }],
        },
      ],
    },
    wanted: { messages: [hi, asks, answers] },
  },
  {
    name: "Cursor: two results in a tool message without an id, words before them",
    given: {
      messages: [
        hi,
        { ...asks, tool_calls: [call, { ...call, id: "call_2" }] },
        {
          role: "tool",
          content: [
            { type: "text", text: "Results:" },
            { type: "tool_result", tool_use_id: "call_1", content: "fine" },
            { type: "tool_result", tool_use_id: "call_2" },
          ],
        },
      ],
    },
    wanted: {
      messages: [
        hi,
        { ...asks, tool_calls: [call, { ...call, id: "call_2" }] },
        {
          ...answers,
          content: [
            { type: "text", text: "Results:" },
            { type: "text", text: "fine" },
          ],
        },
        { ...answers, tool_call_id: "call_2", content: "" },
      ],
    },
  },
  {
    name: "Cursor: a tool_result with a picture of Anthropic's, after which the user speaks",
    given: {
      messages: [
        hi,
        asks,
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "call_1",
              content: [
                { type: "text", text: "fine" },
                { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } },
              ],
            },
            { type: "text", text: "What is it?" },
          ],
        },
      ],
    },
    wanted: {
      messages: [
        hi,
        asks,
        { ...answers, content: [{ type: "text", text: "fine" }, picture] },
        { role: "user", content: [{ type: "text", text: "What is it?" }] },
      ],
    },
  },
  message(
    "Cursor: a picture of Anthropic's by address",
    { role: "user", content: [{ type: "image", source: { type: "url", url: "https://example.com/a.png" } }] },
    { role: "user", content: [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }] },
  ),
];
