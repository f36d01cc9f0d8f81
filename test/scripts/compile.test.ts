import { describe, expect, test } from "vitest";
import type { Schema, Schemas } from "../../scripts/spec/schema.ts";
import { ref, validatorOf } from "./_spec.ts";

const text = { type: "string", description: "Words." };

const schemas: Schemas = {
  Request: {
    type: "object",
    required: ["messages"],
    properties: {
      messages: { type: "array", minItems: 1, items: ref("Message") },
      effort: { type: "string", enum: ["low", "high"] },
      audio: { anyOf: [ref("Audio"), { type: "null" }] },
      stop: {
        oneOf: [{ type: "string" }, { type: "array", maxItems: 2, items: { type: "string" } }, { type: "null" }],
      },
      choice: { oneOf: [{ type: "string", enum: ["auto", "none"] }, ref("Named")] },
      tokens: {
        oneOf: [
          { type: "string" },
          { type: "array", items: { type: "string" } },
          { type: "array", items: { type: "integer" } },
        ],
      },
      heat: { type: ["number", "null"], minimum: 0, maximum: 2 },
      anything: { description: "Any value." },
      labels: { type: "object", additionalProperties: { type: "string" } },
    },
  },
  Message: { oneOf: [ref("User"), ref("Tool")] },
  User: {
    type: "object",
    required: ["role", "content"],
    properties: {
      role: { type: "string", enum: ["user"] },
      content: { oneOf: [{ type: "string" }, { type: "array", minItems: 1, items: ref("Part") }] },
    },
  },
  Tool: {
    type: "object",
    required: ["role", "id"],
    properties: { role: { type: "string", enum: ["tool"] }, id: text },
  },
  Part: { oneOf: [ref("TextPart"), ref("ImagePart")] },
  TextPart: {
    type: "object",
    required: ["type", "text"],
    properties: { type: { type: "string", enum: ["text"] }, text },
  },
  ImagePart: {
    type: "object",
    required: ["type", "url"],
    properties: { type: { type: "string", enum: ["image"] }, url: text },
  },
  Audio: {
    type: "object",
    required: ["voice"],
    properties: { voice: { type: "string" }, next: { anyOf: [ref("Audio"), { type: "null" }] } },
  },
  Named: {
    type: "object",
    required: ["type", "name"],
    properties: { type: { type: "string", enum: ["function"] }, name: text },
  },
};

const user = { role: "user", content: "hello" };
const withPart = (part: unknown): unknown => ({ messages: [user, { role: "user", content: [part] }] });
const withField = (field: object): unknown => ({ messages: [user], ...field });

describe("a valid value passes", () => {
  test.each<[string, unknown]>([
    ["text content", { messages: [user] }],
    ["a list as content", withPart({ type: "text", text: "hi" })],
    ["another variant", { messages: [{ role: "tool", id: "1" }] }],
    ["null for an optional member", withField({ effort: null, audio: null, choice: null, labels: null, tokens: null })],
    ["a component that may be null", withField({ audio: { voice: "a", next: null } })],
    [
      "such a component within itself",
      withField({ audio: { voice: "a", next: { voice: "b", next: { voice: "c" } } } }),
    ],
    ["a word that is not in the list", withField({ effort: "extreme" })],
    ["a word of a union that is not in the list", withField({ choice: "sometimes" })],
    ["a named object in place of a word", withField({ choice: { type: "function", name: "f" } })],
    ["one stop text", withField({ stop: "end" })],
    ["several stop texts", withField({ stop: ["a", "b"] })],
    ["no stop text", withField({ stop: null })],
    ["a list of texts", withField({ tokens: ["a"] })],
    ["a list of numbers", withField({ tokens: [1, 2] })],
    ["members the spec does not know", withField({ top_k: 3 })],
    ["any value where any is allowed", withField({ anything: [{ a: 1 }] })],
  ])("%s", async (_name, value) => {
    const validate = await validatorOf(schemas, "Request", "received");
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
  });
});

