import { encode as encodeCl100k } from "gpt-tokenizer/encoding/cl100k_base";
import type { CompletionCreateParamsNonStreaming } from "openai/resources/completions";
import { expect } from "vitest";
import type { SeenText, TextFeature, TextProvider } from "./_operations.ts";

/** A request for legacy completions, what the upstream says to it, and what the client must see, whole and streamed. */
export interface TextCase {
  readonly name: string;
  readonly request: Omit<CompletionCreateParamsNonStreaming, "model">;
  /** The emulator's script; without one its small model answers. */
  readonly script?: (words: TextProvider["words"]) => string;
  /** Features without which the case says nothing. */
  readonly needs?: TextFeature;
  /** The other way round: it is about providers without it. */
  readonly without?: TextFeature;
  /** Providers it is about: all, those that complete texts themselves, or those asked by chat. */
  readonly by?: TextProvider["texts"]["by"];
  /** OpenAI knows no such stream. */
  readonly whole?: true;
  readonly want: TextWant;
}

/** What a client sees, and what the upstream was asked. */
export interface TextWant {
  readonly choices: readonly Partial<SeenText>[] | ((provider: TextProvider) => readonly Partial<SeenText>[]);
  /** The texts the upstream was asked to go on with, in any order; one call for each. */
  readonly asked?: (provider: TextProvider) => readonly unknown[];
  /** `x-specgate-changes`; none unless told. */
  readonly changes?: (provider: TextProvider) => readonly string[];
  /** Members of the counts. */
  readonly usage?: object;
}

const answer = (members: object): string => JSON.stringify({ answers: [members] });

/** An answer to each prompt by what it says, so that an answer under a wrong index is seen. */
const byPrompt = (...prompts: readonly string[]): string =>
  JSON.stringify({
    answers: prompts.map((says) => ({ when: { says }, text: ` of ${says}`, usage: { input: 3, output: 2 } })),
    otherwise: "fail",
  });
const of = (prompt: string): SeenText => ({ text: ` of ${prompt}`, finish: "stop" });

const ids = encodeCl100k("alpha beta");
const lacksTokens = ({ texts }: TextProvider): boolean => texts.lacks.includes("tokens");

/** Prompts in all their forms. */
const prompts: readonly TextCase[] = [
  {
    name: "a text is gone on with, and counted",
    request: { prompt: "alpha" },
    script: () => byPrompt("alpha"),
    want: {
      choices: [of("alpha")],
      asked: () => ["alpha"],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    },
  },
  {
    name: "several texts are as many calls, their answers in the order of the prompts",
    request: { prompt: ["alpha", "beta", "gamma"] },
    script: () => byPrompt("alpha", "beta", "gamma"),
    want: {
      choices: [of("alpha"), of("beta"), of("gamma")],
      asked: () => ["alpha", "beta", "gamma"],
      usage: { prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 },
    },
  },
  {
    name: "a list of one text is that text",
    request: { prompt: ["alpha"] },
    script: () => byPrompt("alpha"),
    want: { choices: [of("alpha")], asked: () => ["alpha"] },
  },
  {
    name: "several texts of several choices each: the choices of the first come first",
    request: { prompt: ["alpha", "beta"], n: 2 },
    script: () => byPrompt("alpha", "beta"),
    want: {
      choices: [of("alpha"), of("alpha"), of("beta"), of("beta")],
      asked: () => ["alpha", "alpha", "beta", "beta"],
      usage: { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 },
    },
  },
  {
    name: "token ids are one prompt, as ids where they are taken and as text elsewhere",
    request: { prompt: ids },
    script: () => answer({ text: " and so on" }),
    want: {
      choices: [{ text: " and so on", finish: "stop" }],
      asked: (provider) => [lacksTokens(provider) ? "alpha beta" : ids],
    },
  },
  {
    name: "lists of token ids are several prompts",
    request: { prompt: [ids, encodeCl100k("gamma")] },
    script: () => answer({ text: " and so on" }),
    want: {
      choices: [{ text: " and so on" }, { text: " and so on" }],
      asked: (provider) => (lacksTokens(provider) ? ["alpha beta", "gamma"] : [ids, encodeCl100k("gamma")]),
    },
  },
  {
    name: "no prompt is the token between two texts",
    request: { prompt: null },
    script: () => answer({ text: "Chapter one." }),
    by: "itself",
    want: { choices: [{ text: "Chapter one.", finish: "stop" }], asked: () => ["<|endoftext|>"] },
  },
  {
    name: "no prompt asks a chat model for a text of its choice",
    request: { prompt: null },
    by: "chat",
    want: { choices: [{ text: expect.stringContaining("You said: Begin."), finish: "stop" }], asked: () => ["Begin."] },
  },
  {
    name: "every script and every emoji arrives whole",
    request: { prompt: "Grüße, 世界 👩‍👩‍👧‍👦" },
    script: () => answer({ text: ' Grüße 世界 👩‍👩‍👧‍👦 — "quotes", \\ and \u2028\u0007', chunks: 20 }),
    want: {
      choices: [{ text: ' Grüße 世界 👩‍👩‍👧‍👦 — "quotes", \\ and \u2028\u0007' }],
      asked: () => ["Grüße, 世界 👩‍👩‍👧‍👦"],
    },
  },
];

