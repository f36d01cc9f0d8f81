import OpenAI, { APIError } from "openai";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/emulators/script.ts";
import { type ErrorName, errorTable } from "../../src/errors.ts";
import { failureOf, startGateway } from "../_setup.ts";
import { contractRows } from "./_operations.ts";
import { type ContractProvider, setupOf, uselessAnswer } from "./_providers.ts";

/** How the upstream fails before a byte of its answer, and what a client makes of it. */
interface ErrorCase {
  readonly name: string;
  readonly fault: (words: ContractProvider["words"]) => Answer;
  /** The row of the error table it becomes. */
  readonly error: ErrorName;
  readonly message: unknown;
  /** It is about what the client said. */
  readonly aboutText?: true;
  readonly headers?: Readonly<Record<string, string>>;
  /** The class the SDK throws. */
  readonly thrown: new (
    ...args: never[]
  ) => APIError;
  /** Calls to the upstream; one unless told. */
  readonly calls?: number;
  /** Known only after the stream has begun, where a provider opens one before it knows. */
  readonly late?: true;
  /** What a provider may tell in words of its own. */
  readonly own?: keyof NonNullable<ContractProvider["words"]["told"]>;
}

const failed = "The server had an error while processing your request.";
const refused = "The upstream refused the gateway's credentials.";
const unknown = "The model `test-model` does not exist or you do not have access to it.";
const page = (status: number): Answer => ({ raw: { status, body: "<!DOCTYPE html><html>Error</html>" } });
const { BadRequestError, ConflictError, InternalServerError, NotFoundError, RateLimitError } = OpenAI;

const cases: readonly ErrorCase[] = [
  {
    name: "400 is the client's own mistake, told without a word about us",
    fault: ({ aboutUs }) => ({ error: { status: 400, message: `The value is wrong. ${aboutUs}` } }),
    error: "invalid_request",
    message: expect.stringContaining("The value is wrong."),
    thrown: BadRequestError,
  },
  {
    name: "a prompt that is too long has the code and the words that agents look for",
    fault: ({ tooLong }) => ({ error: tooLong }),
    error: "context_length_exceeded",
    aboutText: true,
    message:
      "This model's maximum context length is 1048576 tokens. However, your messages resulted in 1200000 tokens. Please reduce the length of the messages.",
    thrown: BadRequestError,
  },
  {
    name: "401 is our trouble, not the client's key",
    fault: ({ aboutUs }) => ({ error: { status: 401, message: aboutUs } }),
    error: "upstream_auth_error",
    message: refused,
    headers: { "x-should-retry": "false" },
    thrown: InternalServerError,
  },
  {
    name: "403 is our trouble too",
    fault: ({ aboutUs }) => ({ error: { status: 403, message: aboutUs } }),
    error: "upstream_auth_error",
    message: refused,
    headers: { "x-should-retry": "false" },
    thrown: InternalServerError,
    own: "forbidden",
  },
  {
    name: "404 speaks of the model by the client's name for it",
    fault: ({ aboutUs }) => ({ error: { status: 404, message: aboutUs } }),
    error: "model_not_found",
    message: unknown,
    thrown: NotFoundError,
  },
  {
    name: "409 is not worth a retry",
    fault: () => ({ error: { status: 409, message: "The operation was aborted." } }),
    error: "conflict",
    message: "The operation was aborted.",
    headers: { "x-should-retry": "false" },
    thrown: ConflictError,
  },
  {
    name: "413 stays 413",
    fault: () => ({ error: { status: 413, message: "Request payload size exceeds the limit." } }),
    error: "request_too_large",
    message: "Request payload size exceeds the limit.",
    thrown: APIError,
  },
  {
    name: "429 carries how long to wait, in seconds and in milliseconds",
    fault: () => ({ error: { status: 429, message: "Slow down.", retry_after: "1.5s" } }),
    error: "rate_limit_exceeded",
    message: "Slow down.",
    headers: { "retry-after": "2", "retry-after-ms": "1500" },
    thrown: RateLimitError,
  },
  {
    name: "429 that asks for more patience than clients have is not worth a retry",
    fault: () => ({ error: { status: 429, message: "Slow down.", retry_after: "2m" } }),
    error: "rate_limit_exceeded",
    message: "Slow down.",
    headers: { "retry-after": "120", "retry-after-ms": "120000", "x-should-retry": "false" },
    thrown: RateLimitError,
  },
  {
    name: "429 without a delay leaves it to the client",
    fault: () => ({ error: { status: 429, message: "Slow down." } }),
    error: "rate_limit_exceeded",
    message: "Slow down.",
    thrown: RateLimitError,
  },
  {
    name: "a quota that is used up is not worth a retry",
    fault: ({ quota }) => ({ error: quota }),
    error: "insufficient_quota",
    message: "You exceeded your current quota.",
    headers: { "x-should-retry": "false" },
    thrown: RateLimitError,
    own: "quota",
  },
  {
    name: "500 is a server error",
    fault: () => ({ error: { status: 500, message: "Internal error encountered." } }),
    error: "upstream_error",
    message: "Internal error encountered.",
    thrown: InternalServerError,
  },
  {
    name: "503, or a status of its own, is an overload",
    fault: ({ overloaded: status = 503 }) => ({ error: { status, message: "The model is overloaded." } }),
    error: "overloaded",
    message: "The model is overloaded.",
    thrown: InternalServerError,
  },
  {
    name: "504 is a timeout",
    fault: () => ({ error: { status: 504, message: "Deadline expired." } }),
    error: "upstream_timeout",
    message: "Deadline expired.",
    thrown: InternalServerError,
  },
  {
    name: "a page with 404 tells nothing",
    fault: () => page(404),
    error: "model_not_found",
    message: unknown,
    thrown: NotFoundError,
  },
  {
    name: "a page with 500 tells nothing",
    fault: () => page(500),
    error: "upstream_error",
    message: failed,
    thrown: InternalServerError,
  },
  {
    name: "a page with 502 tells nothing",
    fault: () => page(502),
    error: "upstream_unreachable",
    message: failed,
    thrown: InternalServerError,
  },
  {
    name: "a page with 200 is no answer, and worth one more try",
    fault: () => page(200),
    error: "upstream_invalid_response",
    message: expect.stringMatching(
      /^The upstream's (answer|stream) is not |^An event in the upstream's stream has a wrong /,
    ),
    thrown: InternalServerError,
    calls: 2,
  },
  {
    name: "an answer that nobody can use is worth one more try",
    fault: ({ malformed }) => uselessAnswer(malformed, "whole", { text: "" }),
    error: "upstream_invalid_response",
    message: expect.stringMatching(/malformed|unexpected shape/),
    thrown: InternalServerError,
    calls: 2,
    late: true,
  },
  {
    name: "a connection that breaks before the headers is no answer",
    fault: () => ({ cut: {} }),
    error: "upstream_unreachable",
    message: "The upstream closed the connection before it answered.",
    thrown: InternalServerError,
  },
  {
    name: "a body that breaks off before its first event has a status of its own",
    fault: () => ({ text: "never seen", cut: { after_bytes: 10 } }),
    error: "upstream_stream_cut",
    message: expect.stringContaining("The upstream"),
    thrown: InternalServerError,
  },
];

