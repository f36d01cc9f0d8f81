import { describe, expect, test } from "vitest";
import { says, startGateway } from "../_setup.ts";
import { ask } from "./_ask.ts";
import { anywhere, type Operation } from "./_malformed.ts";
import { chatRefusals } from "./_malformed-chat.ts";
import { completionRefusals } from "./_malformed-completions.ts";
import { embeddingRefusals } from "./_malformed-embeddings.ts";
import type { Refused } from "./_schema.ts";

/** Every operation that takes a body, and the bodies that its own schema refuses. */
const operations: readonly (Operation & { readonly refusals: readonly Refused[]; readonly models?: string })[] = [
  {
    path: "/v1/chat/completions",
    minimal: { model: "test-model", messages: says("hi").messages },
    refusals: chatRefusals,
  },
  {
    path: "/v1/completions",
    minimal: { model: "test-model", prompt: "Once upon a time" },
    refusals: completionRefusals,
  },
  {
    path: "/v1/embeddings",
    minimal: { model: "test-model", input: "A ripe pear" },
    refusals: embeddingRefusals,
    models: "models: { test-model: { deployments: [vertex/text-embedding-005], conformance: enforce } }",
  },
];

/** @see reference: openai-surface §3 */
describe.each(operations)("POST $path", (operation) => {
  const { path, minimal, refusals, models = "" } = operation;

  test("answers its minimal body", async () => {
    const gateway = await startGateway(models);
    expect(await ask(gateway, { path, body: minimal })).toMatchObject({ status: 200 });
  });

  test.each(anywhere)("refuses $name", async ({ routes = "", ask: toAsk, message, param, code, ...want }) => {
    const gateway = await startGateway(`${routes}\n${models}`);
    const { status, headers, body } = await ask(gateway, toAsk(operation));
    expect(body).toEqual({ error: { message: message(operation), type: "invalid_request_error", param, code } });
    expect(status).toBe(want.status);
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("x-request-id")).toMatch(/^req_[\da-f]{24}$/);
    for (const [name, value] of Object.entries(want.headers ?? {})) expect(headers.get(name)).toBe(value);
    expect(gateway.upstream.requests).toHaveLength(0);
    // A client can mend it: it is no error of ours.
    expect(await gateway.log.until((line) => line.status === want.status)).toMatchObject({ level: 30 });
  });

  test.each(refusals)("refuses $name", async ({ request, param, code, message }) => {
    const gateway = await startGateway(models);
    for (const stream of [{}, { stream: true }]) {
      const { status, body } = await ask(gateway, { path, body: { model: "test-model", ...stream, ...request } });
      expect(body).toEqual({ error: { message, type: "invalid_request_error", param, code } });
      expect(status).toBe(400);
    }
    expect(gateway.upstream.requests).toHaveLength(0);
  });
});
