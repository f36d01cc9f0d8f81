import type { Field } from "../../scripts/spec/fields.ts";
import fc from "../_fc.ts";

/** A text no other place of a request says. */
const word = fc.stringMatching(/^[a-z]{4,10}$/);

/** Values by the path of their field; the first that fits. */
export type ValuesByPath = readonly (readonly [RegExp, fc.Arbitrary<unknown>])[];

/** Values that a schema alone does not describe: what a data URL, an id or JSON text looks like. */
const byPath: ValuesByPath = [
  [/image_url\.url$/, fc.base64String({ minLength: 4, maxLength: 40 }).map((data) => `data:image/png;base64,${data}`)],
  [/video_url\.url$/, fc.base64String({ minLength: 4, maxLength: 40 }).map((data) => `data:video/mp4;base64,${data}`)],
  [/_url\.(?:format|mime_type)$/, fc.constantFrom("image/webp", "image/png", "image/heic")],
  [/video_url\.detail$/, fc.constantFrom("low", "high")],
  [/(start|end)_offset$/, fc.nat({ max: 999 }).map((n) => `${n + 1}s`)],
  [/video_metadata$/, fc.nat({ max: 999 }).map((n) => ({ start_offset: `${n + 1}s` }))],
  [/^(?:reasoning\.effort|.*thinking_level)$/, fc.constantFrom("low", "medium", "high")],
  [/^reasoning$/, fc.constantFrom({ effort: "low" }, { effort: "high" }, { max_tokens: 4000 })],
  [/^reasoning\.exclude$|^include_reasoning$|include_thoughts$/, fc.constant(true)],
  [/^stream_options\.include_usage$/, fc.constant(true)],
  [/^thinking$/, fc.constantFrom({ type: "enabled" }, { type: "adaptive" }, { budget_tokens: 4000 })],
  [/^thinking\.type$/, fc.constantFrom("enabled", "adaptive", "disabled")],
  [/^thinking\.display$/, fc.constant("omitted")],
  [/thinking_config$/, fc.constantFrom({ thinking_budget: 4000 }, { include_thoughts: true })],
  [/safety_settings$/, category().map((one) => [{ category: one, threshold: "OFF" }])],
  [/safety_settings\[\]$/, category().map((one) => ({ category: one, threshold: "OFF" }))],
  [/safety_settings\[\]\.category$/, category()],
  [/\.threshold$/, fc.constantFrom("OFF", "BLOCK_NONE", "BLOCK_ONLY_HIGH")],
  [/\.method$/, fc.constantFrom("SEVERITY", "PROBABILITY")],
  [/^extra_body$/, category().map((one) => ({ google: { safety_settings: [{ category: one, threshold: "OFF" }] } }))],
  [/^(?:extra_body\.)?google$/, category().map((one) => ({ safety_settings: [{ category: one, threshold: "OFF" }] }))],
  [/google\.tools$/, serverTool().map((one) => [one])],
  [/google\.tools\[\]$/, serverTool()],
  [/google\.tools\[\]\.\w+$/, fc.constant({})],
  [/^web_search_options$/, fc.constantFrom({ search_context_size: "low" }, { search_context_size: "high" })],
  [/^audio$/, fc.constantFrom({ voice: "Kore", format: "pcm16" }, { voice: { id: "Puck" }, format: "wav" })],
  [/<assistant>\.reasoning_details$/, signature().map((data) => [{ type: "reasoning.encrypted", data }])],
  [/<assistant>\.thinking_blocks$/, signature().map((one) => [{ type: "thinking", signature: one }])],
  [/reasoning_details\[\]\.type$/, fc.constant("reasoning.encrypted")],
  [/reasoning_details\[\]\.data$|thinking_blocks\[\]\.signature$/, signature()],
  [/tool_calls.*provider_specific_fields$/, signature().map((one) => ({ thought_signature: one }))],
  [/input_audio\.data$/, fc.base64String({ minLength: 4, maxLength: 40 })],
  [/<file>\.file$/, fc.integer({ min: 0 }).map((n) => ({ file_id: `gs://bucket/file-${n}.pdf` }))],
  [
    /file\.file_data$/,
    fc.base64String({ minLength: 4, maxLength: 40 }).map((data) => `data:application/pdf;base64,${data}`),
  ],
  [/file\.file_id$/, fc.integer({ min: 0 }).map((n) => `gs://bucket/file-${n}.pdf`)],
  [/file\.filename$/, fc.constantFrom("a.pdf", "b.txt", "c.png")],
  [
    /(function|function_call)\.arguments$/,
    fc.dictionary(word, fc.integer(), { minKeys: 1, maxKeys: 3 }).map((o) => JSON.stringify(o)),
  ],
  [
    /(function|custom|function_call)\.name$|functions\[\]\.name$|<function>\.name$/,
    fc.constantFrom("look_up", "find", "do_it"),
  ],
  [/thought_signature$/, fc.base64String({ minLength: 8, maxLength: 24 })],
  [/\.parameters$|json_schema\.schema$|^guided_json$/, schema()],
  [/^structured_outputs$/, schema().map((json) => ({ json }))],
  [/<json_schema>\.json_schema$/, schema().map((one) => ({ name: "answer", schema: one }))],
  [
    /^messages$/,
    fc.array(
      word.map((content) => ({ role: "user", content })),
      { minLength: 1, maxLength: 3 },
    ),
  ],
  [
    /<assistant>\.tool_calls$/,
    word.map((city) => [
      { id: "call_x", type: "function", function: { name: "look_up", arguments: JSON.stringify({ city }) } },
    ]),
  ],
  [
    /allowed_tools\.tools$/,
    fc
      .constantFrom(1, 2)
      .map((n) =>
        [{ type: "function", function: { name: "look_up" } }].concat(
          n === 1 ? [] : [{ type: "function", function: { name: "find" } }],
        ),
      ),
  ],
  [
    /^logit_bias$/,
    fc.dictionary(fc.integer({ min: 0, max: 999 }).map(String), fc.integer({ min: -100, max: 100 }), { minKeys: 1 }),
  ],
  [
    /^prompt$/,
    fc.oneof(
      word,
      fc.array(word, { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 3 }),
    ),
  ],
  [/^input$/, fc.oneof(word, fc.tuple(word))],
  [/^task_?[tT]ype$/, fc.constantFrom("CLASSIFICATION", "FACT_VERIFICATION", "QUESTION_ANSWERING")],
  [/^input_type$/, fc.constantFrom("query", "passage", "classification")],
  [/^auto_?[tT]runcate$/, fc.constant(true)],
  [/^truncate$/, fc.constantFrom<unknown[]>(true, "END")],
  [/^stop$/, fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 4 }))],
];

