import type { Checked, Rule } from "./rule.ts";
import type { Surface } from "./surface.ts";
import type { Content, Part } from "./types.ts";
import { promptTokens } from "./usage.ts";

const dataMembers = [
  ...(["text", "inlineData", "fileData", "functionCall", "functionResponse"] as const),
  ...(["executableCode", "codeExecutionResult", "toolCall", "toolResponse"] as const),
] satisfies readonly (keyof Part)[];

const roles: readonly string[] = ["user", "model", "function"];

/** Vertex AI wants a role on every turn; only the Developer API does without. */
const isRole = (role: string | undefined, { name }: Surface): boolean =>
  role === undefined ? name === "developer" : roles.includes(role);

// openai-chat-to-gemini.md §3.1; documents and sound beside the image types.
const mediaTypes =
  /^(image\/(png|jpeg|jpg|webp|heic|heif)|audio\/.+|video\/.+|application\/pdf|text\/.+|application\/(json|x-javascript|x-python))$/;

const maxPromptTokens = 1_048_576;
const maxLinks = 10;

/** Rules about turns and parts. */
export const contentRules: readonly Rule[] = [
  ({ request, surface: { texts } }) => (request.contents.length === 0 ? texts.noContents() : undefined),
  ({ request, surface: { texts } }) =>
    turnsOf(request).some(({ parts }) => (parts ?? []).length === 0) ? texts.noParts() : undefined,
  ({ request, surface }) =>
    request.contents.some(({ role }) => !isRole(role, surface)) ? surface.texts.role() : undefined,
  firstOfParts((part, path, { texts }) => (dataOf(part).length === 0 ? texts.noData(path) : undefined)),
  firstOfParts((part, path, { texts }) => {
    const [, second] = dataOf(part);
    return second === undefined ? undefined : texts.twoData(path, second);
  }),
  ({ request, surface: { texts } }) => (turnsOf(request).some(hasEmptyText) ? texts.emptyText() : undefined),
  firstOfParts(({ inlineData, fileData }, _path, { texts }) => {
    const type = (inlineData ?? fileData)?.mimeType?.split(";", 1)[0];
    return type === undefined || mediaTypes.test(type) ? undefined : texts.mediaType(type);
  }),
  firstOfParts(({ fileData }, _path, { name, texts }) => {
    const known = name === "developer" ? /^https?:\/\// : /^(gs|https?):\/\//;
    return fileData === undefined || known.test(fileData.fileUri) ? undefined : texts.fileUri(fileData.fileUri);
  }),
  ({ request, surface: { texts } }) => {
    const links = request.contents
      .flatMap(({ parts }) => parts ?? [])
      .filter(({ fileData }) => fileData?.fileUri.startsWith("http"));
    return links.length > maxLinks ? texts.manyLinks() : undefined;
  },
  ({ request, surface: { texts } }) => {
    const other = (request.systemInstruction?.parts ?? []).some(({ text }) => text === undefined);
    return other ? texts.systemMedia() : undefined;
  },
  ({ request, family, surface: { texts } }) =>
    family.endsWithUser && request.contents.at(-1)?.role === "model" ? texts.modelTurnLast() : undefined,
  ({ request, surface: { texts } }) => {
    const tokens = promptTokens(request);
    return tokens > maxPromptTokens ? texts.tooLong(tokens, maxPromptTokens) : undefined;
  },
];

/** The conversation and the standing instruction. */
function turnsOf({ contents, systemInstruction }: Checked["request"]): readonly Content[] {
  return systemInstruction === undefined ? contents : [...contents, systemInstruction];
}

/**
 * An empty text may carry a signature. Without one it passes only where the SDK's chats put it: alone in a content that
 * goes on with the model's turn, which is how a stream's last event comes back.
 */
function hasEmptyText({ role, parts = [] }: Content, index: number, turns: readonly Content[]): boolean {
  const lastEvent = role === "model" && parts.length === 1 && turns[index - 1]?.role === "model";
  return !lastEvent && parts.some(({ text, thoughtSignature }) => text === "" && thoughtSignature === undefined);
}

const dataOf = (part: Part): readonly string[] => dataMembers.filter((member) => part[member] !== undefined);

/** A rule about single parts: the first one it speaks of. */
function firstOfParts(rule: (part: Part, path: string, surface: Surface) => string | undefined): Rule {
  return ({ request, surface }) => {
    for (const [path, content] of namedTurns(request)) {
      for (const [index, part] of (content.parts ?? []).entries()) {
        const text = rule(part, `${path}.parts[${index}]`, surface);
        if (text !== undefined) return text;
      }
    }
    return undefined;
  };
}

function namedTurns({ contents, systemInstruction }: Checked["request"]): readonly (readonly [string, Content])[] {
  const named = contents.map((content, index) => [`contents[${index}]`, content] as const);
  return systemInstruction === undefined ? named : [...named, ["system_instruction", systemInstruction] as const];
}
