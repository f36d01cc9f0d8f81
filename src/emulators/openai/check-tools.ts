import { isObject, type JsonObject } from "../json.ts";
import type { Rule } from "./personality.ts";
import { badRequest, type Problem } from "./problem.ts";
import { sayTooLong } from "./say.ts";
import { texts } from "./texts.ts";
import type { ChatRequest } from "./types.ts";

const maxTools = 128;
const maxName = 64;

/** OpenAI's rules about tools, functions and schemas. */
export const toolRules: readonly Rule<ChatRequest>[] = [
  ({ tools }) => (tools?.length === 0 ? badRequest(texts.empty("tools", "array"), "tools", "empty_array") : undefined),
  ({ tools }) => (tools && tools.length > maxTools ? sayTooLong("tools", "array", maxTools, tools.length) : undefined),
  ({ tools, functions }) => (tools && functions ? badRequest(texts.toolsAndFunctions(), "functions") : undefined),
  onlyWith("tool_choice", "tools"),
  onlyWith("parallel_tool_calls", "tools"),
  onlyWith("function_call", "functions"),
  (request) => first(namedIn(request), ({ name, param }) => wrongName(name, param)),
  unknownChoice,
  (request) => first(declaredIn(request), wrongParameters),
  ({ response_format: format }) => {
    if (format?.type !== "json_schema") return undefined;
    const { name, schema, strict } = format.json_schema;
    const owner = `response_format '${name}'`;
    const problem = wrongName(name, "response_format.json_schema.name");
    if (problem !== undefined || schema === undefined || schema === null) return problem;
    const wrong = wrongRoot(schema) ?? (strict === true ? notStrict(schema, []) : undefined);
    return wrong === undefined ? undefined : badRequest(texts.schema(owner, wrong), "response_format");
  },
];

function onlyWith(
  param: "tool_choice" | "parallel_tool_calls" | "function_call",
  other: "tools" | "functions",
): Rule<ChatRequest> {
  return (request) =>
    (request[param] ?? undefined) !== undefined && !request[other]
      ? badRequest(texts.onlyWith(param, other), param)
      : undefined;
}

interface Declared {
  readonly name: string;
  readonly param: string;
  readonly schema: JsonObject | null | undefined;
  readonly strict: boolean;
}

/** The functions of a request, in either form. */
function declaredIn({ tools, functions }: ChatRequest): readonly Declared[] {
  const newer = (tools ?? []).flatMap((tool, at): Declared[] =>
    tool.type === "function"
      ? [
          {
            name: tool.function.name,
            param: `tools[${at}].function`,
            schema: tool.function.parameters,
            strict: tool.function.strict === true,
          },
        ]
      : [],
  );
  const older = (functions ?? []).map(
    ({ name, parameters }, at): Declared => ({ name, param: `functions[${at}]`, schema: parameters, strict: false }),
  );
  return [...newer, ...older];
}

function namedIn(request: ChatRequest): readonly { readonly name: string; readonly param: string }[] {
  const custom = (request.tools ?? []).flatMap((tool, at) =>
    tool.type === "custom" ? [{ name: tool.custom.name, param: `tools[${at}].custom.name` }] : [],
  );
  return [...declaredIn(request).map(({ name, param }) => ({ name, param: `${param}.name` })), ...custom];
}

function wrongName(name: string, param: string): Problem | undefined {
  if (name.length > maxName) return sayTooLong(param, "string", maxName, name.length);
  return /^[a-zA-Z0-9_-]+$/.test(name) ? undefined : badRequest(texts.namePattern(param), param, "invalid_value");
}

/** A forced tool that is not declared. */
function unknownChoice(request: ChatRequest): Problem | undefined {
  const { tool_choice: choice, function_call: call } = request;
  const named = namedIn(request).map(({ name }) => name);
  const wanted =
    isObject(call) && typeof call["name"] === "string"
      ? call["name"]
      : typeof choice !== "object" || choice === null
        ? undefined
        : choice.type === "function"
          ? choice.function.name
          : choice.type === "custom"
            ? choice.custom.name
            : undefined;
  if (wanted === undefined || named.includes(wanted)) return undefined;
  return badRequest(texts.toolNotFound(wanted), call ? "function_call" : "tool_choice");
}

function wrongParameters({ name, param, schema, strict }: Declared): Problem | undefined {
  if (schema === undefined || schema === null) return undefined;
  const wrong = wrongRoot(schema) ?? missingItems(schema, []) ?? (strict ? notStrict(schema, []) : undefined);
  return wrong === undefined
    ? undefined
    : badRequest(texts.schema(`function '${name}'`, wrong), `${param}.parameters`, "invalid_function_parameters");
}

/** Only objects can be arguments or structured output. An empty schema is one without members. */
function wrongRoot(schema: JsonObject): string | undefined {
  if (Object.keys(schema).length === 0 || schema["type"] === "object" || "$ref" in schema) return undefined;
  return texts.notObject(typeof schema["type"] === "string" ? schema["type"] : "None");
}

const missingItems = (schema: JsonObject, path: readonly string[]): string | undefined =>
  schema["type"] === "array" && !("items" in schema)
    ? texts.noItems(contextOf(path))
    : below(schema, path, missingItems);

/** What strict mode wants of every object: no further members, and each one required. */
function notStrict(schema: JsonObject, path: readonly string[]): string | undefined {
  if (isObject(schema["properties"]) || schema["type"] === "object") {
    const required: readonly unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
    const properties = isObject(schema["properties"]) ? Object.keys(schema["properties"]) : [];
    if (schema["additionalProperties"] !== false) return texts.closed(contextOf(path));
    const missing = properties.find((name) => !required.includes(name));
    if (missing !== undefined) return texts.allRequired(contextOf(path), missing);
  }
  return below(schema, path, notStrict);
}

/** `'properties', 'city'` */
const contextOf = (path: readonly string[]): string =>
  path.length === 1 ? `'${path[0]}',` : path.map((step) => `'${step}'`).join(", ");

function below(
  schema: JsonObject,
  path: readonly string[],
  look: (schema: JsonObject, path: readonly string[]) => string | undefined,
): string | undefined {
  const named = ["properties", "$defs"].flatMap((key) =>
    isObject(schema[key]) ? Object.entries(schema[key]).map(([name, one]) => [[...path, key, name], one] as const) : [],
  );
  const listed = ["anyOf", "allOf", "oneOf"].flatMap((key) =>
    Array.isArray(schema[key]) ? schema[key].map((one, at) => [[...path, key, String(at)], one] as const) : [],
  );
  const items = isObject(schema["items"]) ? [[[...path, "items"], schema["items"]] as const] : [];
  return first([...named, ...listed, ...items], ([at, one]) => (isObject(one) ? look(one, at) : undefined));
}

function first<T, R>(list: readonly T[], look: (one: T) => R | undefined): R | undefined {
  for (const one of list) {
    const found = look(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
