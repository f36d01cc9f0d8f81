import { forcesCalls } from "../../anthropic/chat/choice.ts";
import { toOutputSchema } from "../../anthropic/schema/output.ts";
import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { ModelFacts } from "../models.ts";
import { toInputSchema } from "../schema/parameters.ts";
import type { ConverseRequest, ToolSpecification } from "../types.ts";
import { wantsThinking } from "./thinking.ts";
import type { Tools } from "./tools.ts";

type Schema = Readonly<Record<string, unknown>>;

/** How the answer is brought into its form: by the model's own means, by a tool that takes it, or by asking for it. */
export type AnswerForm =
  | { readonly kind: "native"; readonly schema: Schema }
  | { readonly kind: "tool"; readonly schema: Schema }
  | { readonly kind: "prompt"; readonly schema: Schema | undefined };

/**
 * The form the client asks for; undefined for plain text and where a tool must be called: then no answer is to be
 * shaped.
 *
 * The model is held to a schema where it can be and the schema can be said. Else a tool stands in that must be called;
 * where that cannot be, for the model cannot be made to call or is to think or search, the form is asked for in words.
 */
export function toAnswerForm(
  request: ChatRequest,
  model: ModelFacts,
  searches: boolean,
  changes: Change[],
): AnswerForm | undefined {
  const { response_format: format } = request;
  if (format == null || format.type === "text" || forcesCalls(request)) return undefined;
  if (format.type === "json_object" || format.json_schema.schema == null) return { kind: "prompt", schema: undefined };
  const { schema, description } = format.json_schema;
  const described = description == null || "description" in schema ? schema : { description, ...schema };
  if (model.schemas && !searches) {
    const said = toOutputSchema(described, "response_format.json_schema.schema");
    if (said.fits) {
      for (const change of said.changes) changes.push(change);
      return { kind: "native", schema: said.schema };
    }
  }
  const canForce = model.tools !== "none" && model.forced.size > 0 && !wantsThinking(request) && !searches;
  if (canForce && isOfObjects(schema)) return { kind: "tool", schema: described };
  // Nothing holds the model to what it is only asked for.
  changes.push({ verb: "downgraded", path: "response_format.json_schema" });
  return { kind: "prompt", schema: described };
}

/** The input of a tool is an object. */
function isOfObjects({ type }: Schema): boolean {
  return type === undefined || type === "object";
}

/** The schema the model is held to. */
export function toOutputConfig(form: AnswerForm | undefined): Pick<ConverseRequest, "outputConfig"> {
  if (form?.kind !== "native") return {};
  const jsonSchema = { schema: JSON.stringify(form.schema) };
  return { outputConfig: { textFormat: { type: "json_schema", structure: { jsonSchema } } } };
}

/** The tool that takes the answer, under a name that no other has. */
export function toAnswerTool(
  form: AnswerForm | undefined,
  tools: Tools,
  { plainSchemas: plain }: ModelFacts,
  changes: Change[],
): ToolSpecification | undefined {
  if (form?.kind !== "tool") return undefined;
  const taken = new Set(tools.declarations.map(({ name }) => name));
  let name = "answer";
  while (taken.has(name)) name = `_${name}`;
  const said = toInputSchema(form.schema, "response_format.json_schema.schema", { strict: false, plain });
  for (const change of said.changes) changes.push(change);
  const when = tools.declarations.length > 0 ? " Call this when no other tool is needed." : "";
  const { description: about } = form.schema;
  const what = typeof about === "string" && about !== "" ? ` ${about}` : "";
  const description = `Gives the final answer to the user.${when}${what}`;
  return { name, description, inputSchema: { json: said.schema } };
}

/** What the model is told where nothing holds it to a form. */
export function toFormText(form: AnswerForm | undefined): string | undefined {
  if (form?.kind !== "prompt") return undefined;
  const only = "with nothing before or after it and no code fences around it";
  if (form.schema === undefined) return `Answer with a JSON object, ${only}.`;
  return `Answer with JSON that fits this JSON Schema, ${only}:\n${JSON.stringify(form.schema)}`;
}
