import { APIError } from "openai";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/emulators/script.ts";
import { type ErrorName, errorTable } from "../../src/errors.ts";
import { collect, failureOf, startGateway } from "../_setup.ts";
import { contractRows, streamOf } from "./_operations.ts";
import { type ContractProvider, setupOf, uselessAnswer } from "./_providers.ts";

/** How a stream goes wrong after some of it has been sent on. */
interface BrokenCase {
  readonly name: string;
  readonly fault: (words: ContractProvider["words"]) => Answer;
  readonly error: ErrorName | "overloaded in a stream" | "limited in a stream" | "bare in a stream";
}

const answer: Answer = { words: 60, chunks: 6 };
/** Events after which every provider has said something, and none has said all. */
const seen = 5;

const cases: readonly BrokenCase[] = [
  {
    name: "the connection breaks between two events",
    fault: () => ({ ...answer, cut: { after_events: seen } }),
    error: "upstream_stream_cut",
  },
  {
    name: "the connection breaks in the middle of an event",
    fault: ({ middle = 1000 }) => ({ ...answer, cut: { after_bytes: middle } }),
    error: "upstream_stream_cut",
  },
  {
    name: "the stream ends properly, without a word of why",
    fault: () => ({ ...answer, cut: { after_events: seen, clean: true } }),
    error: "upstream_stream_cut",
  },
  {
    name: "the stream ends properly in the middle of an event",
    fault: ({ middle = 1000 }) => ({ ...answer, cut: { after_bytes: middle, clean: true } }),
    error: "upstream_stream_cut",
  },
  {
    name: "all is said, but not why it ends",
    fault: ({ unended = { finish: "" } }) => ({ ...answer, ...unended }),
    error: "upstream_stream_cut",
  },
  {
    name: "an error comes as an event",
    fault: ({ overloaded: status = 503 }) => ({
      ...answer,
      stream_error: { after_events: seen, status, message: "The model is overloaded." },
    }),
    error: "overloaded in a stream",
  },
  {
    name: "an error comes as a bare body",
    fault: ({ overloaded: status = 503 }) => ({
      ...answer,
      stream_error: { after_events: seen, status, message: "Overloaded.", bare: true },
    }),
    error: "bare in a stream",
  },
  {
    name: "the limit is reached on the way",
    fault: () => ({ ...answer, stream_error: { after_events: seen, status: 429, message: "Slow down." } }),
    error: "limited in a stream",
  },
  {
    name: "an error on the way speaks of us",
    fault: ({ aboutUs }) => ({ ...answer, stream_error: { after_events: seen, status: 500, message: aboutUs } }),
    error: "upstream_error",
  },
  {
    name: "the answer turns out to be of no use",
    fault: ({ malformed }) => uselessAnswer(malformed, "streamed", answer),
    error: "upstream_invalid_response",
  },
];

describe.each(contractRows)(
  "$operation.name at $provider.name: a stream that breaks ends in an error event, never in [DONE]",
  ({ operation, provider }) => {
    const { overloaded, limited } = provider.words.inStream;
    const named = {
      "overloaded in a stream": overloaded,
      "limited in a stream": limited,
      "bare in a stream": provider.words.bareInStream ?? overloaded,
    } as const;
    const known = (error: BrokenCase["error"]): ErrorName =>
      error === "overloaded in a stream" || error === "limited in a stream" || error === "bare in a stream"
        ? named[error]
        : error;

    test.each(cases.map((one) => ({ ...one, error: known(one.error) })))("$name", async ({ fault, error }) => {
      const script = JSON.stringify({ answers: [fault(provider.words)] });
      const gateway = await startGateway({ ...setupOf(provider), script, planned: [error] });
      const [, type, code] = errorTable[error];

      const streamed = await streamOf(gateway, operation, operation.ask("hi"));
      expect(streamed.status).toBe(200);
      expect(streamed.text).not.toContain("[DONE]");
      expect(streamed.text.trimEnd().split("\n\n").at(-1)).toMatch(/^data: \{"error":\{"message":/);
      expect(streamed.error).toEqual({ message: expect.any(String), type, param: null, code });
      const [choice] = operation.seen(streamed.chunks);
      expect(choice?.text).toMatch(/^The /);
      expect(choice?.finish).toBeNull();
      expect(gateway.upstream.requests).toHaveLength(1);

      const failure = await failureOf(collect(await operation.createStream(gateway.client, "hi")));
      expect(failure).toBeInstanceOf(APIError);
      expect(failure).toMatchObject({ code, type });

      const line = await gateway.log.until((one) => one.error === error);
      expect(line).toMatchObject({ status: 200, stream: true, attempts: 1, deployment: provider.use });
    });

    test("one of several choices breaks: none of them is taken for whole", async () => {
      const answers = [{ times: 1, words: 60, chunks: 6, cut: { after_events: seen } }, answer];
      const planned = ["upstream_stream_cut"] as const;
      const gateway = await startGateway({ ...setupOf(provider), script: JSON.stringify({ answers }), planned });
      const { text, error } = await streamOf(gateway, operation, { ...operation.ask("hi"), n: 2 });
      expect(error?.code).toBe("upstream_stream_cut");
      expect(text).not.toContain("[DONE]");
    });
  },
);
