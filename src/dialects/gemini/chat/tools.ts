import { GatewayError } from "../../../errors.ts";
import type { Change, ChatRequest, ChatTool } from "../../../operations/types.ts";
import type { ModelFacts, SchemaForm } from "../models.ts";
import { type Said, toParameters } from "../schema/index.ts";
import type { FunctionCallingConfig, FunctionDeclaration } from "../types.ts";
import type { ClientTool } from "./context.ts";
import { wantsNoTools } from "./server-tools.ts";

/** A tool of the client's, with the path it was declared at. */
interface DeclaredTool extends ClientTool {
  readonly param: string;
  readonly declaration: Omit<FunctionDeclaration, "name">;
  readonly strict: boolean;
}

/** The request's tools under names Gemini takes. */
export interface Tools {
  readonly declarations: readonly FunctionDeclaration[];
  /** Where the client has each of them: `tools[0].function`. */
  readonly places: readonly string[];
  /** Declared name → the client's tool. */
  readonly byDeclaredName: ReadonlyMap<string, ClientTool>;
  /** The client's name → the declared one; names of earlier calls that no tool has any more are among them. */
  readonly names: ReadonlyMap<string, string>;
  /** Some tool is strict, and the model can be held to its schema. */
  readonly strict: boolean;
  /** The mode VALIDATED may be sent: calls at the model's own choice, among some functions and by their schemas. */
  readonly validated: boolean;
  readonly form: SchemaForm;
  readonly changes: readonly Change[];
}

/** The most functions a request may declare. */
const maxFunctions = 512;

/**
 * The client's tools, deprecated `functions` included, as Gemini's declarations, with schemas in the form that the
 * model reads.
 *
 * Fails: two tools of one name, a tool without one, more than 512 tools, parameters that are no object.
 *
 * @param beside whether the answer is to be JSON. Google then leaves calls to the model and takes no mode but AUTO:
 * strict functions are declared, and the client is told that they are not enforced
 * @see reference: openai-chat-to-gemini §§6.1, 6.5
 */
export function toTools(request: ChatRequest, model: ModelFacts, beside: "json" | "text"): Tools {
  const form = model.schemas;
  const validated = form === "json-schema" && !(model.jsonWithTools && beside === "json");
  const changes: Change[] = [];
  const declared = [
    ...(request.tools ?? []).map((tool, i) => fromTool(tool, i, form, changes)),
    ...(request.functions ?? []).map((fn, i) => fromFunction(fn, i, form, changes)),
  ];
  checkNumber(declared);
  const names = nameAll(declared, request.messages);
  const byDeclaredName = new Map<string, ClientTool>();
  for (const tool of declared) {
    const name = names.get(tool.name) ?? tool.name;
    byDeclaredName.set(name, tool);
    if (name !== tool.name) changes.push({ verb: "renamed", path: `${tool.param}.name` });
  }
  const shown = validated ? declared : allowedAmong(declared, request);
  const declarations = shown.map((tool) => ({ ...tool.declaration, name: names.get(tool.name) ?? tool.name }));
  const strict = validated && declared.some((tool) => tool.strict);
  if (form === "json-schema" && !validated) changes.push(...looseOnes(shown, request));
  const places = shown.map((tool) => tool.param);
  return { declarations, places, byDeclaredName, names, strict, validated, form, changes };
}

/** A model that cannot be told to choose among some of the functions is shown no others. */
function allowedAmong(declared: readonly DeclaredTool[], request: ChatRequest): readonly DeclaredTool[] {
  const choice = request.tool_choice;
  if (choice == null || typeof choice === "string") return declared;
  if (choice.type !== "allowed_tools" || choice.allowed_tools.mode === "required") return declared;
  const allowed = new Set(choice.allowed_tools.tools.map(nameOf));
  return allowed.size === 0 ? declared : declared.filter((tool) => allowed.has(tool.name));
}

