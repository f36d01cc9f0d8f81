import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { HostFacts } from "../hosts.ts";
import type { ModelFacts } from "../models.ts";
import { toOutputSchema } from "../schema/output.ts";
import { toInputSchema } from "../schema/parameters.ts";
import type { Tool } from "../types.ts";
import { forcesCalls } from "./choice.ts";
import { wantsThinking } from "./thinking.ts";
import type { Tools } from "./tools.ts";

type Schema = Readonly<Record<string, unknown>>;

/** How the answer is brought into its form: by the model's own means, by a tool that takes it, or by asking for it. */
export type AnswerForm =
  | { readonly kind: "native"; readonly schema: Record<string, unknown> }
  | { readonly kind: "tool"; readonly schema: Schema }
  | { readonly kind: "prompt"; readonly schema: Schema | undefined };

/**
 * The form the client asks for; undefined for plain text and where a tool must be called: then no answer is to be
 * shaped.
 *
 * The model holds itself to a schema where it and its host can and the schema can be said. Else a tool stands in that
 * must be called; where that cannot be, for the model is to think or search, the form is asked for in words.
 *
 * @see reference: openai-chat-to-anthropic §6
 */
export function toAnswerForm(
  request: ChatRequest,
  model: ModelFacts,
  host: HostFacts,
  { searches, optionalLeft }: Pick<Tools, "searches" | "optionalLeft">,
  changes: Change[],
): AnswerForm | undefined {
  const { response_format: format } = request;
  if (format == null || format.type === "text" || forcesCalls(request)) return undefined;
  if (format.type === "json_object" || format.json_schema.schema == null) return { kind: "prompt", schema: undefined };
  const { schema, description } = format.json_schema;
  const described = description == null || "description" in schema ? schema : { description, ...schema };
  // Answers that cite what was found have no form of their own.
  if (host.schemas && model.schemas && !searches) {
    const said = toOutputSchema(described, "response_format.json_schema.schema");
    if (said.fits && said.optional <= optionalLeft) {
      for (const change of said.changes) changes.push(change);
      return { kind: "native", schema: said.schema };
    }
  }
  const canForce = model.forcedCalls && !wantsThinking(request) && !searches && isOfObjects(schema);
  return { kind: canForce ? "tool" : "prompt", schema: described };
}

/** The input of a tool is an object. */
function isOfObjects({ type }: Schema): boolean {
  return type === undefined || type === "object";
}

/** A tool whose input is the answer. */
export interface AnswerTool {
  readonly tool: Tool;
  /** Arguments that had to be renamed. */
  readonly members: ReadonlyMap<string, string>;
}

/** The tool that takes the answer, under a name that no other has. */
export function toAnswerTool(form: AnswerForm | undefined, tools: Tools, changes: Change[]): AnswerTool | undefined {
  if (form?.kind !== "tool") return undefined;
  const taken = new Set(tools.declarations.map(({ name }) => name));
  let name = "answer";
  while (taken.has(name)) name = `_${name}`;
  const said = toInputSchema(form.schema, "response_format.json_schema.schema", { strict: false });
  for (const change of said.changes) changes.push(change);
  const others = tools.declarations.length > 0 && !tools.isMadeUp;
  const when = others ? " Call this when no other tool is needed." : "";
  const description = `Gives the final answer to the user.${when}`;
  return { tool: { name, description, input_schema: said.schema }, members: said.members };
}

/** What the model is told where nothing holds it to a form. */
export function toFormText(form: AnswerForm | undefined): string | undefined {
  if (form?.kind !== "prompt") return undefined;
  const only = "with nothing before or after it and no code fences around it";
  if (form.schema === undefined) return `Answer with a JSON object, ${only}.`;
  return `Answer with JSON that fits this JSON Schema, ${only}:\n${JSON.stringify(form.schema)}`;
}
