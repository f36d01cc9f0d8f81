import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compareSpec } from "../../scripts/spec/check/compare-spec.ts";
import { rawOf } from "../../scripts/spec/readers/json.ts";
import { toOutline } from "../../scripts/spec/readers/read.ts";
import { readSdkTypes } from "../../scripts/spec/readers/sdk.ts";
import { temporaryFolder } from "./_spec.ts";

/** Writes declarations into a folder of their own; the paths of the files. */
function filesOf(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  return Object.entries(files).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
}

/** A schema with the definitions it refers to put in; a definition inside itself stays a reference. */
function inlined(
  value: unknown,
  definitions: Readonly<Record<string, unknown>>,
  above: readonly string[] = [],
): unknown {
  if (Array.isArray(value)) return value.map((one) => inlined(one, definitions, above));
  if (typeof value !== "object" || value === null) return value;
  const ref = rawOf(value)["$ref"];
  if (typeof ref === "string") {
    const name = decodeURIComponent(ref.replace("#/definitions/", ""));
    return above.includes(name) ? "again" : inlined(definitions[name], definitions, [...above, name]);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inlined(one, definitions, above)]));
}

/** What a type of the first file reads as. */
function schemaOf(name: string, files: readonly string[]): unknown {
  const [first = ""] = files;
  const { document } = readSdkTypes({ name: "sdk", files: [first], wanted: [name] });
  const definitions = rawOf(document.raw["definitions"]);
  return inlined(definitions[name], definitions);
}

const object = (properties: object, required: readonly string[] = [], more: object = {}): object => ({
  type: "object",
  properties,
  required,
  ...more,
});
const text = { type: "string" };
const number = { type: "number" };
const nothing = { type: "null" };

