import { GatewayError } from "../../../errors.ts";
import type { Change, ChatRequest, ChatTool } from "../../../operations/types.ts";
import { hasMembers, toGeminiSchema } from "../json-schema.ts";
import type { FunctionCallingConfig, FunctionDeclaration } from "../types.ts";
import type { ClientTool } from "./context.ts";

/** A tool of the client's, with the path it was declared at. */
interface DeclaredTool extends ClientTool {
  readonly param: string;
  readonly declaration: Omit<FunctionDeclaration, "name">;
  readonly strict: boolean;
}

/** The request's tools under names Gemini takes. */
export interface Tools {
  readonly declarations: readonly FunctionDeclaration[];
  /** Declared name → the client's tool. */
  readonly byDeclaredName: ReadonlyMap<string, ClientTool>;
  /** The client's name → the declared one. */
  readonly names: ReadonlyMap<string, string>;
  readonly strict: boolean;
  readonly changes: readonly Change[];
}

/**
 * The client's tools, deprecated `functions` included, as Gemini's declarations.
 * Fails: two tools of one name.
 */
export function toTools(request: ChatRequest): Tools {
  const declared = [...(request.tools ?? []).map(fromTool), ...(request.functions ?? []).map(fromFunction)];
  const names = new Map<string, string>();
  const byDeclaredName = new Map<string, ClientTool>();
  const changes: Change[] = [];
  for (const tool of declared) {
    if (names.has(tool.name)) {
      throw new GatewayError("invalid_value", `Duplicate function name: '${tool.name}'.`, {
        param: `${tool.param}.name`,
      });
    }
    const name = toDeclaredName(tool.name, byDeclaredName);
    names.set(tool.name, name);
    byDeclaredName.set(name, tool);
    if (name !== tool.name) changes.push({ verb: "renamed", path: `${tool.param}.name` });
  }
  const declarations = declared.map((tool) => ({ ...tool.declaration, name: names.get(tool.name) ?? tool.name }));
  return { declarations, byDeclaredName, names, strict: declared.some((tool) => tool.strict), changes };
}

function fromTool(tool: ChatTool, index: number): DeclaredTool {
  if (tool.type === "function") {
    const { name, description, parameters, strict } = tool.function;
    const declaration = { description: description ?? "", ...toParameters(parameters) };
    return { name, kind: "function", param: `tools[${index}].function`, declaration, strict: strict === true };
  }
  const { name, description, format } = tool.custom;
  const grammar = format?.type === "grammar" ? format.grammar : undefined;
  const hint =
    grammar === undefined ? [] : [`The input follows this ${grammar.syntax} grammar:\n${grammar.definition}`];
  const declaration = {
    description: [description ?? "", ...hint].filter((text) => text !== "").join("\n\n"),
    parametersJsonSchema: inputSchema,
  };
  return { name, kind: "custom", param: `tools[${index}].custom`, declaration, strict: false };
}

/** A custom tool takes free text, which Gemini can only carry as a member of an object. */
const inputSchema = { type: "object", properties: { input: { type: "string" } }, required: ["input"] } as const;

function fromFunction(fn: NonNullable<ChatRequest["functions"]>[number], index: number): DeclaredTool {
  const declaration = { description: fn.description ?? "", ...toParameters(fn.parameters) };
  return { name: fn.name, kind: "function", param: `functions[${index}]`, declaration, strict: false };
}

function toParameters(schema: unknown): Pick<FunctionDeclaration, "parametersJsonSchema"> {
  return hasMembers(schema) ? { parametersJsonSchema: toGeminiSchema(schema) } : {};
}

/** Gemini's names start with a letter or an underscore; OpenAI's may start with a digit or a dash. */
function toDeclaredName(name: string, taken: ReadonlyMap<string, unknown>): string {
  let declared = /^[A-Za-z_]/.test(name) ? name : `_${name}`;
  declared = declared.replace(/[^A-Za-z0-9_.-]/g, "_").slice(0, 64);
  for (let i = 2; taken.has(declared); i++) declared = `${declared.slice(0, 60)}_${i}`;
  return declared;
}

/**
 * `tool_choice` as Gemini's calling mode; undefined leaves it to the model.
 * Fails: a choice that names an undeclared tool, a demand for tools where there are none.
 */
export function toCallingConfig(request: ChatRequest, tools: Tools): FunctionCallingConfig | undefined {
  const choice = request.tool_choice ?? toChoice(request.function_call);
  const param = request.tool_choice == null ? "function_call" : "tool_choice";
  if (tools.declarations.length === 0) return withoutTools(choice, param);
  if (choice == null || choice === "auto") return tools.strict ? { mode: "VALIDATED" } : undefined;
  if (choice === "none") return { mode: "NONE" };
  if (choice === "required") return { mode: "ANY" };
  if (typeof choice === "string") return undefined; // the fate table has refused every other word
  if (choice.type === "allowed_tools") {
    const { mode, tools: allowed } = choice.allowed_tools;
    const names = allowed.map((tool, i) => declaredName(nameOf(tool), tools, `${param}.allowed_tools.tools[${i}]`));
    return { mode: mode === "required" ? "ANY" : "VALIDATED", allowedFunctionNames: names };
  }
  const name = choice.type === "function" ? choice.function.name : choice.custom.name;
  return { mode: "ANY", allowedFunctionNames: [declaredName(name, tools, `${param}.${choice.type}.name`)] };
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

function nameOf(tool: Readonly<Record<string, unknown>>): string {
  const inner = tool["function"] ?? tool["custom"] ?? tool;
  return typeof inner === "object" && inner !== null && "name" in inner ? String(inner.name) : "";
}

function declaredName(name: string, tools: Tools, param: string): string {
  const declared = tools.names.get(name);
  if (declared !== undefined) return declared;
  throw new GatewayError("invalid_value", `Tool choice '${name}' not found in 'tools' parameter.`, { param });
}
