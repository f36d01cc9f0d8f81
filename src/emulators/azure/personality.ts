import type { JsonObject } from "../json.ts";
import { randomText } from "../openai/ids.ts";
import { openai } from "../openai/personalities/openai.ts";
import type { Personality } from "../openai/personality.ts";
import type { Problem, UsualErrors } from "../openai/problem.ts";
import type { ChatChunk, ChatResponse } from "../openai/types.ts";
import { findings, promptFindings, safe } from "./findings.ts";
import { embeddingFormAt, versionRules } from "./versions.ts";

/** What Azure itself says, where it has no type. */
const usual: UsualErrors = {
  400: { type: "", message: "The request is invalid.", code: "BadRequest" },
  401: { type: "", message: "Access denied due to invalid subscription key or wrong API endpoint.", code: "401" },
  403: { type: "", message: "Access denied due to Virtual Network/Firewall rules.", code: "AccessDenied" },
  404: { type: "", message: "Resource not found", code: "404" },
  408: { type: "", message: "The operation was timeout.", code: "Timeout" },
  429: {
    type: "",
    message:
      "Requests to the ChatCompletions_Create Operation have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 2 seconds.",
    code: "429",
  },
  500: { type: "server_error", message: "The server had an error while processing your request. Sorry about that!" },
  503: { type: "", message: "The service is temporarily unable to process your request.", code: "ServiceUnavailable" },
};

/** Of the service two members, of the model behind it OpenAI's four, and of the filter all it has found. */
function errorBody(problem: Problem): unknown {
  const { status, message, type = "", param, code, more } = problem;
  if (code === "content_filter") return { error: filtered(problem) };
  if (type === "") return { error: { code: code ?? String(status), message, ...more } };
  return { error: { message, type, param: param ?? null, code: code ?? null, ...more } };
}

const filtered = ({ message, more }: Problem): JsonObject => ({
  message,
  type: null,
  param: "prompt",
  code: "content_filter",
  status: 400,
  innererror: { code: "ResponsibleAIPolicyViolation", content_filter_result: { ...findings(true), ...more } },
});

const fingerprint = `fp_${randomText(10, "hex")}`;

function dressAnswer(answer: ChatResponse): JsonObject {
  const choices = answer.choices.map((choice) => ({
    ...choice,
    content_filter_results: findings(choice.finish_reason === "content_filter"),
  }));
  return { ...answer, choices, system_fingerprint: fingerprint, prompt_filter_results: promptFindings() };
}

function dressChunk(chunk: ChatChunk): JsonObject {
  const choices = chunk.choices.map((choice) => {
    const { content } = choice.delta;
    if (choice.finish_reason === "content_filter") return { ...choice, content_filter_results: findings(true) };
    return { ...choice, content_filter_results: content ? { violence: safe } : {} };
  });
  return { ...chunk, choices, system_fingerprint: fingerprint };
}

/** A resource of Azure's under one version of its API. */
export function azureAt(version: string): Personality {
  const form = embeddingFormAt(version);
  return {
    ...openai,
    headers: (status) => ({
      "apim-request-id": randomText(32, "hex"),
      "x-ms-region": "Sweden Central",
      ...(status === 200 && {
        "x-ratelimit-remaining-requests": "99",
        "x-ratelimit-remaining-tokens": "99000",
      }),
    }),
    errors: { ...openai.errors, usual, body: errorBody, inStream: (problem) => ({ body: errorBody(problem) }) },
    chat: {
      ...openai.chat,
      rules: [...versionRules(version), ...openai.chat.rules],
      preface: () => ({
        choices: [],
        created: 0,
        id: "",
        model: "",
        object: "",
        prompt_filter_results: promptFindings(true),
      }),
      dressAnswer,
      dressChunk,
    },
    embeddings: { ...openai.embeddings, ...(form !== undefined && { form }) },
  };
}