describe("a type reads as the schema of its JSON:", () => {
  test.each<[string, string, unknown]>([
    ["text", "type T = string", text],
    ["a number", "type T = number", number],
    ["a truth value", "type T = boolean", { type: "boolean" }],
    ["one truth value", "type T = true", { type: "boolean" }],
    ["null", "type T = null", nothing],
    ["one word", "type T = 'a'", { type: "string", enum: ["a"] }],
    ["words", "type T = 'a' | 'b'", { type: "string", enum: ["a", "b"] }],
    ["words or null", "type T = 'a' | null | 'b'", { anyOf: [{ type: "string", enum: ["a", "b"] }, nothing] }],
    ["words that are left open", "type T = 'a' | (string & {})", text],
    ["words beside any text", "type W = 'a'; type T = W | string", text],
    ["text by a template", "type T = `run_${string}`", text],
    ["an enum of words", "enum E { A = 'a', B = 'b' } type T = E", { type: "string", enum: ["a", "b"] }],
    ["anything", "type T = unknown", {}],
    ["an object of any kind", "type T = object", { type: "object" }],
    ["a moment", "type T = Date", text],
    ["bytes", "type T = Uint8Array", text],
    ["any JSON", "type T = null | string | T[] | { [key: string]: T }", {}],
    [
      "any JSON that may be absent",
      "type J = null | string | J[] | { [key: string]: J }; interface T { a: J | undefined }",
      object({ a: {} }, ["a"]),
    ],
    [
      "a union with what is the SDK's own",
      "type T = { a: string } | { a?: never; $unknown: [string, any] }",
      {
        anyOf: [object({ a: text }, ["a"]), object({})],
      },
    ],
    [
      "an error",
      "interface T extends Error { code?: number; $fault: 'client' }",
      object({ code: number, message: text }, ["message"]),
    ],
    ["a list", "type T = Array<string>", { type: "array", items: text }],
    ["a list that is not to be changed", "type T = readonly number[]", { type: "array", items: number }],
    ["a pair", "type T = [string, number]", { type: "array", items: { anyOf: [text, number] } }],
    ["lists of lists", "type T = Array<Array<number>>", { type: "array", items: { type: "array", items: number } }],
    ["a map", "type T = Record<string, number>", object({}, [], { additionalProperties: number })],
    ["a map of anything", "type T = { [key: string]: unknown }", object({}, [], { additionalProperties: true })],
    ["a map with named members", "type T = Record<'a' | 'b', string>", object({ a: text, b: text }, ["a", "b"])],
    ["an object without members", "interface T {}", object({})],
    ["members that may be absent", "interface T { a?: string; b: number }", object({ a: text, b: number }, ["b"])],
    [
      "members that may be undefined",
      "interface T { a: string | undefined; b?: string | null }",
      object({ a: text, b: { anyOf: [nothing, text] } }, ["a"]),
    ],
    ["a member that must be absent", "interface T { a?: never; b: string }", object({ b: text }, ["b"])],
    [
      "what extends another",
      "interface A { a: string } interface T extends A { b?: number }",
      object({ b: number, a: text }, ["a"]),
    ],
    ["an intersection", "type T = { a: string } & { b?: number }", object({ a: text, b: number }, ["a"])],
    ["Omit", "interface A { a: string; b: number } type T = Omit<A, 'a'>", object({ b: number }, ["b"])],
    ["Pick", "interface A { a: string; b?: number } type T = Pick<A, 'b'>", object({ b: number })],
    ["Partial", "type T = Partial<{ a: string }>", object({ a: text })],
    ["Required", "type T = Required<{ a?: string }>", object({ a: text }, ["a"])],
    [
      "a generic",
      "interface Page<I> { data: I[] } type T = Page<string>",
      object({ data: { type: "array", items: text } }, ["data"]),
    ],
    ["a generic on its own", "interface T<I extends string> { item: I }", object({ item: text }, ["item"])],
    ["a member's type by its name", "interface A { a: 'x' } type T = A['a']", { type: "string", enum: ["x"] }],
    ["the words of another type", "type T = keyof { a: 1; b: 2 }", { type: "string", enum: ["a", "b"] }],
    ["objects or text", "type T = string | { a: string }", { anyOf: [text, object({ a: text }, ["a"])] }],
    [
      "a class without its methods and hidden members",
      "declare class T { #own; private secret: string; protected half: string; static all: string; id: string; run(): void; get(): string }",
      object({ id: text }, ["id"]),
    ],
    [
      "members that are functions",
      "interface T { run: () => void; stop?(): void; a: string }",
      object({ a: text }, ["a"]),
    ],
    ["members under a symbol", "interface T { [Symbol.iterator]: string; a: string }", object({ a: text }, ["a"])],
    ["itself inside", "interface T { a?: T; b?: T[] }", object({ a: "again", b: { type: "array", items: "again" } })],
  ])("%s", (_name, declarations, expected) => {
    const [one = ""] = filesOf({ "types.d.ts": `${declarations}; export { T };` });
    expect(schemaOf("T", [one])).toEqual(expected);
  });
});

describe("a type is found", () => {
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ["by its name", "T", { "a.d.ts": "export interface T { a: string }" }],
    [
      "in a namespace",
      "Outer.Inner.T",
      { "a.d.ts": "export declare namespace Outer { namespace Inner { interface T { a: string } } }" },
    ],
    [
      "in a namespace of the same name as a type",
      "Outer.T",
      {
        "a.d.ts": "export interface Outer { t: Outer.T } export declare namespace Outer { interface T { a: string } }",
      },
    ],
    ["behind export *", "T", { "a.d.ts": "export * from './b.js'", "b.d.ts": "export interface T { a: string }" }],
    [
      "under another name",
      "T",
      { "a.d.ts": "export { type B as T } from './b.js'", "b.d.ts": "export interface B { a: string }" },
    ],
    [
      "behind an import",
      "N.T",
      {
        "a.d.ts":
          "import * as API from './b.js'; export declare namespace N { export { type B as T } from './b.js'; export type T = API.B; }",
        "b.d.ts": "export interface B { a: string }",
      },
    ],
    [
      "as default's member",
      "T",
      { "a.d.ts": "import { B } from './b.js'; export type T = B", "b.d.ts": "export interface B { a: string }" },
    ],
    ["in a file that exports nothing", "T", { "a.d.ts": "interface T { a: string }" }],
  ])("%s", (_name, wanted, files) => {
    expect(schemaOf(wanted, filesOf(files))).toEqual(object({ a: text }, ["a"]));
  });

  test("or left out", () => {
    const files = filesOf({ "a.d.ts": "export interface T { a: string } export declare const value: string;" });
    const { document } = readSdkTypes({ name: "sdk", files, wanted: ["T", "U", "T.V", "value"] });
    expect(Object.keys(rawOf(document.raw["definitions"]))).not.toContain("U");
    expect(rawOf(document.raw["definitions"])["T.V"]).toBeUndefined();
    expect(rawOf(document.raw["definitions"])["value"]).toBeUndefined();
  });
});

