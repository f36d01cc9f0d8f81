import { describe, expect, test } from "vitest";
import { hostFacts } from "../../src/dialects/openai/hosts.ts";
import { gapOf } from "../../src/operations/completions/gap.ts";
import { rowsOf, snippetsOf } from "../_markdown.ts";
import { outputOf } from "../_program.ts";
import { startGateway } from "../_setup.ts";

const page = "docs/completions.md";
const snippets = snippetsOf(page);
const inLanguage = (wanted: string) => snippets.filter(({ language }) => language === wanted);

const plain = "models: { gemini-2.5-flash: vertex/gemini-2.5-flash }";
const slow = 60_000;

describe(page, () => {
  test(
    "the program fills a gap",
    async () => {
      const reply = "```python\n    return n * 2\n\nprint(double(21))\n```\nIt doubles.";
      const gateway = await startGateway({ routes: plain, script: JSON.stringify({ answers: [{ text: reply }] }) });
      const [program] = inLanguage("ts");
      const text = program?.text.replace("http://127.0.0.1:4000", gateway.url) ?? "";
      expect(await outputOf("completions", text)).toBe("n * 2\n");
    },
    slow,
  );

  test.each(inLanguage("yaml"))("routes.yaml takes $text", async ({ text }) => {
    const { config } = await startGateway(text);
    expect(config.models[0]?.tokenizer).toBe("o200k_base");
  });

  test.each(inLanguage("json"))("$text", async ({ text, before }) => {
    const gateway = await startGateway(plain);
    const { status, headers, body } = await gateway.post(text, undefined, "/v1/completions");
    const [, param] = /Answered with 400, and `param` is `(\w+)`/.exec(before) ?? [];
    if (param !== undefined) {
      expect(body).toMatchObject({ error: { param } });
      expect(status).toBe(400);
      return;
    }
    expect(status).toBe(200);
    const [, changes = null] = /`x-specgate-changes: ([^`]+)`/.exec(before) ?? [];
    expect(headers.get("x-specgate-changes")).toBe(changes);
    const [, words = ""] = /this is "([^"]+)"/.exec(before) ?? [];
    expect(JSON.stringify(gateway.upstream.requests.map((request) => request.body))).toContain(words);
    if (!before.includes("four calls")) return;
    expect(gateway.upstream.requests).toHaveLength(4);
    const texts = JSON.stringify(body).match(/You said: [\w ]+/g);
    expect(texts).toEqual(["Once upon a time", "In the beginning"].flatMap((one) => Array(2).fill(`You said: ${one}`)));
  });

  const gaps = inLanguage("text").flatMap(({ text }) => text.trimEnd().split("\n"));

  test.each(gaps.map((line) => line.split(/ {2,}/)))("%s is a gap to %s", (prompt = "", models) => {
    expect(models).toMatch(/^[A-Z]/);
    expect(gapOf(prompt, null)).toEqual({ context: "", prefix: "BEFORE", suffix: "AFTER" });
  });

  test("the table of servers says what is known of them", () => {
    const rows = rowsOf(page, 4);
    expect(rows.length).toBeGreaterThan(5);
    for (const [name = "", ...told] of rows) {
      const { tokens, ranking, manyStops } = hostFacts(name.replaceAll("`", "")).completions;
      expect([name, ...told]).toEqual([name, ...[tokens, ranking, manyStops].map((one) => (one ? "yes" : "no"))]);
    }
  });

  test("has no snippet that no test reads", () => {
    expect(new Set(snippets.map(({ language }) => language))).toEqual(new Set(["ts", "json", "yaml", "text"]));
  });
});
