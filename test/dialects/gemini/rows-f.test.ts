import { describe, expect, test } from "vitest";
import { parseScript } from "../../../src/emulators/script.ts";
import { says, startGateway } from "../../_setup.ts";

const twoDeployments = `
models:
  test-model: { deployments: [vertex/gemini-2.5-flash, vertex/gemini-2.5-pro], conformance: enforce }
`;
const scriptOf = (...answers: readonly object[]): string => JSON.stringify({ answers });

/** An error without a word of Google's, and one as streams without SSE have it. */
const bodies = {
  page: () => "<!DOCTYPE html><html>Error</html>",
  list: (code: number, status: string) => JSON.stringify([{ error: { code, status, message: "Trouble." } }]),
} as const;

/** What an upstream says before the first byte of an answer, and whether the next deployment is asked. */
test.each([
  [408, "page", "", true],
  [429, "list", "RESOURCE_EXHAUSTED", true],
  [499, "list", "CANCELLED", true],
  [499, "page", "", true],
  [500, "page", "", true],
  [502, "page", "", true],
  [503, "list", "UNAVAILABLE", true],
  [504, "list", "DEADLINE_EXCEEDED", true],
  [400, "list", "INVALID_ARGUMENT", false],
  [409, "list", "ABORTED", false],
  [413, "page", "", false],
  [501, "list", "UNIMPLEMENTED", false],
] as const)("§12 after %i as a %s %s the next deployment is asked: %s", async (status, form, word, isAsked) => {
  const raw = { status, body: bodies[form](status, word) };
  const script = scriptOf({ times: 1, raw }, { text: "Well.", chunks: 1 });
  const gateway = await startGateway({ routes: twoDeployments });
  for (const stream of [false, true]) {
    gateway.upstream.forget();
    gateway.upstream.use(parseScript(script));
    const { headers, text } = await gateway.post({ model: "test-model", stream, ...says("hi") });
    expect(headers.get("x-specgate-attempts")).toBe(isAsked ? "2" : "1");
    expect(text.includes("Well.")).toBe(isAsked);
    expect(gateway.upstream.requests).toHaveLength(isAsked ? 2 : 1);
  }
});

describe("§12 an upstream that cancels a call by itself, while the client waits", () => {
  const cancelled = { status: 499, message: "The operation was cancelled." };
  const want = { message: cancelled.message, type: "server_error", param: null, code: null };

  test.each([false, true])("is a fault of the upstream, which the client may try again: stream %s", async (stream) => {
    const gateway = await startGateway({ script: scriptOf({ error: cancelled }), planned: ["upstream_error"] });
    const { status, headers, body } = await gateway.post({ model: "test-model", stream, ...says("hi") });
    expect(status).toBe(500);
    expect(body).toEqual({ error: want });
    expect(headers.get("x-should-retry")).toBeNull();
    const line = await gateway.log.until(({ msg }) => msg === "request");
    expect(line).toMatchObject({ status: 500, error: "upstream_error" });
  });

  test("is the same within a stream", async () => {
    const answer = { words: 60, chunks: 6, stream_error: { after_events: 2, ...cancelled } };
    const gateway = await startGateway({ script: scriptOf(answer), planned: ["upstream_error"] });
    const { error, done } = await gateway.stream(says("hi"));
    expect(error).toEqual(want);
    expect(done).toBe(false);
  });
});