describe.each(contractRows)("$operation.name at $provider.name", ({ operation, provider }) => {
  const { path, ask } = operation;
  const { words } = provider;
  const asToldHere = (one: ErrorCase): ErrorCase => ({ ...one, ...(one.own && words.told?.[one.own]) });

  test.each(cases.map(asToldHere))(
    "$name",
    async ({ fault, error, message, aboutText, headers: told, thrown, calls = 1, late }) => {
      const headers = words.wholeSeconds === true ? inWholeSeconds(told) : told;
      const script = JSON.stringify({ answers: [fault(provider.words)] });
      const gateway = await startGateway({ ...setupOf(provider), script, planned: [error] });
      const [status, type, code] = errorTable[error];
      const param = aboutText === true ? operation.param : null;
      const envelope = { error: { message, type, param, code } };

      for (const stream of late === true && provider.words.opensFirst ? [false] : [false, true]) {
        gateway.upstream.forget();
        const answered = await gateway.post({ model: "test-model", stream, ...ask("hi") }, undefined, path);
        expect(answered.body).toEqual(envelope);
        expect(answered.status).toBe(status);
        for (const name of ["retry-after", "retry-after-ms", "x-should-retry"]) {
          expect([name, answered.headers.get(name)]).toEqual([name, headers?.[name] ?? null]);
        }
        expect(gateway.upstream.requests).toHaveLength(calls);
      }

      const failure = await failureOf(operation.create(gateway.client, "hi"));
      expect(failure).toBeInstanceOf(thrown);
      expect(failure).toMatchObject({ status, code, type, param, requestID: expect.any(String) });
    },
  );

  test("a malformed answer that is followed by a good one is never seen", async () => {
    const useless = { times: 1, ...uselessAnswer(words.malformed, "whole", { text: "" }) };
    const script = JSON.stringify({ answers: [useless, { text: "All is well." }] });
    const gateway = await startGateway({ ...setupOf(provider), script });
    const { body, headers } = await gateway.post({ model: "test-model", ...ask("hi") }, undefined, path);
    expect(operation.textOf(body)).toBe("All is well.");
    expect(headers.get("x-specgate-attempts")).toBe("2");
  });

  test("the SDK waits as long as the upstream says, and then succeeds", async () => {
    const answers = [{ times: 1, error: { status: 429, retry_after: "700ms" } }, { text: "Now." }];
    const gateway = await startGateway({ ...setupOf(provider), script: JSON.stringify({ answers }) });
    const client = gateway.clientWith({ maxRetries: 1 });
    const began = performance.now();
    expect(await operation.create(client, "hi")).toBe("Now.");
    // By itself it would wait half a second at most.
    expect(performance.now() - began).toBeGreaterThan(690);
  });
});

/** The wait of an upstream that has no word for parts of a second. */
function inWholeSeconds(headers: ErrorCase["headers"]): ErrorCase["headers"] {
  const wait = headers?.["retry-after"];
  return wait === undefined ? headers : { ...headers, "retry-after-ms": String(Number(wait) * 1000) };
}