describe("an invalid value has one exact error", () => {
  const roles = { tag: "role", allowed: ["user", "tool"] };
  const kinds = { tag: "type", allowed: ["text", "image"] };

  test.each<[string, unknown, string, string, Record<string, unknown>]>([
    ["no messages", {}, "", "required", { missingProperty: "messages" }],
    ["an empty list", { messages: [] }, "/messages", "minItems", { limit: 1 }],
    ["no list", { messages: "hello" }, "/messages", "type", { type: "array" }],
    ["a message that is no object", { messages: [5] }, "/messages/0", "type", { type: "object" }],
    ["a tag that is missing", { messages: [{}] }, "/messages/0", "tagged", { ...roles, value: undefined }],
    ["an unknown tag", { messages: [{ role: "robot" }] }, "/messages/0", "tagged", { ...roles, value: "robot" }],
    ["a tag of another type", { messages: [{ role: 1 }] }, "/messages/0", "tagged", { ...roles, value: 1 }],
    [
      "a tag that Object knows",
      { messages: [{ role: "toString" }] },
      "/messages/0",
      "tagged",
      { ...roles, value: "toString" },
    ],
    ["no content", { messages: [{ role: "user" }] }, "/messages/0", "required", { missingProperty: "content" }],
    [
      "a number as content",
      { messages: [{ ...user, content: 5 }] },
      "/messages/0/content",
      "type",
      { type: ["string", "array"] },
    ],
    [
      "an empty list as content",
      { messages: [{ ...user, content: [] }] },
      "/messages/0/content",
      "minItems",
      { limit: 1 },
    ],
    [
      "null as required content",
      { messages: [{ ...user, content: null }] },
      "/messages/0/content",
      "type",
      { type: ["string", "array"] },
    ],
    ["a part without tag", withPart({}), "/messages/1/content/0", "tagged", { ...kinds, value: undefined }],
    [
      "a part with an unknown tag",
      withPart({ type: "txt" }),
      "/messages/1/content/0",
      "tagged",
      { ...kinds, value: "txt" },
    ],
    [
      "a part without its text",
      withPart({ type: "text" }),
      "/messages/1/content/0",
      "required",
      { missingProperty: "text" },
    ],
    [
      "a number in a part",
      withPart({ type: "image", url: 1 }),
      "/messages/1/content/0/url",
      "type",
      { type: "string" },
    ],
    [
      "a nullable component without a member",
      withField({ audio: {} }),
      "/audio",
      "required",
      { missingProperty: "voice" },
    ],
    ["a text for a nullable component", withField({ audio: "a" }), "/audio", "type", { type: ["object", "null"] }],
    [
      "a mistake deep in a component within itself",
      withField({ audio: { voice: "a", next: { voice: 1 } } }),
      "/audio/next/voice",
      "type",
      { type: "string" },
    ],
    ["too many stop texts", withField({ stop: ["a", "b", "c"] }), "/stop", "maxItems", { limit: 2 }],
    ["a number among stop texts", withField({ stop: ["a", 2] }), "/stop/1", "type", { type: "string" }],
    [
      "a choice without name",
      withField({ choice: { type: "function" } }),
      "/choice",
      "required",
      { missingProperty: "name" },
    ],
    ["a number above the bound", withField({ heat: 3 }), "/heat", "maximum", { comparison: "<=", limit: 2 }],
    ["a text for a number", withField({ heat: "1" }), "/heat", "type", { type: ["number", "null"] }],
    ["a number in a map of texts", withField({ labels: { a: 1 } }), "/labels/a", "type", { type: "string" }],
  ])("%s", async (_name, value, instancePath, keyword, params) => {
    const validate = await validatorOf(schemas, "Request", "received");
    expect(validate(value)).toBe(false);
    expect(validate.errors).toEqual([expect.objectContaining({ instancePath, keyword, params })]);
  });
});

