import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { collect, startGateway, type TestGateway } from "../_setup.ts";
import { type SeenText, type TextProvider, textProviders } from "./_operations.ts";
import { sentBodies, setupOf } from "./_providers.ts";
import { type TextCase, textCases } from "./_text-cases.ts";

const model = "test-model";
const counted = { stream: true, stream_options: { include_usage: true } } as const;

/** The text an upstream was asked to go on with: the prompt, or the last thing that was said. */
function askedOf(body: unknown): unknown {
  const prompt = memberOf(body, "prompt");
  if (prompt !== undefined) return prompt;
  const said = lastOf(memberOf(body, "messages") ?? memberOf(body, "contents"));
  const parts = memberOf(said, "content") ?? memberOf(said, "parts");
  return Array.isArray(parts) ? memberOf(lastOf(parts), "text") : parts;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

const lastOf = (list: unknown): unknown => (Array.isArray(list) ? list.at(-1) : undefined);
const inAnyOrder = (list: readonly unknown[]): readonly string[] => list.map((one) => JSON.stringify(one)).toSorted();

const seenWhole = ({ choices }: OpenAI.Completion): readonly SeenText[] =>
  choices.map(({ text, finish_reason }) => ({ text, finish: finish_reason }));

function seenStreamed(chunks: readonly OpenAI.Completion[]): readonly SeenText[] {
  const seen: { text: string; finish: string | null }[] = [];
  for (const { text, index, finish_reason } of chunks.flatMap((chunk) => chunk.choices)) {
    const { text: before, finish } = seen[index] ?? { text: "", finish: null };
    seen[index] = { text: before + text, finish: finish_reason ?? finish };
  }
  return seen;
}

function isAbout({ texts }: TextProvider): (one: TextCase) => boolean {
  return ({ needs, without, by }) =>
    (needs === undefined || !texts.lacks.includes(needs)) &&
    (without === undefined || texts.lacks.includes(without)) &&
    (by === undefined || by === texts.by);
}

function mustFit(
  gateway: TestGateway,
  provider: TextProvider,
  headers: Headers,
  seen: readonly SeenText[],
  { want }: TextCase,
  uncounted: readonly string[] = [],
) {
  const choices = typeof want.choices === "function" ? want.choices(provider) : want.choices;
  expect(seen).toHaveLength(choices.length);
  for (const [index, choice] of choices.entries()) expect(seen[index]).toMatchObject(choice);
  const told = [want.changes?.(provider) ?? [], uncounted].flat();
  expect(headers.get("x-specgate-changes")?.split(", ") ?? []).toEqual(told);
  expect(headers.get("x-specgate-deployment")).toBe(provider.use);
  const bodies = sentBodies(gateway);
  expect(headers.get("x-specgate-attempts")).toBe(String(bodies.length));
  if (want.asked !== undefined) expect(inAnyOrder(bodies.map(askedOf))).toEqual(inAnyOrder(want.asked(provider)));
  const passed = gateway.upstream.requests.every(({ path }) => /(?<!\/chat)\/completions(?:\?|$)/.test(path));
  expect(passed).toBe(provider.texts.by === "itself");
}

describe.each(textProviders)("legacy completions at $name", (provider) => {
  const cases = textCases.filter(isAbout(provider));
  const start = (one: TextCase) =>
    startGateway({ ...setupOf(provider), script: one.script?.(provider.words) ?? "answers: []" });
  const { by, told } = provider.texts;
  const { textIds = /^cmpl-/ } = provider.words;
  /** What is told of streams that are asked for their counts and have none. */
  const uncounted = told(counted);

  test.each(cases)("$name", async (one) => {
    const gateway = await start(one);
    const { data, response } = await gateway.client.completions.create({ model, ...one.request }).withResponse();
    expect(data).toMatchObject({ object: "text_completion", model, usage: one.want.usage ?? {} });
    expect(data.id).toMatch(by === "itself" ? textIds : /^cmpl-/);
    expect(data.choices.map(({ index }) => index)).toEqual(data.choices.map((_, at) => at));
    mustFit(gateway, provider, response.headers, seenWhole(data), one);
  });

  test.each(cases.filter(({ whole }) => whole !== true))("streamed: $name", async (one) => {
    const gateway = await start(one);
    const request = { model, ...one.request, ...counted };
    const { data, response } = await gateway.client.completions.create(request).withResponse();
    const chunks = await collect(data);
    const end = uncounted.length === 0 ? { choices: [], usage: one.want.usage ?? {} } : { usage: null };
    expect(chunks.at(-1)).toMatchObject({ object: "text_completion", model, ...end });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    mustFit(gateway, provider, response.headers, seenStreamed(chunks), one, uncounted);
  });

  test("a stream that was not asked for counts has none", async () => {
    const gateway = await startGateway(setupOf(provider));
    const chunks = await collect(await gateway.client.completions.create({ model, prompt: "alpha", stream: true }));
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.some((chunk) => "usage" in chunk || chunk.choices.length === 0)).toBe(false);
  });
});
