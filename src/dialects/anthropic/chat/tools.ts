import type { Change, ChatRequest, ChatTool } from "../../../operations/types.ts";
import type { HostFacts } from "../hosts.ts";
import type { ModelFacts } from "../models.ts";
import { type InputSchema, toInputSchema } from "../schema/parameters.ts";
import { maxOptional } from "../schema/strict.ts";
import type { Tool, WebSearchTool } from "../types.ts";
import { addMark, type Marks } from "./cache.ts";
import type { ClientTool } from "./context.ts";
import { calledIn, nameAll } from "./tool-names.ts";

/** A tool of the client's, with the path it was declared at. */
interface DeclaredTool extends ClientTool {
  readonly param: string;
  readonly declaration: Omit<Tool, "name">;
  readonly hints: Pick<ChatTool, "cache_control"> & { readonly path: string };
}

/** The request's tools as Claude takes them. */
export interface Tools {
  readonly declarations: readonly Tool[];
  /** Where the client has each of them: `tools[0].function`. */
  readonly places: readonly string[];
  /** Declared name → the client's tool. */
  readonly byDeclaredName: ReadonlyMap<string, ClientTool>;
  /** The client's name → the declared one; names of earlier calls that no tool has any more are among them. */
  readonly names: ReadonlyMap<string, string>;
  /** The client's name of a tool → its arguments that were renamed, from the client's name to the one that is sent. */
  readonly members: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Tools made up for a history with calls: Claude refuses it where no tool is declared. None of them may be called. */
  readonly isMadeUp: boolean;
  /** Anthropic's own search is among the tools. */
  readonly searches: boolean;
  /** How many members that may be absent the strict schemas of the request may still have. */
  readonly optionalLeft: number;
}

/** All strict schemas of a request together have so many members that may be absent. */
interface Room {
  left: number;
}

/** Anthropic's name of its search. */
export const searchName = "web_search";

/**
 * The client's tools, deprecated `functions` included, as Claude's declarations.
 *
 * Fails: two tools of one name, a tool without one.
 *
 * @see reference: openai-chat-to-anthropic §§4, 5
 */
export function toTools(
  request: ChatRequest,
  model: ModelFacts,
  host: HostFacts,
  search: WebSearchTool | undefined,
  marks: Marks,
  changes: Change[],
): Tools {
  const holds = host.schemas && model.schemas;
  const room: Room = { left: maxOptional };
  const declared = [
    ...(request.tools ?? []).map((tool, i) => fromTool(tool, i, holds, room, changes)),
    ...(request.functions ?? []).map((fn, i) => fromFunction(fn, i, changes)),
  ];
  const taken = new Set(search === undefined ? [] : [searchName]);
  const names = nameAll(declared, request.messages, taken, host.maxToolName);
  const byDeclaredName = new Map<string, ClientTool>();
  for (const { name, kind, members, param } of declared) {
    const sent = names.get(name) ?? name;
    byDeclaredName.set(sent, { name, kind, members });
    if (sent !== name) changes.push({ verb: "renamed", path: `${param}.name` });
  }
  const shown = shownAmong(declared, request, model);
  const declarations = shown.map(({ declaration, hints, name }) => {
    const tool: Tool = { name: names.get(name) ?? name, ...declaration };
    addMark(marks, tool, hints, hints.path);
    return tool;
  });
  const stubs = declared.length > 0 || search !== undefined ? [] : madeUpFor(request, names);
  return {
    declarations: [...declarations, ...stubs],
    places: shown.map(({ param }) => param),
    byDeclaredName,
    names,
    members: new Map(declared.map(({ name, members }) => [name, reversed(members)])),
    isMadeUp: stubs.length > 0,
    searches: search !== undefined,
    optionalLeft: room.left,
  };
}

