import { validateGenerateContentRequest } from "../../../generated/validators/gemini.closed.mjs";
import type { Surface } from "../vertex/surface.ts";
import type { Candidate, GenerateContentRequest, GenerateContentResponse } from "../vertex/types.ts";
import { phrase, texts } from "./texts.ts";

/**
 * The Developer API: its own shapes, in which Vertex AI's members are unknown names.
 *
 * @see reference: openai-chat-to-gemini.md §14
 */
export const developerSurface: Surface = {
  name: "developer",
  texts,
  phrase,
  service: "generativelanguage.googleapis.com",
  types: "google.ai.generativelanguage.v1beta",
  validate: validateGenerateContentRequest,
  lacks: () => [],
  dress,
  headers: ({ serviceTier = "standard" }: GenerateContentRequest) => ({ "x-gemini-service-tier": serviceTier }),
};

/** Quotations have another name here, and no titles. */
function withCitationSources(candidate: Candidate): object {
  const { citationMetadata, ...rest } = candidate;
  if (citationMetadata?.citations === undefined) return candidate;
  const citationSources = citationMetadata.citations.map(({ title: _, publicationDate: _date, ...source }) => source);
  return { ...rest, citationMetadata: { citationSources } };
}

/** Without what only Vertex AI tells. */
function dress({ createTime: _, candidates, promptFeedback, usageMetadata, ...rest }: GenerateContentResponse): object {
  const { blockReasonMessage: _message, ...feedback } = promptFeedback ?? {};
  const { trafficType: _traffic, ...counts } = usageMetadata ?? {};
  return {
    ...rest,
    ...(candidates && { candidates: candidates.map(withCitationSources) }),
    ...(promptFeedback && { promptFeedback: feedback }),
    ...(usageMetadata && { usageMetadata: counts }),
  };
}
