import { nameOf } from "../../anthropic/chat/tools.ts";
import { nameAll } from "../../anthropic/chat/tool-names.ts";
import type { Change, ChatRequest, ChatTool } from "../../../operations/types.ts";
import type { ModelFacts } from "../models.ts";
import { toInputSchema } from "../schema/parameters.ts";
import type { ToolSpecification } from "../types.ts";
import type { ClientTool } from "./context.ts";

/** A tool of the client's, with the path it was declared at. */
interface DeclaredTool extends ClientTool {
  readonly param: string;
  readonly declaration: Omit<ToolSpecification, "name">;
}

/** The request's tools as Converse takes them. */
export interface Tools {
  readonly declarations: readonly ToolSpecification[];
  /** Where the client has each of them: `tools[0].function`. */
  readonly places: readonly string[];
  /** Declared name → the client's tool. */
  readonly byDeclaredName: ReadonlyMap<string, ClientTool>;
  /** The client's name → the declared one; names of earlier calls that no tool has any more are among them. */
  readonly names: ReadonlyMap<string, string>;
}

/** Most characters of a tool's name, by upstream's own pattern. */
const maxName = 64;

/**
 * The client's tools, deprecated `functions` included, as Converse's declarations. Of some that are allowed the others
 * are not shown, and beside one that is named neither: not every model can be told which to call.
 *
 * Fails: two tools of one name, a tool without one.
 *
 * @see specs/bedrock.yaml#/components/schemas/ToolSpecification
 */
export function toTools(request: ChatRequest, model: ModelFacts, changes: Change[]): Tools {
  const declared = [
    ...(request.tools ?? []).map((tool, i) => fromTool(tool, i, model, changes)),
    ...(request.functions ?? []).map((fn, i) => fromFunction(fn, i, model, changes)),
  ];
  const names = nameAll(declared, request.messages, new Set(), maxName);
  const byDeclaredName = new Map<string, ClientTool>();
  for (const { name, kind, members, param } of declared) {
    const sent = names.get(name) ?? name;
    byDeclaredName.set(sent, { name, kind, members });
    if (sent !== name) changes.push({ verb: "renamed", path: `${param}.name` });
  }
  const shown = shownAmong(declared, request, model);
  return {
    declarations: shown.map(({ declaration, name }) => ({ name: names.get(name) ?? name, ...declaration })),
    places: shown.map(({ param }) => param),
    byDeclaredName,
    names,
  };
}

function shownAmong(
  declared: readonly DeclaredTool[],
  { tool_choice: choice, function_call: call }: ChatRequest,
  { forced }: ModelFacts,
): readonly DeclaredTool[] {
  const wanted = choice ?? call;
  if (wanted == null || typeof wanted === "string") return declared;
  if ("type" in wanted && wanted.type === "allowed_tools") {
    const allowed = new Set(wanted.allowed_tools.tools.map(nameOf));
    return allowed.size === 0 ? declared : declared.filter(({ name }) => allowed.has(name));
  }
  const named = "type" in wanted ? nameOf(wanted) : wanted.name;
  return forced.has("tool") ? declared : declared.filter(({ name }) => name === named);
}

const none: ReadonlyMap<string, string> = new Map();

function fromTool(tool: ChatTool, index: number, model: ModelFacts, changes: Change[]): DeclaredTool {
  if (tool.type === "function") {
    const { name, description, parameters, strict: wanted } = tool.function;
    const param = `tools[${index}].function`;
    const strict = wanted === true && model.schemas;
    const said = toInputSchema(parameters, `${param}.parameters`, { strict, plain: model.plainSchemas });
    for (const change of said.changes) changes.push(change);
    const spec = { ...described(description), inputSchema: { json: said.schema } };
    if (strict && !said.strict) changes.push({ verb: "downgraded", path: `${param}.strict` });
    const declaration = said.strict ? { ...spec, strict: true } : spec;
    return { name, kind: "function", param, declaration, members: none };
  }
  const { name, description, format } = tool.custom;
  const grammar = format?.type === "grammar" ? format.grammar : undefined;
  const hint =
    grammar === undefined ? [] : [`The input follows this ${grammar.syntax} grammar:\n${grammar.definition}`];
  const text = [description ?? "", ...hint].filter((one) => one !== "").join("\n\n");
  const declaration = { ...described(text), inputSchema: { json: freeText() } };
  return { name, kind: "custom", param: `tools[${index}].custom`, declaration, members: none };
}

/** A custom tool takes free text, which can only be carried as a member of an object. */
function freeText(): Readonly<Record<string, unknown>> {
  return { type: "object", properties: { input: { type: "string" } }, required: ["input"] };
}

function fromFunction(
  fn: NonNullable<ChatRequest["functions"]>[number],
  index: number,
  { plainSchemas: plain }: ModelFacts,
  changes: Change[],
): DeclaredTool {
  const param = `functions[${index}]`;
  const said = toInputSchema(fn.parameters, `${param}.parameters`, { strict: false, plain });
  for (const change of said.changes) changes.push(change);
  const declaration = { ...described(fn.description), inputSchema: { json: said.schema } };
  return { name: fn.name, kind: "function", param, declaration, members: none };
}

/** A description of nothing is refused. */
const described = (text: string | null | undefined): { description?: string } => (text ? { description: text } : {});
