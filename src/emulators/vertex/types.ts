import type { components as Closed } from "../../../generated/types/vertex.closed.ts";
import type { components as Exact } from "../../../generated/types/vertex.exact.ts";

type Asked = Closed["schemas"];
type Answered = Exact["schemas"];

/** The Developer API finds out by itself what kind a file is. */
type FileData = Pick<Asked["FileData"], "fileUri"> & Partial<Asked["FileData"]>;
export type Part = Omit<Asked["Part"], "fileData"> & { fileData?: FileData };
export type Content = Omit<Asked["Content"], "parts"> & { parts?: Part[] };
export type GenerateContentRequest = Omit<Asked["GenerateContentRequest"], "contents" | "systemInstruction"> & {
  contents: Content[];
  systemInstruction?: Content;
};
export type GenerationConfig = Asked["GenerationConfig"];
export type Tool = Asked["Tool"];
export type FunctionDeclaration = Asked["FunctionDeclaration"];
export type Schema = Asked["Schema"];
export type ThinkingLevel = Asked["ThinkingLevel"];

export type AnswerPart = Omit<Answered["Part"], "codeExecutionResult"> & {
  codeExecutionResult?: { outcome: string; output?: string };
};
export type GroundingMetadata = Answered["GroundingMetadata"];
export type Citation = NonNullable<Answered["CitationMetadata"]["citations"]>[number];
export type LogprobsResult = Answered["LogprobsResult"];
export type EmbedContentResponse = Answered["EmbedContentResponse"];
export type TextEmbeddingResponse = Answered["TextEmbeddingResponse"];
export type ErrorResponse = Answered["ErrorResponse"];
export type Code = Answered["Code"];
export type StatusDetail = Answered["StatusDetail"];

/** Scripts may use words that are newer than the spec, so these places take any. */
export type Candidate = Omit<Answered["Candidate"], "finishReason" | "content"> & {
  finishReason?: string;
  content?: { role: string; parts: AnswerPart[] };
};
export type PromptFeedback = Omit<Answered["PromptFeedback"], "blockReason"> & { blockReason?: string };
export type ModalityTokenCount = Omit<Answered["ModalityTokenCount"], "modality"> & { modality?: string };
type Details = "promptTokensDetails" | "candidatesTokensDetails";
export type UsageMetadata = Omit<Answered["UsageMetadata"], "trafficType" | Details> & {
  trafficType?: string;
} & { [Name in Details]?: ModalityTokenCount[] };

export type GenerateContentResponse = Omit<
  Answered["GenerateContentResponse"],
  "candidates" | "promptFeedback" | "usageMetadata"
> & { candidates?: Candidate[]; promptFeedback?: PromptFeedback; usageMetadata?: UsageMetadata };