describe("declarations that cannot be read are refused", () => {
  test("with the line of the mistake", () => {
    const files = filesOf({ "a.d.ts": "export interface A {}\nexport interface {" });
    expect(() => readSdkTypes({ name: "sdk", files, wanted: ["A"] })).toThrow(
      /a\.d\.ts:2: Declaration or statement expected/,
    );
  });

  test("where there is no file", () => {
    expect(() => readSdkTypes({ name: "sdk", files: ["/nowhere.d.ts"], wanted: [] })).toThrow(
      "/nowhere.d.ts cannot be read",
    );
  });
});

describe("types of an SDK", () => {
  const ours = toOutline("ours", {
    openapi: "3.1.0",
    components: {
      schemas: {
        Ask: {
          type: "object",
          required: ["messages"],
          properties: {
            messages: {
              type: "array",
              minItems: 1,
              items: { oneOf: [{ $ref: "#/components/schemas/User" }, { $ref: "#/components/schemas/Tool" }] },
            },
            n: { type: ["integer", "null"], default: 1, minimum: 1 },
            mode: { type: "string", enum: ["fast", "good"] },
          },
        },
        User: {
          type: "object",
          required: ["role"],
          properties: { role: { type: "string", enum: ["user"] }, name: { type: "string" } },
        },
        Tool: {
          type: "object",
          required: ["role", "id"],
          properties: { role: { type: "string", enum: ["tool"] }, id: { type: "string" } },
        },
      },
    },
  });

  const differencesTo = (declarations: string): readonly string[] => {
    const files = filesOf({ "a.d.ts": declarations });
    const types = readSdkTypes({ name: "sdk", files, wanted: ["AskParams"] });
    const { differences, idle } = compareSpec(ours, [types], new Map([["AskParams", "Ask"]]));
    expect(idle).toEqual([]);
    return differences.map(({ path, kind }) => `${kind} ${path}`);
  };
  const messages = "interface User { role: 'user'; name?: string } interface Tool { role: 'tool'; id: string }";

  test("are not asked for bounds, defaults and whole numbers, which they do not know", () => {
    expect(
      differencesTo(
        `${messages} export interface AskParams { messages: Array<User | Tool>; n?: number | null; mode?: 'fast' | 'good' }`,
      ),
    ).toEqual([]);
  });

  test("show members, words, null and what is required", () => {
    expect(
      differencesTo(
        `${messages} export interface AskParams { messages?: Array<User | Tool>; n?: number; mode?: 'fast' | 'best'; shiny: boolean }`,
      ),
    ).toEqual([
      "required Ask.messages",
      "null Ask.n",
      "added Ask.mode=best",
      "removed Ask.mode=good",
      "added Ask.shiny",
    ]);
  });

  test("show members of one variant", () => {
    expect(
      differencesTo(
        "interface User { role: 'user' } interface Tool { role: 'tool'; id: string; extra?: string } export interface AskParams { messages: Array<User | Tool>; n?: number | null; mode?: 'fast' | 'good' }",
      ),
    ).toEqual(["removed Ask.messages[]<user>.name", "added Ask.messages[]<tool>.extra"]);
  });
});
