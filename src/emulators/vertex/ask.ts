import type { DeclaredFunction, Prompt } from "../prompt.ts";
import type { Content, GenerateContentRequest } from "./types.ts";

/** What rules and the built-in model need to know of a request. */
export function promptOf(request: GenerateContentRequest, model: string, stream: boolean): Prompt {
  const { contents, systemInstruction, tools = [], toolConfig, generationConfig = {} } = request;
  const { thinkingConfig, responseMimeType, responseJsonSchema, responseSchema } = generationConfig;
  const { mode, allowedFunctionNames } = toolConfig?.functionCallingConfig ?? {};
  const declared = tools.flatMap(({ functionDeclarations }) => functionDeclarations ?? []).map(toDeclared);
  return {
    model,
    stream,
    system: textOf(systemInstruction),
    says:
      contents
        .filter(({ role }) => role !== "model")
        .map(textOf)
        .findLast((text) => text !== "") ?? "",
    results: resultsOf(contents.at(-1)),
    followsResults: resultsOf(contents.at(-2)).length > 0,
    hasFunctions: declared.length > 0,
    functions: declared.filter(({ name }) =>
      allowedFunctionNames?.length ? allowedFunctionNames.includes(name) : true,
    ),
    choice: mode === "ANY" ? "any" : mode === "NONE" ? "none" : "auto",
    json: responseMimeType === "application/json",
    schema: responseJsonSchema ?? responseSchema,
    showThoughts: thinkingConfig?.includeThoughts === true && thinkingConfig.thinkingBudget !== 0,
    maxTokens: generationConfig.maxOutputTokens,
    stop: generationConfig.stopSequences ?? [],
  };
}

type Declaration = NonNullable<NonNullable<GenerateContentRequest["tools"]>[number]["functionDeclarations"]>[number];

const toDeclared = ({ name, description = "", parameters, parametersJsonSchema }: Declaration): DeclaredFunction => ({
  name,
  description,
  schema: parametersJsonSchema ?? parameters,
});

const textOf = (content: Content | undefined): string =>
  (content?.parts ?? []).flatMap(({ text, thought }) => (thought === true ? [] : (text ?? []))).join(" ");

const resultsOf = (content: Content | undefined) =>
  (content?.parts ?? []).flatMap(({ functionResponse }) =>
    functionResponse === undefined ? [] : [{ name: functionResponse.name, value: functionResponse.response }],
  );
