import { describe, expect, test } from "vitest";
import { compareSpec } from "../../scripts/spec/check/compare-spec.ts";
import { describe as describeOutline } from "../../scripts/spec/readers/description.ts";
import { toOutline, toOutlines } from "../../scripts/spec/readers/read.ts";

const needed = { options: { "(google.api.field_behavior)": "REQUIRED" } };

const messages = {
  AskRequest: {
    fields: {
      model: { type: "string", id: 1, ...needed },
      contents: { rule: "repeated", type: "Content", id: 2, ...needed },
      labels: { keyType: "string", type: "string", id: 3 },
      settings: { type: "google.protobuf.Struct", id: 4 },
      anything: { type: "google.protobuf.Value", id: 5 },
    },
  },
  Content: {
    fields: {
      role: { type: "Role", id: 1 },
      size: { type: "int64", id: 2 },
      count: { type: "int32", id: 3 },
      heat: { type: "double", id: 4 },
      data: { type: "bytes", id: 5 },
      when: { type: "google.protobuf.Timestamp", id: 6 },
      done: { type: "bool", id: 7 },
      inner: { rule: "repeated", type: "Content", id: 8 },
      detail: { type: "Detail", id: 9 },
    },
    nested: {
      Role: { values: { USER: 0, MODEL: 1 } },
      Detail: { fields: { level: { type: "Role", id: 1 } } },
    },
  },
  AskResponse: { fields: { content: { type: "Content", id: 1 } } },
};

const rule = (http: object): object => ({ parsedOptions: [{ "(google.api.http)": http }] });

const methods = {
  Ask: {
    requestType: "AskRequest",
    responseType: "AskResponse",
    ...rule({
      post: "/v1/{model=projects/*/models/*}:ask",
      body: "*",
      additional_bindings: [{ post: "/v1/{model=endpoints/*}:ask", body: "*" }],
    }),
  },
  StreamAsk: {
    requestType: "AskRequest",
    responseType: "AskResponse",
    responseStream: true,
    ...rule({ post: "/v1/{model=projects/*/models/*}:streamAsk", body: "*" }),
  },
  Raw: {
    requestType: "AskRequest",
    responseType: "google.api.HttpBody",
    ...rule({
      get: "/v1/{model=projects/*/models/*}:raw",
      additional_bindings: { get: "/v1/{model=endpoints/**}:raw" },
    }),
  },
  Inner: { requestType: "AskRequest", responseType: "AskResponse" },
};

const protos = {
  nested: {
    google: { nested: { api: { nested: { HttpBody: { fields: { data: { type: "bytes", id: 1 } } } } } } },
    acme: { nested: { v1: { nested: { ...messages, Asking: { methods } } }, v2: { nested: messages } } },
  },
};

const [outline = toOutline("none", { openapi: "3.1.0" }), ...others] = toOutlines("protos.json", protos);

describe("protos", () => {
  test("are one description for each namespace with services", () => {
    expect(outline).toMatchObject({ name: "protos.json", format: "protos" });
    expect(others).toEqual([]);
  });

  test("have an operation for each path of a method", () => {
    expect(outline.operations.map(({ id, method, path }) => `${id} ${method} ${path}`)).toEqual([
      "Ask post /v1/projects/{}/models/{}:ask",
      "Ask post /v1/endpoints/{}:ask",
      "StreamAsk post /v1/projects/{}/models/{}:streamAsk",
      "Raw get /v1/projects/{}/models/{}:raw",
      "Raw get /v1/endpoints/{}:raw",
    ]);
  });

  test("give an operation the parts it has", () => {
    const parts = outline.operations.map((operation) => [...operation.parts.keys()].join(" "));
    expect(parts).toEqual(["request response", "request response", "request response stream", "response", "response"]);
  });

  test("read as the JSON they become; what the path carries is not in the body", () => {
    const [ask] = outline.operations;
    expect(ask?.parts.get("request")).toEqual({
      type: "object",
      required: ["contents"],
      properties: {
        contents: { type: "array", items: { $ref: "#/components/schemas/acme.v1.Content" } },
        labels: { type: "object", additionalProperties: { type: "string" } },
        settings: { type: "object", additionalProperties: true },
        anything: {},
      },
    });
    const { schemas } = describeOutline(outline, { operations: outline.operations, components: [] });
    expect(schemas["acme.v1.Content"]).toEqual({
      type: "object",
      required: [],
      properties: {
        role: { $ref: "#/components/schemas/acme.v1.Content.Role" },
        size: { type: "string" },
        count: { type: "integer" },
        heat: { type: "number" },
        data: { type: "string" },
        when: { type: "string" },
        done: { type: "boolean" },
        inner: { type: "array", items: { $ref: "#/components/schemas/acme.v1.Content" } },
        detail: { $ref: "#/components/schemas/acme.v1.Content.Detail" },
      },
    });
    expect(schemas["acme.v1.Content.Role"]).toEqual({ type: "string", enum: ["USER", "MODEL"] });
  });

  test("are compared like any other description", () => {
    const body = (schema: object): object => ({ content: { "application/json": { schema } } });
    const role = { type: "string", enum: ["USER"] };
    const ours = toOutline("ours", {
      openapi: "3.1.0",
      paths: {
        "/{version}/projects/{p}/models/{m}:ask": {
          post: {
            operationId: "ask",
            requestBody: body({
              type: "object",
              required: ["contents"],
              properties: {
                contents: { type: "array", items: { type: "object", properties: { role } } },
                labels: { type: "object", additionalProperties: { type: "string" } },
                settings: { type: "object", additionalProperties: true },
                extra: { type: "string" },
              },
            }),
          },
        },
      },
    });
    const { differences } = compareSpec(ours, [outline], new Map());
    expect(differences.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      "added ask/response",
      "added ask/request.contents[].role=MODEL",
      ...["size", "count", "heat", "data", "when", "done", "inner", "detail"].map(
        (name) => `added ask/request.contents[].${name}`,
      ),
      "removed ask/request.extra",
      "added ask/request.anything",
    ]);
  });
});
