import { describe, expect, test } from "vitest";
import { takesOf } from "../../src/dialects/gemini/embeddings/forms.ts";
import { rowsOf, snippetsOf } from "../_markdown.ts";
import { outputOf } from "../_program.ts";
import { startGateway } from "../_setup.ts";

const page = "docs/embeddings.md";
const snippets = snippetsOf(page);
const inLanguage = (wanted: string) => snippets.filter(({ language }) => language === wanted);

const plain = "models: { text-embedding-005: { deployments: [vertex/text-embedding-005], conformance: enforce } }";
const slow = 60_000;

describe(page, () => {
  test(
    "the program gets two vectors",
    async () => {
      const gateway = await startGateway(plain);
      const [program] = inLanguage("ts");
      const text = program?.text.replace("http://127.0.0.1:4000", gateway.url) ?? "";
      expect(await outputOf("embeddings", text)).toBe("[ 256, 256 ]\n");
    },
    slow,
  );

  test.each(inLanguage("yaml"))("routes.yaml takes $text", async ({ text }) => {
    const { config } = await startGateway({ providers: "", routes: text });
    expect(config.models.map(({ name }) => name)).toContain("gemini-embedding-001");
  });

  test.each(inLanguage("json"))("$text", async ({ text, before }) => {
    const gateway = await startGateway(plain);
    const { status, headers, body } = await gateway.post(text, undefined, "/v1/embeddings");
    const [, param] = /Answered with 400, and `param` is `([^`]+)`/.exec(before) ?? [];
    if (param !== undefined) {
      expect([status, body]).toMatchObject([400, { error: { param } }]);
      return;
    }
    expect(status).toBe(200);
    const [, changes = null] = /`x-specgate-changes: ([^`]+)`/.exec(before) ?? [];
    expect(headers.get("x-specgate-changes")).toBe(changes);
    const [, words = ""] = /this is "([^"]+)"/.exec(before) ?? [];
    expect(JSON.stringify(gateway.upstream.requests.map((request) => request.body))).toContain(words);
  });

  test("the table of models says how much a call of each takes", () => {
    const limits = rowsOf(page, 3)
      .filter((row) => /^\d/.test(row[2] ?? ""))
      .map(([models = "", , most = ""]) => [/`([^`]+)`/.exec(models)?.[1] ?? "Gemini", /^\d+/.exec(most)?.[0], models]);
    expect(limits.length).toBeGreaterThan(4);
    for (const [name = "", most, models = ""] of limits) {
      const host = models.includes("Developer API") ? "gemini" : "vertex";
      const upstreamModel = name === "Gemini" ? "gemini-embedding-001" : name.replace("…", "1");
      expect([name, takesOf({ host, upstreamModel }).maxInputs]).toEqual([name, Number(most)]);
    }
  });

  test("has no snippet that no test reads", () => {
    expect(new Set(snippets.map(({ language }) => language))).toEqual(new Set(["ts", "json", "yaml"]));
  });
});