function signature(): fc.Arbitrary<string> {
  return fc.base64String({ minLength: 8, maxLength: 24 });
}

function category(): fc.Arbitrary<string> {
  return fc.constantFrom("HARM_CATEGORY_HARASSMENT", "hate_speech", "HARM_CATEGORY_DANGEROUS_CONTENT");
}

/** What Google runs by itself; each is an empty object. */
function serverTool(): fc.Arbitrary<object> {
  return fc.constantFrom({ googleSearch: {} }, { codeExecution: {} }, { urlContext: {} });
}

function schema(): fc.Arbitrary<unknown> {
  return fc.uniqueArray(word, { minLength: 1, maxLength: 3 }).map((names) => ({
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
    required: names.slice(0, 1),
  }));
}

/** Which words and variants of a field to choose from, by their fate keys. */
export type Telling = (key: string) => boolean;

const all: Telling = () => true;

/**
 * Valid values of a field that ask for something: never null, empty or, where there is another, the default.
 *
 * @param own values of one dialect's own, which come first
 */
export function valuesOf(field: Field, telling: Telling = all, own: ValuesByPath = []): fc.Arbitrary<unknown> {
  const known = [...own, ...byPath].find(([pattern]) => pattern.test(field.path))?.[1];
  return known ?? bySchema(field, telling, own);
}

function bySchema(field: Field, telling: Telling, own: ValuesByPath): fc.Arbitrary<unknown> {
  const options: fc.Arbitrary<unknown>[] = [];
  const words = (field.values ?? []).filter((one) => telling(`${field.path}=${one}`));
  const unusual = words.filter((one) => one !== field.default);
  if (words.length > 0) options.push(fc.constantFrom(...(unusual.length > 0 ? unusual : words)));
  for (const [tag, one] of field.variants) if (telling(one.path)) options.push(withTag(field, tag, one, own));
  const rest = field.types.filter((type) => !(type === "string" && field.values) && !(type === "object" && field.tag));
  for (const type of rest) options.push(byType(type, field, telling, own));
  return options.length === 0 ? word : fc.oneof(...options);
}

function byType(type: string, field: Field, telling: Telling, own: ValuesByPath): fc.Arbitrary<unknown> {
  const { minimum, maximum } = field.schema;
  switch (type) {
    case "string":
      return word;
    case "boolean":
      return typeof field.default === "boolean" ? fc.constant(!field.default) : fc.boolean();
    case "integer":
      return fc
        .integer({ min: minimum ?? 1, max: Math.min(maximum ?? 100_000, 100_000) })
        .filter((n) => n !== 0 && n !== field.default);
    case "number":
      return fc
        .double({ min: minimum ?? 0, max: maximum ?? 2, noNaN: true })
        .filter((n) => n !== 0 && n !== field.default);
    case "array":
      return fc.array(field.items === undefined ? word : valuesOf(field.items, telling, own), {
        minLength: 1,
        maxLength: field.items?.types.includes("object") ? 1 : 3,
      });
    default:
      return objectOf(field, own);
  }
}

function withTag(field: Field, tag: string, variant: Field, own: ValuesByPath): fc.Arbitrary<unknown> {
  return objectOf(variant, own).map((object) => ({ [field.tag ?? "type"]: tag, ...object }));
}

/** An object with what it must have, and one more member if it would be empty otherwise. */
export function objectOf(field: Field, own: ValuesByPath = []): fc.Arbitrary<object> {
  const members = [...field.properties];
  const required = members.filter(([, member]) => member.required);
  const wanted = required.length > 0 ? required : members.slice(0, 1);
  if (wanted.length === 0 && !field.open && field.entries === undefined) return fc.constant({});
  const entry = field.entries === undefined ? fc.integer() : valuesOf(field.entries, all, own);
  if (wanted.length === 0) return fc.dictionary(word, entry, { minKeys: 1, maxKeys: 2 });
  return fc.record(Object.fromEntries(wanted.map(([name, member]) => [name, valuesOf(member, all, own)])));
}
