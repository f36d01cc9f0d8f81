import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { secret } from "../_canary.ts";
import { snippetsOf } from "../_markdown.ts";
import { root } from "../_repository.ts";
import { newFolder, runSpecgate } from "../_specgate.ts";

const key = secret("upstream-key");
const routes = `
providers:
  vertex: { type: vertex, project: p, location: us-central1, auth: { bearer: "\${TOKEN}" } }
  anthropic: { type: anthropic, auth: { api_key: "\${TOKEN}" }, headers: { x-api-note: hidden-note } }
  groq: { type: openai, server: groq, auth: none }
models:
  both: { deployments: [vertex/gemini-2.5-flash, anthropic/claude-opus-5] }
  strict: { deployments: [vertex/gemini-2.5-flash], unsupported: refuse }
  all: { deployments: [vertex/gemini-2.5-flash, groq/openai/gpt-oss-120b] }
  vectors: vertex/gemini-embedding-001
`;
const env = { TOKEN: key };
const hello = { model: "both", messages: [{ role: "user", content: "Hello!" }] };

function folder(request: unknown, text = routes): string {
  const cwd = newFolder();
  writeFileSync(join(cwd, "routes.yaml"), text);
  writeFileSync(join(cwd, "request.json"), typeof request === "string" ? request : JSON.stringify(request));
  return cwd;
}

const explain = (request: unknown, ...more: readonly string[]) =>
  runSpecgate(["explain", "request.json", ...more], { cwd: folder(request), env });

