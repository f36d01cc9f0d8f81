import { isObject } from "../json.ts";
import { toSnake } from "./place.ts";
import type { Checked, Rule } from "./rule.ts";
import { texts } from "./texts.ts";
import type { FunctionDeclaration, Schema, Tool } from "./types.ts";

const functionName = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/;
const maxFunctions = 512;
type Kind = keyof Tool;

const searchKinds: readonly Kind[] = [
  ...(["retrieval", "googleSearch", "googleSearchRetrieval", "googleMaps"] as const),
  ...(["enterpriseWebSearch", "parallelAiSearch", "exaAiSearch"] as const),
];
const kinds: readonly Kind[] = [...searchKinds, "codeExecution", "urlContext", "computerUse", "functionDeclarations"];

/** Rules about tools and their settings. openai-chat-to-gemini.md §6. */
export const toolRules: readonly Rule[] = [
  ({ request }) => {
    const empty = (request.tools ?? []).findIndex((tool) => kindsOf(tool).length === 0);
    return empty < 0 ? undefined : texts.emptyTool(`tools[${empty}]`);
  },
  ({ request }) => {
    const used = (request.tools ?? []).map(kindsOf);
    const mixed = used.findIndex((one) => one.length > 1);
    return mixed < 0 ? undefined : texts.mixedTool(`tools[${mixed}]`, (used[mixed] ?? []).map(toSnake).join(", "));
  },
  (checked) => (declarationsOf(checked).length > maxFunctions ? texts.manyFunctions() : undefined),
  firstDeclaration(({ name }, path) => (functionName.test(name) ? undefined : texts.functionName(path))),
  (checked) => {
    const twice = repeated(declarationsOf(checked).map(({ name }) => name));
    return twice === undefined ? undefined : texts.duplicateFunction(twice);
  },
  firstDeclaration(({ name, parameters, parametersJsonSchema }) =>
    parameters !== undefined && parametersJsonSchema !== undefined ? texts.bothParameters(name) : undefined,
  ),
  firstDeclaration(({ name, parameters, parametersJsonSchema }) => {
    const type = parameters === undefined ? jsonType(parametersJsonSchema) : (parameters.type ?? "OBJECT");
    return type === undefined || type === "OBJECT" ? undefined : texts.parametersType(name);
  }),
  firstDeclaration(({ parameters }, path) =>
    parameters === undefined ? undefined : wrongSchema(parameters, `${path}.parameters`),
  ),
  // openai-chat-to-gemini.md §6.6: other tools beside functions came with Gemini 3.
  ({ request, family }) => {
    const used = (request.tools ?? []).flatMap(kindsOf);
    const onlySearch = used.every((kind) => searchKinds.includes(kind));
    return family.generation < 3 && used.length > 1 && !onlySearch ? texts.severalTools() : undefined;
  },
  (checked) => (forces(checked) && declarationsOf(checked).length === 0 ? texts.configWithoutFunctions() : undefined),
  (checked) => {
    const names = callingConfig(checked)?.allowedFunctionNames ?? [];
    return names.length > 0 && !forces(checked) ? texts.allowedNamesMode() : undefined;
  },
  (checked) => {
    const declared = new Set(declarationsOf(checked).map(({ name }) => name));
    const unknown = (callingConfig(checked)?.allowedFunctionNames ?? []).find((name) => !declared.has(name));
    return unknown === undefined ? undefined : texts.allowedNameUnknown(unknown);
  },
  // §6.5
  (checked) => {
    const json = checked.request.generationConfig?.responseMimeType === "application/json";
    if (!json || declarationsOf(checked).length === 0) return undefined;
    if (checked.family.generation < 3) return texts.jsonWithFunctions();
    return callingConfig(checked)?.mode === "ANY" ? texts.jsonWithAny() : undefined;
  },
];

/** What an entry of `tools` holds; an empty list of functions is nothing. */
const kindsOf = (tool: Tool): readonly Kind[] =>
  kinds.filter((kind) => tool[kind] !== undefined && (kind !== "functionDeclarations" || tool[kind].length > 0));

const declarationsOf = ({ request }: Checked): readonly FunctionDeclaration[] =>
  (request.tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations ?? []);

const callingConfig = ({ request }: Checked) => request.toolConfig?.functionCallingConfig;

const forces = (checked: Checked): boolean => ["ANY", "VALIDATED"].includes(callingConfig(checked)?.mode ?? "");

function firstDeclaration(rule: (declaration: FunctionDeclaration, path: string) => string | undefined): Rule {
  return ({ request }) => {
    for (const [at, { functionDeclarations = [] }] of (request.tools ?? []).entries()) {
      for (const [index, declaration] of functionDeclarations.entries()) {
        const text = rule(declaration, `tools[${at}].function_declarations[${index}]`);
        if (text !== undefined) return text;
      }
    }
    return undefined;
  };
}

const jsonType = (schema: unknown): string | undefined => {
  if (schema === undefined) return undefined;
  if (!isObject(schema)) return "not an object";
  return typeof schema["type"] === "string" ? schema["type"].toUpperCase() : undefined;
};

/** The first value that has been there before. */
export const repeated = <T>(values: readonly T[]): T | undefined =>
  values.find((value, index) => values.indexOf(value) !== index);

/** What the older form of schemas does not allow. §6.3 */
export function wrongSchema(schema: Schema, path: string): string | undefined {
  if (schema.type === "ARRAY" && schema.items === undefined) return texts.missingItems(path);
  const properties = Object.entries(schema.properties ?? {});
  const known = new Set(properties.map(([key]) => key));
  const stray = (schema.required ?? []).findIndex((name) => !known.has(name));
  if (stray >= 0) return texts.unknownRequired(path, stray);
  const children: (readonly [Schema, string])[] = properties.map(([key, child]) => [
    child,
    `${path}.properties[${key}]`,
  ]);
  if (schema.items) children.push([schema.items, `${path}.items`]);
  for (const [index, branch] of (schema.anyOf ?? []).entries()) children.push([branch, `${path}.any_of[${index}]`]);
  for (const [child, childPath] of children) {
    const text = wrongSchema(child, childPath);
    if (text !== undefined) return text;
  }
  return undefined;
}