/** How many answers, and of how many candidates. */
const counts: readonly TextCase[] = [
  {
    name: "n asks for several choices, the prompt counted for each",
    request: { prompt: "alpha", n: 3 },
    script: () => byPrompt("alpha"),
    want: {
      choices: [of("alpha"), of("alpha"), of("alpha")],
      asked: () => ["alpha", "alpha", "alpha"],
      usage: { prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 },
    },
  },
  {
    name: "best_of that equals n asks for nothing more",
    request: { prompt: "alpha", n: 2, best_of: 2 },
    script: () => byPrompt("alpha"),
    want: { choices: [of("alpha"), of("alpha")], asked: () => ["alpha", "alpha"] },
  },
  {
    name: "best_of above n is passed on where candidates are ranked",
    request: { prompt: ["alpha", "beta"], n: 2, best_of: 4 },
    script: () => byPrompt("alpha", "beta"),
    needs: "ranking",
    whole: true,
    want: { choices: [{}, {}, {}, {}], asked: () => ["alpha", "beta"] },
  },
  {
    name: "best_of above n makes no more candidates where none is ranked, and as many choices",
    request: { prompt: ["alpha", "beta"], n: 2, best_of: 4 },
    script: () => byPrompt("alpha", "beta"),
    without: "ranking",
    whole: true,
    want: {
      choices: [of("alpha"), of("alpha"), of("beta"), of("beta")],
      asked: () => ["alpha", "alpha", "beta", "beta"],
      changes: ({ texts }) => texts.told({ best_of: 4, n: 2 }),
    },
  },
];

/** What the answer is made of. */
const texts: readonly TextCase[] = [
  {
    name: "echo puts each prompt before each of its answers",
    request: { prompt: ["alpha", "beta"], n: 2, echo: true },
    script: () => byPrompt("alpha", "beta"),
    needs: "echo",
    want: {
      choices: ["alpha", "alpha", "beta", "beta"].map((one) => ({ text: `${one} of ${one}`, finish: "stop" })),
    },
  },
  {
    name: "echo of token ids is their text",
    request: { prompt: ids, echo: true },
    script: () => answer({ text: " and so on" }),
    by: "chat",
    want: { choices: [{ text: "alpha beta and so on" }] },
  },
  {
    name: "echo that a server does not know is told",
    request: { prompt: "alpha", echo: true },
    script: () => byPrompt("alpha"),
    without: "echo",
    want: { choices: [of("alpha")], changes: () => ["reported:echo"] },
  },
  {
    name: "a suffix makes a gap that a chat model fills: fences, repetitions and remarks are taken off",
    request: { prompt: "def f(n):\n    return ", suffix: "\n\nprint(f(10))\n" },
    script: () =>
      answer({ text: "```python\n    return n * 2\n\nprint(f(10))\n```\nThis doubles the number.", chunks: 9 }),
    by: "chat",
    want: { choices: [{ text: "n * 2", finish: "stop" }] },
  },
  {
    name: "a gap in the tokens of a code model is filled alike",
    request: { prompt: "<|fim_prefix|>def f(n):\n    return <|fim_suffix|>\n\nprint(f(10))\n<|fim_middle|>" },
    script: () => answer({ text: "```python\nn * 2\n```", chunks: 5 }),
    by: "chat",
    want: { choices: [{ text: "n * 2", finish: "stop" }] },
  },
  {
    name: "the tokens of a code model go to servers as they are",
    request: { prompt: "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>" },
    script: () => answer({ text: "```x```" }),
    by: "itself",
    want: {
      choices: [{ text: "```x```", finish: "stop" }],
      asked: () => ["<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>"],
    },
  },
  {
    name: "stop ends an answer before its text",
    request: { prompt: "alpha", stop: [" I am", "never"], max_tokens: 100 },
    want: { choices: [{ finish: "stop", text: expect.stringMatching(/You said: alpha\.$/) }] },
  },
  {
    name: "one text to stop at need not be a list",
    request: { prompt: "alpha", stop: " I am", max_tokens: 100 },
    want: { choices: [{ finish: "stop", text: expect.stringMatching(/You said: alpha\.$/) }] },
  },
  {
    name: "max_tokens cuts an answer, and says so",
    request: { prompt: "alpha", max_tokens: 2 },
    // Who thinks before it speaks, and cannot be told otherwise, says nothing with so few.
    want: {
      choices: ({ texts, words }) => {
        const thinks = texts.by === "chat" && words.alwaysThinks === true;
        return [{ finish: "length", text: thinks ? "" : expect.stringMatching(/^Hello! .$/) }];
      },
    },
  },
  {
    name: "an answer withheld says so",
    request: { prompt: "alpha" },
    script: ({ safety }) => answer({ text: " The", finish: safety }),
    want: { choices: [{ finish: "content_filter" }] },
  },
];

/** Every case of legacy completions; each provider that can passes it, in one piece as well as streamed. */
export const textCases: readonly TextCase[] = [...prompts, ...counts, ...texts];
