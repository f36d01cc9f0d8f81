import { isObject } from "../json.ts";
import { wrongJsonSchema } from "./check-json-schema.ts";
import { emptyParameters, wrongSchema } from "./check-schema.ts";
import { toSnake } from "./place.ts";
import type { Checked, Rule } from "./rule.ts";
import type { FunctionDeclaration, Tool } from "./types.ts";

const functionName = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/;
const maxFunctions = 512;
type Kind = keyof Tool;

const searchKinds: readonly Kind[] = [
  ...(["retrieval", "googleSearch", "googleSearchRetrieval", "googleMaps"] as const),
  ...(["enterpriseWebSearch", "parallelAiSearch", "exaAiSearch"] as const),
];
const kinds: readonly Kind[] = [
  ...searchKinds,
  ...(["codeExecution", "urlContext", "computerUse", "fileSearch", "functionDeclarations"] as const),
];

/** Rules about tools and their settings. openai-chat-to-gemini.md §6. */
export const toolRules: readonly Rule[] = [
  ({ request, surface: { texts } }) => {
    const empty = (request.tools ?? []).findIndex((tool) => kindsOf(tool).length === 0);
    return empty < 0 ? undefined : texts.emptyTool(`tools[${empty}]`);
  },
  ({ request, surface: { texts } }) => {
    const used = (request.tools ?? []).map(kindsOf);
    const mixed = used.findIndex((one) => one.length > 1);
    return mixed < 0 ? undefined : texts.mixedTool(`tools[${mixed}]`, (used[mixed] ?? []).map(toSnake).join(", "));
  },
  (checked) => (declarationsOf(checked).length > maxFunctions ? checked.surface.texts.manyFunctions() : undefined),
  firstDeclaration(({ name }, path, { surface: { texts } }) =>
    functionName.test(name) ? undefined : texts.functionName(path),
  ),
  (checked) => {
    const twice = repeated(declarationsOf(checked).map(({ name }) => name));
    return twice === undefined ? undefined : checked.surface.texts.duplicateFunction(twice);
  },
  firstDeclaration(({ name, parameters, parametersJsonSchema }, _path, { surface: { texts } }) =>
    parameters !== undefined && parametersJsonSchema !== undefined ? texts.bothParameters(name) : undefined,
  ),
  firstDeclaration(({ name, parameters, parametersJsonSchema }, _path, { surface: { texts } }) => {
    const type = parameters === undefined ? jsonType(parametersJsonSchema) : (parameters.type ?? "OBJECT");
    return type === undefined || type === "OBJECT" ? undefined : texts.parametersType(name);
  }),
  firstDeclaration(({ parameters }, path, checked) => {
    if (parameters === undefined) return undefined;
    const place = `${path}.parameters`;
    return emptyParameters(parameters, place, checked) ?? wrongSchema(parameters, place, checked);
  }),
  // JSON Schema came with Gemini 2.
  firstDeclaration(({ parametersJsonSchema }, path, { family, surface: { texts } }) => {
    if (parametersJsonSchema === undefined) return undefined;
    const place = `${path}.parameters_json_schema`;
    if (family.generation < 2) return texts.noJsonSchema(place);
    return wrongJsonSchema(parametersJsonSchema, place, "parameters", texts);
  }),
  // openai-chat-to-gemini.md §6.6: other tools beside functions came with Gemini 3.
  ({ request, family, surface: { texts } }) => {
    const used = (request.tools ?? []).flatMap(kindsOf);
    const onlySearch = used.every((kind) => searchKinds.includes(kind));
    return family.generation < 3 && used.length > 1 && !onlySearch ? texts.severalTools() : undefined;
  },
  // §6.6 too: the Developer API shows what such tools did, and will have it back.
  ({ request, family, surface: { name, texts } }) => {
    const used = (request.tools ?? []).flatMap(kindsOf);
    if (name === "vertex" || family.generation < 3 || !used.includes("functionDeclarations")) return undefined;
    const mixed = used.some((kind) => kind !== "functionDeclarations");
    return mixed && request.toolConfig?.includeServerSideToolInvocations !== true
      ? texts.mixedWithFunctions()
      : undefined;
  },
  (checked) =>
    forces(checked) && declarationsOf(checked).length === 0
      ? checked.surface.texts.configWithoutFunctions()
      : undefined,
  // §6.4: the mode is for newer models.
  (checked) =>
    callingConfig(checked)?.mode === "VALIDATED" && checked.family.generation < 2
      ? checked.surface.texts.validatedUnsupported()
      : undefined,
  (checked) => {
    const names = callingConfig(checked)?.allowedFunctionNames ?? [];
    return names.length > 0 && !forces(checked) ? checked.surface.texts.allowedNamesMode() : undefined;
  },
  (checked) => {
    const declared = new Set(declarationsOf(checked).map(({ name }) => name));
    const unknown = (callingConfig(checked)?.allowedFunctionNames ?? []).find((name) => !declared.has(name));
    return unknown === undefined ? undefined : checked.surface.texts.allowedNameUnknown(unknown);
  },
  // §6.5. Newer pages of the Developer API let VALIDATED stand there, and even call it the default: this is stricter.
  (checked) => {
    const { texts } = checked.surface;
    const json = checked.request.generationConfig?.responseMimeType === "application/json";
    if (!json || declarationsOf(checked).length === 0) return undefined;
    if (checked.family.generation < 3) return texts.jsonWithFunctions();
    const mode = callingConfig(checked)?.mode;
    return mode === "ANY" || mode === "VALIDATED" ? texts.jsonWithMode(mode) : undefined;
  },
];

/** What an entry of `tools` holds; an empty list of functions is nothing. */
const kindsOf = (tool: Tool): readonly Kind[] =>
  kinds.filter((kind) => tool[kind] !== undefined && (kind !== "functionDeclarations" || tool[kind].length > 0));

const declarationsOf = ({ request }: Checked): readonly FunctionDeclaration[] =>
  (request.tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations ?? []);

const callingConfig = ({ request }: Checked) => request.toolConfig?.functionCallingConfig;

const forces = (checked: Checked): boolean => ["ANY", "VALIDATED"].includes(callingConfig(checked)?.mode ?? "");

function firstDeclaration(
  rule: (declaration: FunctionDeclaration, path: string, checked: Checked) => string | undefined,
): Rule {
  return (checked) => {
    for (const [at, { functionDeclarations = [] }] of (checked.request.tools ?? []).entries()) {
      for (const [index, declaration] of functionDeclarations.entries()) {
        const text = rule(declaration, `tools[${at}].function_declarations[${index}]`, checked);
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
