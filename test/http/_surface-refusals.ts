import { says } from "../_setup.ts";
import { completion, path, type Row, refusal, refusing, streamed } from "./_row.ts";

const hi = { model: "test-model", ...says("hi") };
const picture = (url: string): object => ({
  model: "test-model",
  messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
});
const place = "messages[0].content[0].image_url.url";

/** §3: what this gateway refuses by its own tables. What breaks the spec is in _malformed.ts, the rest in _by-upstream.ts. */
export const refusals: readonly Row[] = [
  {
    section: "3",
    rule: "parameter not for this model",
    routes: refusing,
    ask: { path, body: { ...hi, logit_bias: { 50256: 1 } } },
    status: 400,
    body: refusal(
      "Unsupported parameter: 'logit_bias' is not supported with this model: token ids differ between tokenizers.",
      "unsupported_parameter",
      "logit_bias",
    ),
  },
  {
    section: "3",
    rule: "value not for this model",
    routes: refusing,
    ask: { path, body: { ...hi, verbosity: "low" } },
    status: 400,
    body: refusal(
      "Unsupported value: 'verbosity' does not support 'low' with this model: Gemini has no such setting.",
      "unsupported_value",
      "verbosity",
    ),
  },
  {
    section: "3",
    rule: "unknown parameter",
    routes: refusing,
    ask: { path, body: { ...hi, foo: 1 } },
    status: 400,
    body: refusal("Unknown parameter: 'foo'.", "unknown_parameter", "foo"),
  },
  {
    section: "3",
    rule: "unknown parameter, nested",
    routes: refusing,
    ask: { path, body: { model: "test-model", messages: [{ role: "user", content: "hi", phase: "x" }] } },
    status: 400,
    body: refusal("Unknown parameter: 'messages[0].phase'.", "unknown_parameter", "messages[0].phase"),
  },
  {
    section: "3",
    rule: "json_object without the word json is not refused",
    ask: { path, body: { ...hi, response_format: { type: "json_object" } } },
    status: 200,
    body: completion,
  },
  {
    section: "3",
    rule: "image problems: its address",
    ask: { path, body: picture("ftp://example.com/a.png") },
    status: 400,
    body: refusal(
      `Invalid '${place}'. Expected a data URL, an https:// address or a gs:// address.`,
      "invalid_image_url",
      place,
    ),
  },
  {
    section: "3",
    rule: "image problems: its type cannot be told",
    ask: { path, body: picture("gs://bucket/picture") },
    status: 400,
    body: refusal(
      `The type of '${place}' cannot be told from its name. Use an extension or a data URL.`,
      "invalid_image_url",
      place,
    ),
  },
  {
    section: "3",
    rule: "image problems: its bytes",
    ask: { path, body: picture("data:image/png;base64,@@@@") },
    status: 400,
    body: refusal(`'${place}' is not valid base64.`, "invalid_base64", place),
  },
  {
    section: "3",
    rule: "image problems: its format",
    ask: { path, body: picture("data:image/gif;base64,R0lGODlhAQABAAAAACw=") },
    status: 400,
    body: refusal(
      `'${place}' is of type 'image/gif', which this model cannot read. Supported types are: 'image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'.`,
      "invalid_image_format",
      place,
    ),
  },
  {
    section: "3",
    rule: "policy is an answer that declines",
    ask: { path, body: hi },
    script: "answers: [{ blocked: PROHIBITED_CONTENT, text: No. }]",
    status: 200,
    body: { choices: [{ finish_reason: "content_filter" }] },
  },
  {
    section: "3",
    rule: "a refusal of a stream has its status",
    routes: refusing,
    ask: { path, body: { ...streamed, foo: 1 } },
    status: 400,
    headers: { "content-type": "application/json" },
    body: refusal("Unknown parameter: 'foo'.", "unknown_parameter", "foo"),
  },
];
