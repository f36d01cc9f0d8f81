import { describe, expect, test } from "vitest";
import { says, startGateway } from "../_setup.ts";
import { type ChatCase, chatCases } from "./_chat-cases.ts";
import { chatVerdict, targetOf, type Verdict } from "./_fates.ts";
import { type ContractProvider, contractProviders, sentBodies, setupOf } from "./_providers.ts";
import { type SeenChoice, seenStreamed, seenWhole } from "./_seen.ts";

type Words = ContractProvider["words"];

describe.each(contractProviders)("$name", (provider) => {
  const { words } = provider;
  // What a case asks for decides who passes it: the fate tables say, and nobody else.
  const cases = chatCases.map((one) => {
    const request = typeof one.request === "function" ? one.request(words) : one.request;
    return { ...one, request, verdict: chatVerdict(provider, request) };
  });
  const taken = cases.filter(({ verdict }) => verdict.kind === "taken");
  const answered = taken.filter(({ want }) => want.refusal?.(words) === undefined);
  const declined = taken.filter((one) => !answered.includes(one));
  /** What is told of streams that are asked for their counts and have none. */
  const uncounted = changesIn(chatVerdict(provider, { ...says("hi"), ...counted }));
  const start = ({ script }: ChatCase) =>
    startGateway({ ...setupOf(provider), script: script?.(words) ?? "answers: []" });

  test.each(answered)("$name", async (one) => {
    const { request, want } = one;
    const gateway = await start(one);
    const { body, headers } = await gateway.chat(request);
    mustFit(seenWhole(body), want, words);
    expect(body).toMatchObject({ object: "chat.completion", model: "test-model", usage: usageIn(want, words) });
    expect(headers.get("x-specgate-changes")).toBe(want.changes?.(words) ?? null);
    expect(headers.get("x-specgate-attempts")).toBe(String(want.calls ?? 1));
    expect(gateway.upstream.requests).toHaveLength(want.calls ?? 1);
    for (const { message } of body.choices) {
      if (message.tool_calls !== undefined) expect(message.tool_calls).not.toHaveLength(0);
      expect(new Set(message.tool_calls?.map(({ id }) => id)).size).toBe(message.tool_calls?.length ?? 0);
    }
  });

  test.each(answered)("streamed: $name", async (one) => {
    const { request, want } = one;
    const gateway = await start(one);
    const { chunks, done, headers } = await gateway.stream({ ...request, ...counted });
    mustFit(seenStreamed(chunks), want, words);
    expect(done).toBe(true);
    if (uncounted.length === 0) expect(chunks.at(-1)?.usage).toMatchObject(usageIn(want, words));
    else expect(chunks.every(({ usage }) => usage === null)).toBe(true);
    const told = [want.changes?.(words) ?? [], uncounted].flat();
    expect(headers.get("x-specgate-changes")?.split(", ") ?? []).toEqual(told);
    expect(headers.get("x-specgate-attempts")).toBe(String(want.calls ?? 1));
    expect(gateway.upstream.requests).toHaveLength(want.calls ?? 1);
  });

  test.each(declined)("refused by the upstream: $name", async (one) => {
    const gateway = await start(one);
    for (const stream of [false, true]) {
      const { status, body } = await gateway.post({ model: "test-model", stream, ...one.request });
      const message = one.want.refusal?.(words);
      expect({ status, body }).toMatchObject({
        status: 400,
        body: { error: { message, type: "invalid_request_error" } },
      });
    }
  });

  test.each(cases.flatMap(({ verdict, ...one }) => (verdict.kind === "reported" ? [{ ...one, verdict }] : [])))(
    "by its table it drops, and tells: $name",
    async ({ verdict, ...one }) => {
      const gateway = await start(one);
      const whole = await gateway.chat(one.request);
      const streamed = await gateway.stream(one.request);
      for (const { headers } of [whole, streamed]) {
        expect(headers.get("x-specgate-changes")?.split(", ")).toEqual(expect.arrayContaining([...verdict.changes]));
      }
      expect(streamed.done).toBe(true);
    },
  );

  test.each(cases.flatMap(({ verdict, ...one }) => (verdict.kind === "refused" ? [{ ...one, verdict }] : [])))(
    "by its table it refuses: $name",
    async ({ verdict, ...one }) => {
      const gateway = await start(one);
      for (const stream of [false, true]) {
        const { status, body } = await gateway.post({ model: "test-model", stream, ...one.request });
        expect({ status, body }).toMatchObject({
          status: 400,
          body: { error: { param: verdict.param, code: verdict.code } },
        });
      }
      expect(gateway.upstream.requests).toHaveLength(0);
    },
  );

  test("a member that no spec knows is told where there is no place for it, and passed on elsewhere", async () => {
    const gateway = await startGateway(setupOf(provider));
    const { headers } = await gateway.post({ model: "test-model", ...says("hi"), best_friend: true });
    const passes = targetOf(provider).chat?.operation.fates.unknown === "passed";
    expect(headers.get("x-specgate-changes")).toBe(passes ? null : "reported:best_friend");
    expect(Object(sentBodies(gateway)[0]).best_friend).toBe(passes ? true : undefined);
  });
});

const counted = { stream: true, stream_options: { include_usage: true } } as const;

const changesIn = (verdict: Verdict): readonly string[] => (verdict.kind === "reported" ? verdict.changes : []);

function mustFit(choices: readonly SeenChoice[], want: ChatCase["want"], words: Words): void {
  const only = typeof want.choice === "function" ? want.choice(words) : want.choice;
  const wanted = want.choices ?? [only ?? {}];
  expect(choices).toHaveLength(wanted.length);
  for (const [index, choice] of wanted.entries()) expect(choices[index]).toMatchObject(choice);
}

function usageIn({ usage = {} }: ChatCase["want"], words: Words): object {
  return typeof usage === "function" ? usage(words) : usage;
}
