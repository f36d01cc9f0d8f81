import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { parse } from "yaml";
import { routesReference } from "../scripts/docs/routes-reference.ts";
import { loadSpec } from "../scripts/spec/load.ts";
import { parseRoutes } from "../src/config/load.ts";
import { formatMistakes } from "../src/config/mistakes.ts";
import { startVertexEmulator, type VertexEmulator } from "../src/emulators/vertex.ts";
import { secret } from "./_canary.ts";
import { type Snippet, snippetsOf } from "./_markdown.ts";
import { outputOf } from "./_program.ts";
import { read, root } from "./_repository.ts";
import {
  freePort,
  needCurl,
  newFolder,
  type Running,
  runModule,
  runShell,
  runSpecgate,
  startSpecgate,
  untilHealthy,
} from "./_specgate.ts";

const env = {
  VERTEX_PROJECT: "p",
  VERTEX_BASE_URL: "https://gateway.example/vertex",
  VERTEX_KEY_FILE: join(root, "package.json"),
  VERTEX_TOKEN: secret("token"),
  GOOGLE_API_KEY: secret("google"),
  GEMINI_API_KEY: secret("gemini"),
  ANTHROPIC_API_KEY: secret("anthropic"),
  OPENAI_API_KEY: secret("openai"),
  OPENROUTER_API_KEY: secret("openrouter"),
  AZURE_OPENAI_API_KEY: secret("azure"),
  DEEPSEEK_API_KEY: secret("deepseek"),
  GROQ_API_KEY: secret("groq"),
  MISTRAL_API_KEY: secret("mistral"),
  XAI_API_KEY: secret("xai"),
  TEAM_KEY: secret("team"),
  ALICE_KEY: secret("alice"),
  USER: "me",
};

function expectRoutes(text: string): void {
  const loaded = parseRoutes(text, { file: "routes.yaml", env });
  expect("config" in loaded ? "" : formatMistakes(loaded.mistakes, "routes.yaml")).toBe("");
}

/** A reader who follows a page from top to bottom, in a folder of their own, on ports of their own. */
class Reader {
  readonly folder = newFolder();
  readonly #running: Running[] = [];
  readonly #ports: ReadonlyMap<string, number>;
  #exported: Readonly<Record<string, string>> = {};

  /** `ports`: those the page speaks of, and those they stand for. */
  constructor(ports: ReadonlyMap<string, number>) {
    this.#ports = ports;
  }

  /** Text of the page, with the ports of this machine. */
  here(text: string): string {
    return [...this.#ports].reduce((changed, [page, port]) => changed.replaceAll(page, String(port)), text);
  }

  /** Does what a line of shell says. */
  async follow(line: string): Promise<void> {
    const [, exported, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    const [, args] = /^npm run -s specgate -- (.*)$/.exec(line) ?? [];
    const [, script] = /^npm ci && npm (?:run )?(\w+)$/.exec(line) ?? [];
    if (exported !== undefined && value !== undefined) this.#exported = { ...this.#exported, [exported]: value };
    else if (args !== undefined) await this.#specgate(this.here(args).split(" "));
    else if (script !== undefined) expect(JSON.parse(read("package.json"))).toHaveProperty(["scripts", script]);
    else if (line.startsWith("curl ")) await this.#curl(line);
    else throw new Error(`the test does not know what to do with: ${line}`);
  }

  async #specgate(args: readonly string[]): Promise<void> {
    const start = { cwd: this.folder, env: this.#exported };
    const [command, action] = args;
    if (command === "keys" || command === "usage") {
      const url = this.here("http://127.0.0.1:4000");
      const { code, stdout } = await runSpecgate(args, { ...start, env: { ...start.env, SPECGATE_URL: url } });
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(action === "create" ? /^sk-/ : /\w/) });
      return;
    }
    if (command !== "serve" && command !== "mock") {
      expect(await runSpecgate(args, start)).toMatchObject({ code: 0, stderr: "" });
      return;
    }
    const running = startSpecgate(args, start);
    this.#running.push(running);
    if (command === "mock") await running.until("emulator on");
    else await untilHealthy(this.here("http://127.0.0.1:4000"));
  }

