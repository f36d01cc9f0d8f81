import { says } from "./_vertex.ts";

/** Pieces of requests in Google's language. */
export const user = (...parts: unknown[]): unknown => ({ role: "user", parts });
export const modelTurn = (...parts: unknown[]): unknown => ({ role: "model", parts });
export const text = (words: string): unknown => ({ text: words });
export const call = (name = "f", more: object = {}): unknown => ({ functionCall: { name, args: {} }, ...more });
export const result = (name = "f", more: object = {}): unknown => ({
  functionResponse: { name, response: { output: "x" }, ...more },
});
export const declare = (...declarations: unknown[]): unknown => [{ functionDeclarations: declarations }];
export const f = { name: "f", parametersJsonSchema: { type: "object", properties: {} } };
export const hi: ReturnType<typeof says> = says("Hi");
export const config = (generationConfig: object): object => ({ ...hi, generationConfig });
export const thinking = (thinkingConfig: object): object => config({ thinkingConfig });
export const calling = (functionCallingConfig: object): object => ({
  ...hi,
  tools: declare(f),
  toolConfig: { functionCallingConfig },
});
export const talk = (...contents: unknown[]): object => ({ contents });
export const signed = { thoughtSignature: "c2lnbmF0dXJl" };

export const g3 = { model: "gemini-3-flash-preview" };
export const g1 = { model: "gemini-1.5-pro-002" };
