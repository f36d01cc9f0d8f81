import { describe, expect, test } from "vitest";
import { validateGenerateContentResponse } from "../../generated/validators/vertex.exact.mjs";
import { createAnswerWatch, type Oddity } from "../../src/operations/upstream-conformance.ts";
import { says, startGateway, startOpenAIServer } from "../_setup.ts";

const checks = { whole: validateGenerateContentResponse, event: validateGenerateContentResponse };
const answer = (finishReason: unknown, text: unknown = "Hi.") => ({
  candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason }],
});

function watch() {
  const pointers: string[] = [];
  const kinds: Oddity[] = [];
  const begin = createAnswerWatch<string>(
    { onOddity: (pointer) => pointers.push(pointer), onNewKind: (oddity) => kinds.push(oddity) },
    (provider) => provider,
  );
  return { begin, pointers, kinds };
}

describe("an upstream's answer beside its own spec", () => {
  test("is counted each time and told once for each kind, with the word that is new", () => {
    const { begin, pointers, kinds } = watch();
    for (const reason of ["STOP", "TIRED", "TIRED", "BORED"]) begin(checks, "observe", "a")?.whole(answer(reason));
    begin(checks, "observe", "b")?.event(JSON.stringify(answer("TIRED")));
    begin(checks, "observe", "a")?.whole(answer("STOP", 1));
    const reason = "/candidates/*/finishReason";
    const text = "/candidates/*/content/parts/*/text";
    expect(pointers).toEqual([reason, reason, reason, reason, text]);
    expect(kinds).toEqual([
      { pointer: reason, keyword: "enum", word: "TIRED" },
      { pointer: reason, keyword: "enum", word: "BORED" },
      { pointer: reason, keyword: "enum", word: "TIRED" },
      { pointer: text, keyword: "type" },
    ]);
  });

  test("shows no words that could be somebody's content", () => {
    const { begin, kinds } = watch();
    for (const word of ["my secret is 42", "x".repeat(65)]) begin(checks, "observe", "a")?.whole(answer(word));
    expect(kinds).toEqual([{ pointer: "/candidates/*/finishReason", keyword: "enum", word: undefined }]);
  });

  test.each(["[DONE]", "", "{", "data"])("is not looked for in what is no JSON: %s", (text) => {
    const { begin, pointers } = watch();
    begin(checks, "observe", "a")?.event(text);
    expect(pointers).toEqual([]);
  });

  test("fails nothing where the check itself does", () => {
    const { begin, pointers } = watch();
    const deep = (): never => {
      throw new RangeError("Maximum call stack size exceeded");
    };
    const failing = Object.assign((_value: unknown): _value is unknown => deep(), {});
    begin({ whole: failing, event: failing }, "observe", "a")?.whole({});
    expect(pointers).toEqual([]);
  });

  test("is not looked at where nobody wants it, or nothing is known of it", () => {
    const { begin } = watch();
    expect(begin(checks, "off", "a")).toBeUndefined();
    expect(begin(undefined, "observe", "a")).toBeUndefined();
    expect(begin(checks, "enforce", "a")).toBeDefined();
  });

  test("is looked at from the start, later now and then, for each upstream apart", () => {
    const { begin } = watch();
    const looked = Array.from({ length: 1000 }, () => begin(checks, "observe", "a") !== undefined);
    expect(looked.slice(0, 200).every(Boolean)).toBe(true);
    expect(looked.slice(200).filter(Boolean)).toHaveLength(12);
    expect(begin(checks, "observe", "b")).toBeDefined();
  });

  test("is looked at for its first 64 events", () => {
    const { begin, pointers } = watch();
    const looking = begin(checks, "observe", "a");
    for (let at = 0; at < 100; at++) looking?.event(JSON.stringify(answer("TIRED")));
    expect(pointers).toHaveLength(64);
    begin(checks, "observe", "a")?.event(JSON.stringify(answer("TIRED")));
    expect(pointers).toHaveLength(65);
  });
});

describe("through the gateway", () => {
  const script = JSON.stringify({ answers: [{ text: "Hi.", finish: "TIRED" }] });
  const path = "specgate_upstream_violations_total";
  const line = "an upstream's answer is not as its spec says";

  test.each([
    ["whole", "chat"],
    ["streamed", "stream"],
  ] as const)(
    "a word that Vertex AI's spec lacks is counted and logged, and the answer is as before: %s",
    async (_name, how) => {
      const gateway = await startGateway({ script });
      const { finish } = await (how === "chat"
        ? gateway.chat(says("Hi.")).then(({ body }) => ({ finish: body.choices[0]?.finish_reason }))
        : gateway.stream(says("Hi.")).then(({ chunks }) => ({ finish: chunks.at(-1)?.choices[0]?.finish_reason })));
      expect(finish).toBe("stop");
      await gateway.chat(says("Hi."));
      const { text } = await gateway.get("/metrics");
      const counted = text.split("\n").filter((one) => one.startsWith(path) && one.includes("finishReason"));
      expect(counted).toHaveLength(1);
      expect(counted[0]).toContain('provider="vertex"');
      const told = gateway.log.lines.filter(({ msg }) => msg === line);
      expect(told).toMatchObject([
        { pointer: "/candidates/*/finishReason", keyword: "enum", word: "TIRED", provider: "vertex" },
      ]);
    },
  );

  test("is looked for at the end of a long stream whose events repeat each other", async () => {
    const gateway = await startGateway({
      script: JSON.stringify({ answers: [{ words: 200, chunks: 100, finish: "TIRED" }] }),
    });
    const { chunks } = await gateway.stream(says("Hi."));
    expect(chunks.length).toBeGreaterThan(100);
    const { text } = await gateway.get("/metrics");
    expect(text).toMatch(/specgate_upstream_violations_total\{.*finishReason.*\} 1\n/);
  });

  test("answers that are by the spec are not counted", async () => {
    const gateway = await startGateway({
      providers: `providers: { up: { type: openai, base_url: "\${UPSTREAM}/v1", auth: { bearer: "\${TOKEN}" } } }`,
      routes: "models: { test-model: up/gpt-4o }",
      upstream: (one) => startOpenAIServer(one, "openai"),
    });
    await gateway.chat(says("Hi."));
    await gateway.stream(says("Hi."));
    const { text } = await gateway.get("/metrics");
    expect(text.split("\n").filter((one) => one.startsWith(path))).toEqual([]);
  });
});