/** Strict functions that the model may call and is not held to. */
function looseOnes(shown: readonly DeclaredTool[], request: ChatRequest): readonly Change[] {
  if (wantsNoTools(request)) return [];
  return shown.flatMap(({ strict, param }) => (strict ? [{ verb: "downgraded", path: `${param}.strict` }] : []));
}

function checkNumber(declared: readonly DeclaredTool[]): void {
  if (declared.length <= maxFunctions) return;
  // The spec takes no more than 128 of the deprecated functions, so there are tools among them.
  const want = `Expected an array with maximum length ${maxFunctions}`;
  const message = `Invalid 'tools': array too long. ${want}, but got an array with length ${declared.length} instead.`;
  throw new GatewayError("array_above_max_length", message, { param: "tools" });
}

/** Names that Gemini takes stay as they are; the others give way, so that no tool's sound name changes. */
function nameAll(declared: readonly DeclaredTool[], messages: ChatRequest["messages"]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { name, param } of declared) {
    if (name === "") {
      throw new GatewayError("empty_string", `Invalid '${param}.name': empty string.`, { param: `${param}.name` });
    }
    if (names.has(name)) {
      throw new GatewayError("invalid_value", `Duplicate function name: '${name}'.`, { param: `${param}.name` });
    }
    names.set(name, name);
  }
  const all = new Set(names.keys());
  for (const message of messages) addNamesCalled(all, message);
  const unsound = [...all].filter((name) => !isSound(name));
  if (unsound.length === 0) return names;
  const taken = all.difference(new Set(unsound));
  const tried = new Map<string, number>();
  for (const name of unsound) {
    const sound = toSoundName(name, taken, tried);
    taken.add(sound);
    names.set(name, sound);
  }
  return names;
}

function addNamesCalled(names: Set<string>, message: ChatRequest["messages"][number]): void {
  if (message.role !== "assistant") return;
  for (const call of message.tool_calls ?? []) names.add((call.type === "function" ? call.function : call.custom).name);
  if (message.function_call != null) names.add(message.function_call.name);
}

const maxLength = 64;
const soundName = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const isSound = (name: string): boolean => soundName.test(name);

/** What every name keeps of its beginning, whatever number goes behind it. */
const keptLength = 56;

/**
 * Gemini's names start with a letter or an underscore; OpenAI's may start with a digit or a dash.
 *
 * @param tried by beginning, the number that was reached: thousands of names that become one are not counted out anew
 */
function toSoundName(name: string, taken: ReadonlySet<string>, tried: Map<string, number>): string {
  const letters = name.replace(/[^A-Za-z0-9_.-]/g, "_");
  const started = /^[A-Za-z_]/.test(letters) ? letters : `_${letters}`;
  const beginning = started.slice(0, keptLength);
  let sound = started.slice(0, maxLength);
  let i = tried.get(beginning) ?? 2;
  for (; taken.has(sound); i++) sound = `${started.slice(0, maxLength - 1 - String(i).length)}_${i}`;
  tried.set(beginning, i);
  return sound;
}

function fromTool(tool: ChatTool, index: number, form: SchemaForm, changes: Change[]): DeclaredTool {
  if (tool.type === "function") {
    const { name, description, parameters, strict } = tool.function;
    const param = `tools[${index}].function`;
    const declaration = { description: description ?? "", ...parametersOf(parameters, param, form, changes) };
    return { name, kind: "function", param, declaration, strict: strict === true };
  }
  const { name, description, format } = tool.custom;
  const grammar = format?.type === "grammar" ? format.grammar : undefined;
  const hint =
    grammar === undefined ? [] : [`The input follows this ${grammar.syntax} grammar:\n${grammar.definition}`];
  const declaration = {
    description: [description ?? "", ...hint].filter((text) => text !== "").join("\n\n"),
    ...toMembers(toParameters({ schema: inputSchema, path: "input", lost: () => {} }, form)),
  };
  return { name, kind: "custom", param: `tools[${index}].custom`, declaration, strict: false };
}

/** A custom tool takes free text, which Gemini can only carry as a member of an object. */
const inputSchema = { type: "object", properties: { input: { type: "string" } }, required: ["input"] } as const;