/** The tools that a choice leaves over: of some that are allowed the others are not shown. */
function shownAmong(
  declared: readonly DeclaredTool[],
  { tool_choice: choice, function_call: call }: ChatRequest,
  { forcedCalls }: ModelFacts,
): readonly DeclaredTool[] {
  const wanted = choice ?? call;
  if (wanted == null || typeof wanted === "string") return declared;
  if (!("type" in wanted)) return forcedCalls ? declared : declared.filter(({ name }) => name === wanted.name);
  if (wanted.type !== "allowed_tools") {
    const named = nameOf(wanted);
    // A model that cannot be made to call a tool is shown no other.
    return forcedCalls ? declared : declared.filter(({ name }) => name === named);
  }
  const allowed = new Set(wanted.allowed_tools.tools.map(nameOf));
  return allowed.size === 0 ? declared : declared.filter(({ name }) => allowed.has(name));
}

/** The name that an entry of a choice has. */
export function nameOf(tool: Readonly<Record<string, unknown>>): string {
  const inner = tool["function"] ?? tool["custom"] ?? tool;
  return typeof inner === "object" && inner !== null && "name" in inner ? String(inner.name) : "";
}

function madeUpFor({ messages }: ChatRequest, names: ReadonlyMap<string, string>): Tool[] {
  const called = new Set(messages.flatMap(calledIn));
  return [...called].map((name) => ({
    name: names.get(name) ?? name,
    description: "No longer available.",
    input_schema: { type: "object" },
  }));
}

function reversed(members: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...members].map(([sent, own]) => [own, sent]));
}

const none: ReadonlyMap<string, string> = new Map();

function fromTool(tool: ChatTool, index: number, holds: boolean, room: Room, changes: Change[]): DeclaredTool {
  const hints = { cache_control: tool.cache_control ?? null, path: `tools[${index}]` };
  if (tool.type === "function") {
    const { name, description, parameters, strict: wanted } = tool.function;
    const param = `tools[${index}].function`;
    const strict = wanted === true && holds;
    const said = toSchemaWithin(room, parameters, `${param}.parameters`, strict);
    for (const change of said.changes) changes.push(change);
    const declaration: DeclaredTool["declaration"] = { ...described(description), input_schema: said.schema };
    if (said.strict) declaration.strict = true;
    else if (strict) changes.push({ verb: "downgraded", path: `${param}.strict` });
    return { name, kind: "function", param, declaration, hints, members: said.members };
  }
  const { name, description, format } = tool.custom;
  const grammar = format?.type === "grammar" ? format.grammar : undefined;
  const hint =
    grammar === undefined ? [] : [`The input follows this ${grammar.syntax} grammar:\n${grammar.definition}`];
  const text = [description ?? "", ...hint].filter((one) => one !== "").join("\n\n");
  const declaration = { ...described(text), input_schema: freeText() };
  return { name, kind: "custom", param: `tools[${index}].custom`, declaration, hints, members: none };
}

/** A schema that is strict where it can be, and where there is room for it beside the others. */
function toSchemaWithin(room: Room, parameters: unknown, path: string, strict: boolean): InputSchema {
  const said = toInputSchema(parameters, path, { strict });
  if (said.optional > room.left) return toInputSchema(parameters, path, { strict: false });
  room.left -= said.optional;
  return said;
}

/** A custom tool takes free text, which Claude can only carry as a member of an object. */
function freeText(): Tool["input_schema"] {
  return { type: "object", properties: { input: { type: "string" } }, required: ["input"] };
}

function fromFunction(
  fn: NonNullable<ChatRequest["functions"]>[number],
  index: number,
  changes: Change[],
): DeclaredTool {
  const param = `functions[${index}]`;
  const said = toInputSchema(fn.parameters, `${param}.parameters`, { strict: false });
  for (const change of said.changes) changes.push(change);
  const declaration = { ...described(fn.description), input_schema: said.schema };
  const hints = { cache_control: null, path: param };
  return { name: fn.name, kind: "function", param, declaration, hints, members: said.members };
}

const described = (text: string | null | undefined): { description?: string } => (text ? { description: text } : {});
