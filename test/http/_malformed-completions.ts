import { bound, missing, type Refused, wrongType } from "./_schema.ts";

const prompt = "Once upon a time";

/** @see reference: openai-surface §§3, 5 */
export const completionRefusals: readonly Refused[] = [
  missing("no prompt", {}, "prompt"),
  wrongType("a prompt as a number", { prompt: 5 }, "prompt", "one of a string or array", "an integer"),
  wrongType("a prompt as an object", { prompt: { text: prompt } }, "prompt", "one of a string or array", "an object"),
  wrongType("max_tokens as a text", { prompt, max_tokens: "16" }, "max_tokens", "an integer", "a string"),
  wrongType("logprobs as chat has them", { prompt, logprobs: true }, "logprobs", "an integer", "a boolean"),
  wrongType("echo as a text", { prompt, echo: "yes" }, "echo", "a boolean", "a string"),
  wrongType("suffix as a list", { prompt, suffix: ["."] }, "suffix", "a string", "an array"),
  bound("max_tokens of -1", { prompt, max_tokens: -1 }, "max_tokens", "integer", ["below minimum", ">=", 0], -1),
  bound("n of 0", { prompt, n: 0 }, "n", "integer", ["below minimum", ">=", 1], 0),
  bound("n of 129", { prompt, n: 129 }, "n", "integer", ["above maximum", "<=", 128], 129),
  bound("logprobs of 6", { prompt, logprobs: 6 }, "logprobs", "integer", ["above maximum", "<=", 5], 6),
  bound("best_of of 21", { prompt, best_of: 21 }, "best_of", "integer", ["above maximum", "<=", 20], 21),
  bound("temperature of 3", { prompt, temperature: 3 }, "temperature", "decimal", ["above maximum", "<=", 2], 3),
];
