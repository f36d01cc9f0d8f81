import type { Schema } from "../schema.ts";
import type { Outline } from "./description.ts";
import { type Document, toSchema } from "./dialects.ts";
import { deref, isRaw, listOf, type Raw, rawOf } from "./json.ts";
import type { Operation, PartName } from "./operation.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch"] as const;

/** Reads an OpenAPI document, 3.0 or 3.1. Fake paths with a query (`/responses?beta=true`) are left out. */
export function readOpenApi(name: string, raw: Raw): Outline {
  const document: Document = { raw, section: "components/schemas" };
  const paths = Object.entries(rawOf(raw["paths"])).filter(([path]) => !path.includes("?"));
  const operations = paths.flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = rawOf(item)[method];
      return isRaw(operation) ? [toOperation(path, method, operation, rawOf(item), document)] : [];
    }),
  );
  return { name, format: "openapi", document, operations, rootNames: [] };
}

function toOperation(path: string, method: string, raw: Raw, item: Raw, document: Document): Operation {
  const id = typeof raw["operationId"] === "string" ? raw["operationId"] : `${method} ${path}`;
  const parts = new Map<PartName, Schema>();
  const add = (part: PartName, schema: unknown): void => {
    if (schema !== undefined) parts.set(part, toSchema(schema, document, ""));
  };
  const parameters = [...listOf(item["parameters"]), ...listOf(raw["parameters"])].map((p) => deref(document.raw, p));
  add("query", parametersIn("query", parameters));
  add("header", parametersIn("header", parameters));
  add("request", jsonOf(deref(document.raw, raw["requestBody"])));
  const success = responseOf(raw, /^(2\d\d|2XX)$/, document);
  const stream = streamOf(success) ?? rawOf(raw["x-specgate-stream"])["$ref"];
  const chunk = typeof stream === "string" ? { $ref: stream } : stream;
  // Ours gives a 200 one media type; where upstream names the stream alone, its events are the answer.
  add("response", jsonOf(success) ?? chunk);
  add("stream", chunk);
  add("error", jsonOf(responseOf(raw, /^(default|[45](\d\d|XX))$/, document)));
  return { id, method, path, parts };
}

/** Parameters of one kind as one object. */
function parametersIn(place: string, parameters: readonly Raw[]): unknown {
  const chosen = parameters.filter((parameter) => parameter["in"] === place);
  if (chosen.length === 0) return undefined;
  const named = chosen.map((parameter) => ({ parameter, name: String(parameter["name"]) }));
  const properties = named.map(({ parameter, name }) => [keyOf(place, name), parameter["schema"] ?? true]);
  const required = named.filter(({ parameter }) => parameter["required"] === true);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: required.map(({ name }) => keyOf(place, name)),
  };
}

const keyOf = (place: string, name: string): string => (place === "header" ? name.toLowerCase() : name);

/** The first response whose status fits. */
function responseOf(operation: Raw, status: RegExp, document: Document): Raw {
  const codes = Object.keys(rawOf(operation["responses"])).filter((code) => status.test(code));
  // `default` speaks of all errors, a code of one.
  const code = codes.includes("default") ? "default" : codes[0];
  return code === undefined ? {} : deref(document.raw, rawOf(operation["responses"])[code]);
}

function jsonOf(body: Raw): unknown {
  const content = Object.entries(rawOf(body["content"])).find(([type]) => /json|\*\/\*/.test(type));
  return rawOf(content?.[1])["schema"];
}

function streamOf(body: Raw): unknown {
  return rawOf(rawOf(body["content"])["text/event-stream"])["schema"];
}