describe("specgate explain", () => {
  test("shows the deployments, the fields, what is told, the call and the price; no secret", async () => {
    const { code, stdout, stderr } = await explain({ ...hello, n: 2, seed: 7, logit_bias: { 50256: -100 } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^POST \/v1\/chat\/completions {2}both\nin one piece, 2 upstream calls, 2 deployments, in this order$/m,
    );
    expect(stdout).toMatch(/^1\. vertex\/gemini-2\.5-flash {2}gemini at vertex$/m);
    expect(stdout).toMatch(/^2\. anthropic\/claude-opus-5 {2}anthropic at anthropic$/m);
    expect(stdout).toMatch(/^ +✓ seed +→ generationConfig\.seed$/m);
    expect(stdout).toMatch(/^ +○ seed +dropped: Claude has no such setting$/m);
    expect(stdout).toContain("reported:logit_bias");
    expect(stdout).toContain("sent, 2 times");
    expect(stdout).toMatch(/^ +POST https:\/\/us-central1-aiplatform\.googleapis\.com\/\S+:generateContent$/m);
    expect(stdout).toMatch(/^ +authorization: \[secret\]$/m);
    expect(stdout).toMatch(/^ +x-api-key: \[secret\]$/m);
    expect(stdout).toContain('"text": "Hello!"');
    expect(stdout).not.toContain(key);
  });

  test("fits 80 columns, but for addresses and bodies", async () => {
    const { stdout } = await explain({ ...hello, temperature: 0.5, reasoning_effort: "high", best_friend: true });
    const fields = stdout.split("\n").filter((line) => /^ {5}[✓◆·○✗] /.test(line));
    expect(fields.length).toBeGreaterThan(8);
    expect(fields.filter((line) => line.length > 80)).toEqual([]);
  });

  test("fits 80 columns where paths and places are long, and says each place once", async () => {
    const schema = {
      type: "object",
      properties: { a: { type: "string" } },
      required: ["a"],
      additionalProperties: false,
    };
    const { stdout } = await explain({
      model: "all",
      messages: [
        {
          role: "user",
          content: [{ type: "image_url", image_url: { url: "https://example.com/a.png", detail: "high" } }],
        },
      ],
      tools: [{ type: "function", function: { name: "f", description: "d", parameters: schema, strict: true } }],
      response_format: { type: "json_schema", json_schema: { name: "answer", schema } },
    });
    const told = stdout.split("\n").filter((line) => !/^ {5}(POST|[ {}])/.test(line) || /^ +→/.test(line));
    expect(told.filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).not.toMatch(/\*\*/);
    expect(stdout).toMatch(/^ {5}✓ messages\[0\]\.content\[0\]\.image_url\.url\n {9}→ the same place$/m);
    expect(stdout).toMatch(/^ {5}✓ tools\[0\]\.function\.parameters\n {9}→ tools\[\]\.\S+\.parametersJsonSchema$/m);
  });

  test("tells of what a refused request would have cost nothing, and of one token as one", async () => {
    const refused = await explain({ ...hello, model: "strict", logit_bias: { 5: 1 } });
    expect(refused.stdout).not.toContain("USD");
    const vectors = await explain({ model: "vectors", input: "a" });
    expect(vectors.stdout).toMatch(/^ {5}about 0\.00000015 USD\n {5}for about 1 token of prompt\n$/m);
  });

  test("batches of embeddings are shown as the calls they become", async () => {
    const cwd = folder(
      { model: "v", input: ["one", "two"] },
      `providers: { vertex: { type: vertex, project: p, location: l, auth: none } }\nmodels: { v: vertex/gemini-embedding-001 }\n`,
    );
    const { code, stdout } = await runSpecgate(["explain", "request.json"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("2 upstream calls");
    expect(stdout).toContain("sent, 1 of 2");
    expect(stdout).toContain("sent, 2 of 2");
  });

  test("--model asks for another one, --json prints all there is", async () => {
    const { code, stdout } = await explain({ ...hello, model: "nobody" }, "--model", "both", "--json");
    expect(code).toBe(0);
    const explained: unknown = JSON.parse(stdout);
    expect(explained).toMatchObject({
      operation: "chat",
      requestedModel: "both",
      targets: [
        {
          deployment: "vertex/gemini-2.5-flash",
          requests: [{ method: "POST", headers: { authorization: "[secret]" } }],
        },
        { deployment: "anthropic/claude-opus-5" },
      ],
    });
  });

  test.each([
    ["no JSON", "{", null],
    ["a model that is not there", { ...hello, model: "bth" }, "model_not_found"],
    ["a wrong request", { ...hello, temperature: "hot" }, "invalid_type"],
    [
      "a field that a strict model refuses",
      { ...hello, model: "strict", logit_bias: { 5: 1 } },
      "unsupported_parameter",
    ],
  ])("ends with 1 for %s, in OpenAI's words", async (_, request, code) => {
    const shown = await explain(request);
    expect(shown.code).toBe(1);
    expect(shown.stdout).toMatch(/refused with 4\d\d/);
    expect(shown.stdout).toContain(`"code": ${JSON.stringify(code)}`);
    const asJson = await explain(request, "--json");
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ refusal: { body: { error: { code } } } });
  });

  test.each([
    ["no such request", ["explain", "other.json"], /^other\.json: the file cannot be read$/m],
    ["no such routes.yaml", ["explain", "request.json", "--config", "x.yaml"], /`specgate init`/],
  ])("ends with 1 for %s", async (_, args, said) => {
    const { code, stdout } = await runSpecgate(args, { cwd: folder(hello), env });
    expect(code).toBe(1);
    expect(stdout).toMatch(said);
  });

  test.each([[["explain"]], [["explain", "a.json", "b.json"]], [["explain", "a.json", "--jsn"]]])(
    "%j ends with 2",
    async (args) => {
      const { code, stdout, stderr } = await runSpecgate(args, { cwd: newFolder() });
      expect(code).toBe(2);
      expect(stdout + stderr).toContain("usage: specgate explain");
    },
  );
});

describe("docs/cli.md", () => {
  test("its example of explain is what is printed", async () => {
    const snippets = snippetsOf("docs/cli.md");
    const request = snippets.find(({ language }) => language === "json")?.text ?? "";
    const shown = snippets.find(({ text }) => text.startsWith("POST /v1/chat/completions"))?.text ?? "";
    const cwd = folder(request, readFileSync(join(root, "routes.yaml"), "utf8"));
    const { code, stdout } = await runSpecgate(["explain", "request.json"], { cwd, env: { VERTEX_PROJECT: "p" } });
    expect(code).toBe(0);
    expect(shown.split("\n").length).toBeGreaterThan(5);
    expect(stdout.startsWith(shown)).toBe(true);
  });
});