describe("a mode decides", () => {
  test.each<["exact" | "received" | "tolerant" | "closed", boolean, boolean, boolean, boolean]>([
    ["exact", false, false, false, true],
    ["received", false, true, true, true],
    ["tolerant", true, true, true, true],
    ["closed", false, false, false, false],
  ])("%s", async (mode, missing, word, nothing, unknown) => {
    const validate = await validatorOf(schemas, "Request", mode);
    expect(validate({}), "a missing member").toBe(missing);
    expect(validate(withField({ effort: "extreme" })), "a word outside of the list").toBe(word);
    expect(validate(withField({ heat: null })), "null where the spec says so").toBe(true);
    expect(validate(withField({ labels: null })), "null elsewhere").toBe(nothing);
    expect(validate(withField({ top_k: 1 })), "an unknown member").toBe(unknown);
  });

  test("closed names the member it refuses, also inside a variant", async () => {
    const validate = await validatorOf(schemas, "Request", "closed");
    expect(validate({ messages: [{ role: "tool", id: "1", nme: "f" }] })).toBe(false);
    expect(validate.errors).toEqual([
      expect.objectContaining({
        instancePath: "/messages/0",
        keyword: "additionalProperties",
        params: { additionalProperty: "nme" },
      }),
    ]);
  });

  test("exact names the words it would take", async () => {
    const validate = await validatorOf(schemas, "Request", "exact");
    expect(validate(withField({ effort: "extreme" }))).toBe(false);
    expect(validate.errors).toEqual([
      expect.objectContaining({ instancePath: "/effort", keyword: "enum", params: { allowedValues: ["low", "high"] } }),
    ]);
  });
});

describe("an answer that is read tolerantly", () => {
  test.each<[string, unknown, boolean]>([
    ["with a variant nobody knew", { messages: [{ role: "robot", sound: "beep" }] }, true],
    ["with a variant that does not say what it is", { messages: [{ id: "1" }] }, true],
    ["with a variant whose tag is null", { messages: [{ role: null, id: "1" }] }, true],
    ["with a wrong member in a variant it knows", { messages: [{ role: "tool", id: 1 }] }, false],
    ["with a variant that is no object", { messages: ["tool"] }, false],
    ["without what is required", {}, true],
  ])("%s", async (_name, value, valid) => {
    const validate = await validatorOf(schemas, "Request", "tolerant");
    expect(validate(value)).toBe(valid);
  });
});

describe("several lists in one place have the bounds that all of them have", () => {
  const listOf = (type: string, bounds: Schema): Schema => ({ type: "array", items: { type }, ...bounds });

  test.each<[string, Schema, Schema, unknown, boolean]>([
    ["a bound of one", { minItems: 1 }, {}, [], true],
    ["a bound of the other", {}, { minItems: 1 }, [], true],
    ["a bound of both", { minItems: 1 }, { minItems: 1 }, [], false],
    ["another bound each", { maxItems: 1 }, { maxItems: 2 }, ["a", "b", "c"], true],
    ["an item of neither", {}, {}, [true], false],
  ])("%s", async (_name, first, second, value, valid) => {
    const root = { oneOf: [listOf("string", first), listOf("integer", second)] };
    const validate = await validatorOf({ Root: root }, "Root", "exact");
    expect(validate(value)).toBe(valid);
  });
});

describe("an object without a tag", () => {
  const variant = (word: string, required: readonly string[]): Schema => ({
    type: "object",
    required: [...required],
    properties: { type: { type: ["string", "null"], enum: [word, null] }, [word]: text },
  });
  const own = variant("own", ["own"]);
  const bash = variant("bash", ["type"]);

  test.each<[string, readonly Schema[], object, boolean]>([
    ["is the variant that does not require it", [own, bash], { own: "a" }, true],
    ["is so too where the tag is null", [bash, own], { type: null, own: "a" }, true],
    ["must be right as that variant", [own, bash], {}, false],
    ["is none where all require it", [bash, variant("zsh", ["type"])], { bash: "a" }, false],
    ["is none where several do not", [own, variant("bash", [])], { own: "a" }, false],
  ])("%s", async (_name, oneOf, value, valid) => {
    const validate = await validatorOf({ Root: { oneOf: [...oneOf] } }, "Root", "closed");
    expect(validate(value), JSON.stringify(validate.errors)).toBe(valid);
  });
});

describe("a union cannot be compiled", () => {
  test("when no tag tells its objects apart", async () => {
    const a = { type: "object", properties: { a: text } };
    const b = { type: "object", properties: { b: text } };
    await expect(validatorOf({ Root: { oneOf: [a, b] } }, "Root", "exact")).rejects.toThrow("no common tag");
  });

  test("when two objects share the word of their tag", async () => {
    await expect(
      validatorOf({ ...schemas, Root: { oneOf: [ref("User"), ref("User")] } }, "Root", "exact"),
    ).rejects.toThrow('tag role does not tell "user" apart');
  });
});
