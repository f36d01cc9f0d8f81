import { describe, expect, test } from "vitest";
import { startGateway } from "../_setup.ts";
import { chatCases } from "./_chat-cases.ts";
import { contractProviders, setupOf } from "./_providers.ts";
import { type SeenChoice, seenStreamed, seenWhole } from "./_seen.ts";

describe.each(contractProviders)("$name", (provider) => {
  const cases = chatCases.filter(({ needs }) => needs === undefined || !provider.lacks.includes(needs));
  const requestOf = (request: (typeof chatCases)[number]["request"]): object =>
    typeof request === "function" ? request(provider.words) : request;

  test.each(cases)("$name", async ({ request, script, want }) => {
    const gateway = await startGateway({ ...setupOf(provider), script: script?.(provider.words) ?? "answers: []" });
    const { body, headers } = await gateway.chat(requestOf(request));
    mustFit(seenWhole(body), want);
    expect(body).toMatchObject({ object: "chat.completion", model: "test-model", usage: want.usage ?? {} });
    expect(headers.get("x-specgate-changes")).toBe(want.changes?.(provider.words) ?? null);
    expect(headers.get("x-specgate-attempts")).toBe(String(want.calls ?? 1));
    expect(gateway.upstream.requests).toHaveLength(want.calls ?? 1);
    for (const { message } of body.choices) {
      if (message.tool_calls !== undefined) expect(message.tool_calls).not.toHaveLength(0);
      expect(new Set(message.tool_calls?.map(({ id }) => id)).size).toBe(message.tool_calls?.length ?? 0);
    }
  });

  test.each(cases)("streamed: $name", async ({ request, script, want }) => {
    const gateway = await startGateway({ ...setupOf(provider), script: script?.(provider.words) ?? "answers: []" });
    const { chunks, done, headers } = await gateway.stream({
      ...requestOf(request),
      stream_options: { include_usage: true },
    });
    mustFit(seenStreamed(chunks), want);
    expect(done).toBe(true);
    expect(chunks.at(-1)?.usage).toMatchObject(want.usage ?? {});
    expect(headers.get("x-specgate-changes")).toBe(want.changes?.(provider.words) ?? null);
    expect(headers.get("x-specgate-attempts")).toBe(String(want.calls ?? 1));
    expect(gateway.upstream.requests).toHaveLength(want.calls ?? 1);
  });
});

function mustFit(choices: readonly SeenChoice[], want: (typeof chatCases)[number]["want"]): void {
  const wanted = want.choices ?? [want.choice ?? {}];
  expect(choices).toHaveLength(wanted.length);
  for (const [index, choice] of wanted.entries()) expect(choices[index]).toMatchObject(choice);
}