  async #curl(line: string): Promise<void> {
    const { code, stdout } = await runShell(this.here(line));
    expect(code).toBe(0);
    if (line.includes('"stream": true')) {
      expect(stdout).toMatch(/^data: \{.*"delta":\{.*"content":"\w/m);
      expect(stdout.trimEnd()).toMatch(/\ndata: \[DONE\]$/);
    } else expect(stdout).toMatch(/"content":"\w/);
    if (line.includes("logit_bias")) expect(stdout).toMatch(/^x-specgate-changes: reported:logit_bias\r$/m);
  }

  async stop(): Promise<void> {
    // All of them first: one that ended badly leaves no other behind.
    const ended = await Promise.all(this.#running.map((running) => running.stop()));
    for (const one of ended) expect(one).toMatchObject({ code: 0, stderr: "" });
  }
}

/** The lines of a shell snippet; one that ends in a backslash goes on. */
function linesOf({ text }: Snippet): readonly string[] {
  return text.split(/(?<!\\)\n/).filter((line) => line.trim() !== "");
}

function expectShell(reader: () => Reader, snippet: Snippet, context: TestContext): Promise<void> {
  if (snippet.text.includes("curl ")) needCurl(context);
  return linesOf(snippet).reduce((before, line) => before.then(() => reader().follow(line)), Promise.resolve());
}

/** Checks a program's types and runs it. */
async function expectProgram(name: string, text: string): Promise<void> {
  expect(await outputOf(name, text)).toContain("Hello!");
}

const titleOf = ({ language, text }: Snippet): string => `${language}: ${text.trim().split("\n")[0]}`;
const slow = 60_000;

describe("README.md", () => {
  const snippets = snippetsOf("README.md");
  const [routes = "", ofTeam = ""] = snippets.flatMap(({ language, text }) => (language === "yaml" ? [text] : []));
  /** For whom a team is set up begins anew, with the lines that are shown there. */
  const second = snippets.findIndex(({ text }) => text === ofTeam);
  let emulator: VertexEmulator;
  let reader: Reader;
  let teamReader: Reader;

  beforeAll(async () => {
    emulator = await startVertexEmulator({ auth: "none" });
    const emulated = routes.replace(/auth: adc.*/, `auth: none\n    base_url: ${emulator.url}`);
    const readerOf = async (text: string): Promise<Reader> => {
      const made = new Reader(new Map([["4000", await freePort()]]));
      writeFileSync(join(made.folder, "routes.yaml"), made.here(text));
      return made;
    };
    reader = await readerOf(emulated);
    teamReader = await readerOf(emulated.replace(/^server:.*\n/, ofTeam));
    await teamReader.follow("export VERTEX_PROJECT=p");
  });

  afterAll(async () => {
    await reader.stop();
    await teamReader.stop();
    await emulator.close();
  });

  test("shows a routes.yaml of twelve lines that is right", () => {
    expect(routes.trimEnd().split("\n")).toHaveLength(12);
    expectRoutes(routes);
  });

  for (const [at, snippet] of snippets.entries()) {
    if (snippet.language !== "sh") continue;
    const whose = (): Reader => (at < second ? reader : teamReader);
    test(titleOf(snippet), (context) => expectShell(whose, snippet, context), slow);
  }

  test("has no snippet that no test runs", () => {
    expect(new Set(snippets.map(({ language }) => language))).toEqual(new Set(["", "sh", "yaml"]));
  });
});

describe("docs/getting-started.md", () => {
  let reader: Reader;

  beforeAll(async () => {
    reader = new Reader(
      new Map([
        ["4000", await freePort()],
        ["9000", await freePort()],
      ]),
    );
  });

  afterAll(() => reader.stop());

  for (const [index, snippet] of snippetsOf("docs/getting-started.md").entries()) {
    test(
      `${index + 1}. ${titleOf(snippet)}`,
      async (context) => {
        const { language, text, before } = snippet;
        if (language === "sh") return expectShell(() => reader, snippet, context);
        if (language === "ts") return expectProgram(`getting-started-${index}`, reader.here(text));
        expect(language).toBe("yaml");
        expectRoutes(text);
        const [, file] = /`([\w-]+\.yaml)`/.exec(before) ?? [];
        if (file !== undefined) writeFileSync(join(reader.folder, file), reader.here(text));
        return undefined;
      },
      slow,
    );
  }

  test("examples/chat.ts is a client too", async () => {
    const baseUrl = reader.here("http://127.0.0.1:4000/v1");
    const { code, stdout, stderr } = await runModule(join(root, "examples/chat.ts"), {
      env: { OPENAI_BASE_URL: baseUrl },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Hello!");
    expect(read("examples/chat.ts").trimEnd().split("\n").length).toBeLessThanOrEqual(15);
  });
});

describe("docs/connect.md", () => {
  const snippets = snippetsOf("docs/connect.md");
  const textIn = (language: string) => snippets.find((snippet) => snippet.language === language)?.text ?? "";
  let emulator: VertexEmulator;
  let reader: Reader;

  beforeAll(async () => {
    emulator = await startVertexEmulator({ auth: "none" });
    reader = new Reader(new Map([["4000", await freePort()]]));
    writeFileSync(join(reader.folder, "routes.yaml"), reader.here(offlineRoutes(emulator.url)));
    await reader.follow("npm run -s specgate -- serve");
  }, slow);

  afterAll(async () => {
    await reader.stop();
    await emulator.close();
  });

  test(
    "what the environment says reaches the SDK",
    async () => {
      const exports = reader.here(textIn("sh")).matchAll(/^export (\w+)=(.*)$/gm);
      const env = Object.fromEntries([...exports].map(([, name, value]) => [name, value]));
      const { code, stdout } = await runModule(join(root, "examples/chat.ts"), { env });
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("Hello!") });
    },
    slow,
  );

  test("the program runs", () => expectProgram("connect", reader.here(textIn("ts"))), slow);

  test.each(["json", "yaml"])("settings in %s name the gateway's address and a model it may have", (language) => {
    const settings = JSON.stringify(parse(textIn(language)));
    expect(settings).toContain('"http://127.0.0.1:4000/v1"');
    expect(settings).toContain('"gemini-2.5-flash"');
  });
});

/** Routes to an emulated Vertex AI, with the names the pages use. */
function offlineRoutes(url: string): string {
  return `server: { host: 127.0.0.1, port: 4000 }
providers: { vertex: { type: vertex, project: demo, location: us-central1, base_url: "${url}", auth: none } }
models: { gemini-2.5-flash: vertex/gemini-2.5-flash }
aliases: { gpt-4o: gemini-2.5-flash }
`;
}

test("docs/routes-reference.md says what specs/routes.yaml says; npm run docs:routes writes it", () => {
  expect(read("docs/routes-reference.md")).toBe(routesReference(loadSpec("routes")));
});

describe("docs/auth.md", () => {
  const snippets = snippetsOf("docs/auth.md");

  test.each(snippets.map(({ text }) => text))("%s", (text) => {
    const [, provider = ""] = /^ {2}(\w+):/m.exec(text) ?? [];
    expectRoutes(`${text}models: { m: ${provider}/m }\n`);
  });

  test("has an example of every kind but none", () => {
    for (const kind of ["adc", "service_account", "api_key", "bearer", "header", "command"]) {
      expect(snippets.some(({ text }) => new RegExp(`auth:\\s.*\\b${kind}\\b`, "s").test(text))).toBe(true);
    }
  });
});

describe("examples/routes", () => {
  test.each(readdirSync(join(root, "examples/routes")))("specgate check takes %s", async (file) => {
    const { code, stdout } = await runSpecgate(["check", join("examples/routes", file)], { env });
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).not.toContain("warning");
  });
});

test(
  "npm runs the command line, as every page says",
  async () => {
    const { code, stdout } = await runShell("npm run -s specgate -- check examples/routes/vertex-adc.yaml", { env });
    expect(stdout).toContain("is fine");
    expect(code).toBe(0);
  },
  slow,
);
