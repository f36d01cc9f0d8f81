import type { Spec } from "../../scripts/spec/schema.ts";
import { ref, specOf } from "./_spec.ts";

const body = (name: string): object => ({ content: { "application/json": { schema: ref(name) } } });

/** A small API with one of everything: variants, words, null, lists, a map, a component in itself. */
export const tiny: Spec = specOf(
  {
    Ask: {
      type: "object",
      required: ["model", "messages"],
      properties: {
        model: { type: "string" },
        messages: { type: "array", items: { oneOf: [ref("User"), ref("Tool")] } },
        effort: { type: ["string", "null"], enum: ["low", "high", null] },
        labels: { type: "object", additionalProperties: ref("Label") },
        filter: ref("Filter"),
      },
    },
    User: {
      type: "object",
      required: ["role", "content"],
      properties: {
        role: { type: "string", enum: ["user"] },
        content: { oneOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
        name: { type: "string" },
      },
    },
    Tool: {
      type: "object",
      required: ["role", "id"],
      properties: { role: { type: "string", enum: ["tool"] }, id: { type: "string" } },
    },
    Label: { type: "object", required: ["text"], properties: { text: { type: "string" } } },
    Filter: {
      type: "object",
      properties: { kind: { type: "string", enum: ["and", "or"] }, filters: { type: "array", items: ref("Filter") } },
    },
    Answer: {
      type: "object",
      required: ["id"],
      properties: { id: { type: "string" }, state: { type: "string", enum: ["done", "cut"] } },
    },
  },
  { "/ask": { post: { operationId: "ask", requestBody: body("Ask"), responses: { 200: body("Answer") } } } },
);

/** The same as an SDK would declare it. */
export const tinyDeclarations = `
type Role = "user" | "tool";
interface Base<R extends Role> { role: R }
interface User extends Base<"user"> { content: string | Array<string>; name?: string }
type Tool = Base<"tool"> & { id: string };
interface Filter { kind?: "and" | "or"; filters?: Array<Filter> }
export interface AskParams {
  model: (string & {}) | "newest";
  messages: Array<User | Tool>;
  effort?: "low" | "high" | null;
  labels?: Record<string, AskParams.Label>;
  filter?: Filter;
}
export declare namespace AskParams { interface Label { text: string } }
export declare class Answer { id: string; state?: "done" | "cut"; retry(): void }
`;

const word = (...values: string[]): object => ({ type: "string", enum: values });

/** The same as JSON Schema, made of other pieces. */
export const tinyJsonSchema: object = {
  $ref: "#/definitions/TheAsk",
  definitions: {
    TheAsk: {
      allOf: [
        { type: "object", properties: { model: { type: "string" } }, required: ["model"] },
        {
          type: "object",
          required: ["messages"],
          properties: {
            messages: { type: "array", items: { anyOf: [{ $ref: "#/definitions/U" }, { $ref: "#/definitions/T" }] } },
            effort: { anyOf: [word("low", "high"), { type: "null" }] },
            labels: {
              type: "object",
              additionalProperties: { type: "object", required: ["text"], properties: { text: { type: "string" } } },
            },
            filter: { $ref: "#/definitions/F" },
          },
        },
      ],
    },
    U: {
      type: "object",
      required: ["role", "content"],
      properties: {
        role: { type: "string", const: "user" },
        content: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
        name: { type: "string" },
      },
    },
    T: {
      type: "object",
      required: ["role", "id"],
      properties: { role: { type: "string", const: "tool" }, id: { type: "string" } },
    },
    F: {
      type: "object",
      properties: { kind: word("and", "or"), filters: { type: "array", items: { $ref: "#/definitions/F" } } },
    },
    TheAnswer: {
      type: "object",
      required: ["id"],
      properties: { id: { type: "string" }, state: word("done", "cut") },
    },
  },
};
