/** Conditions that hang on the request, in words that go on after "when". */
const words: Readonly<Record<string, string>> = {
  "auto_truncate-said": "auto_truncate is set too",
  "best-of-above-n": "best_of is above n",
  "calls-forced": "a call is forced",
  "calls-unthought": "a call is forced, which comes without thinking",
  "echo-with-logprobs": "logprobs are asked for too",
  "functions-alone": "functions are declared too",
  "functions-as-tools": "the request has functions in the older form",
  "no-document": "the texts are not said to be documents",
  "no-predictions": "n_predict is 0",
  "no-prefill": "the turn is not the last one, or the model does not go on with it",
  "no-tokens": "max_tokens is 0",
  "no-tools": "no tool is declared",
  "no-tools-wanted": "tool_choice is none",
  "not-streamed": "the answer is not streamed",
  "one-sampler": "a temperature is set too",
  "plain-text": "the form is plain text",
  "runs-code": "code may be run at the upstream",
  "stops-here": "there are texts to stop at that the upstream is not told",
  "task-said": "task_type or taskType is set too",
  "task_type-said": "task_type is set too",
  thinks: "the model is to think",
  "thoughts-lost": "the thoughts behind the last calls are not there",
  "thoughts-unused": "the model is not to think",
  "truncation-said": "auto_truncate or autoTruncate is set too",
  untold: "the model is not told to think",
};

/** What a condition says; one without words of its own is told by its name. */
export function wordsOf(condition: string): string {
  return words[condition] ?? condition.replaceAll("-", " ");
}

/** Conditions that have words. */
export const worded: readonly string[] = Object.keys(words);
