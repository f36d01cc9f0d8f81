const learnMore =
  "You can also use the CountTokens API to calculate prompt token count and billable characters. " +
  "Learn more: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api";

/** What Vertex AI says when it refuses a request for vectors; marks as in the texts of generateContent. */
export const texts = {
  noInstances: (): string => "Should provide instances for text model prediction.", // seen
  instances: (allowed: number, sent: number): string =>
    `${allowed} instance(s) is allowed per prediction. Actual: ${sent}`, // seen
  noContent: (at: number): string => `Instance ${at} has no text: the field content is missing or empty.`, // ours
  empty: (): string => "Unable to submit request because it has no text to embed. Add a text and try again.", // ours
  tokens: (sent: number, allowed: number): string =>
    `Unable to submit request because the input token count is ${sent} but the model supports up to ${allowed}. Reduce the input token count and try again. ${learnMore}`, // seen
  dimensions: (sent: number, allowed: number): string =>
    `Unable to submit request because it has a outputDimensionality value of ${sent} but the supported range is from 1 (inclusive) to ${allowed + 1} (exclusive). Update the value and try again.`, // ours, after other ranges
  task: (word: string): string => `Unsupported task type: ${word}.`, // ours
  title: (): string => "A title is supported with the task type RETRIEVAL_DOCUMENT only.", // ours
  otherCall: (model: string, call: string): string => `Model ${model} does not support ${call}.`, // ours
} as const;