function fromFunction(
  fn: NonNullable<ChatRequest["functions"]>[number],
  index: number,
  form: SchemaForm,
  changes: Change[],
): DeclaredTool {
  const param = `functions[${index}]`;
  const declaration = { description: fn.description ?? "", ...parametersOf(fn.parameters, param, form, changes) };
  return { name: fn.name, kind: "function", param, declaration, strict: false };
}

type Members = Pick<FunctionDeclaration, "parameters" | "parametersJsonSchema">;

function parametersOf(
  schema: Readonly<Record<string, unknown>> | null | undefined,
  param: string,
  form: SchemaForm,
  changes: Change[],
): Members {
  if (schema == null) return {};
  const lost = (path: string): void => void changes.push({ verb: "downgraded", path });
  return toMembers(toParameters({ schema, path: `${param}.parameters`, lost }, form));
}

/** A schema as the member of a declaration that holds its form. */
export function toMembers({ json, older }: Said): Members {
  if (older !== undefined) return { parameters: older };
  return json === undefined ? {} : { parametersJsonSchema: json };
}

/**
 * `tool_choice` as Gemini's calling mode; undefined leaves it to the model.
 * Fails: a choice that names an undeclared tool, a demand for tools where there are none.
 */
export function toCallingConfig(request: ChatRequest, tools: Tools): FunctionCallingConfig | undefined {
  const choice = request.tool_choice ?? toChoice(request.function_call);
  const param = request.tool_choice == null ? "function_call" : "tool_choice";
  if (tools.byDeclaredName.size === 0) return withoutTools(choice, param);
  if (choice == null || choice === "auto") return tools.strict ? { mode: "VALIDATED" } : undefined;
  if (choice === "none") return { mode: "NONE" };
  if (choice === "required") return { mode: "ANY" };
  if (typeof choice === "string") return undefined; // the fate table has refused every other word
  if (choice.type === "allowed_tools") {
    const { mode, tools: allowed } = choice.allowed_tools;
    const names = allowed.map((tool, i) => declaredName(nameOf(tool), tools, `${param}.allowed_tools.tools[${i}]`));
    if (names.length === 0) return withoutAllowed(mode, `${param}.allowed_tools.tools`);
    if (mode !== "required" && !tools.validated) return undefined; // only these are declared
    return { mode: mode === "required" ? "ANY" : "VALIDATED", allowedFunctionNames: names };
  }
  const name = choice.type === "function" ? choice.function.name : choice.custom.name;
  const place = request.tool_choice == null ? "function_call.name" : `tool_choice.${choice.type}.name`;
  return { mode: "ANY", allowedFunctionNames: [declaredName(name, tools, place)] };
}

type Choice = ChatRequest["tool_choice"];

function toChoice(call: ChatRequest["function_call"]): Choice {
  return call == null || typeof call === "string" ? call : { type: "function", function: { name: call.name } };
}

function withoutTools(choice: Choice, param: string): undefined {
  // "auto" and "none" ask for what happens anyway; clients send them without thinking.
  if (choice == null || choice === "auto" || choice === "none") return undefined;
  throw new GatewayError("invalid_value", `'${param}' is only allowed when 'tools' are specified.`, { param });
}

/** To Gemini an empty list is no restriction; to the client it allows nothing. */
function withoutAllowed(mode: string, param: string): FunctionCallingConfig {
  if (mode !== "required") return { mode: "NONE" };
  throw new GatewayError("empty_array", `Invalid '${param}': empty array. Some tool is required.`, { param });
}

function nameOf(tool: Readonly<Record<string, unknown>>): string {
  const inner = tool["function"] ?? tool["custom"] ?? tool;
  return typeof inner === "object" && inner !== null && "name" in inner ? String(inner.name) : "";
}

function declaredName(name: string, tools: Tools, param: string): string {
  const declared = tools.names.get(name);
  if (declared !== undefined && tools.byDeclaredName.has(declared)) return declared;
  throw new GatewayError("invalid_value", `Tool choice '${name}' not found in 'tools' parameter.`, { param });
}
