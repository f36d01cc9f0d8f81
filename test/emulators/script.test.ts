import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Prompt } from "../../src/emulators/prompt.ts";
import { createRules } from "../../src/emulators/rules.ts";
import { parseScript, ScriptError } from "../../src/emulators/script.ts";

function mistakesIn(text: string): string[] {
  try {
    parseScript(text, "mock.yaml");
  } catch (error) {
    if (error instanceof ScriptError) return error.message.split("\n");
    throw error;
  }
  return [];
}

const prompt: Prompt = {
  model: "gemini-2.5-flash",
  stream: false,
  system: "",
  says: "What is the Weather?",
  results: [],
  followsResults: false,
  hasFunctions: false,
  functions: [],
  choice: "auto",
  json: false,
  schema: undefined,
  showThoughts: false,
  maxTokens: undefined,
  stop: [],
};

describe("a script", () => {
  test("is YAML or JSON", () => {
    const want = { answers: [{ when: { says: "hi" }, text: "hello" }] };
    expect(parseScript("answers:\n  - when: { says: hi }\n    text: hello\n")).toEqual(want);
    expect(parseScript(JSON.stringify(want))).toEqual(want);
  });

  test.each<[string, string, string[]]>([
    ["nothing at all", "", ["mock.yaml:1:1: the script must be of type object"]],
    ["no answers", "otherwise: model\n", ["mock.yaml:1:1: the script needs answers"]],
    ["an unknown member", "answers:\n  - text: hi\n    delai: {}\n", ["mock.yaml:3:5: answers[0] has no member delai"]],
    ["a wrong type", "answers:\n  - { text: 5 }\n", ["mock.yaml:2:7: answers[0].text must be of type string"]],
    ["a wrong word", "answers: []\notherwise: maybe\n", ["mock.yaml:2:1: otherwise must be one of model,fail"]],
    [
      "a wrong word in a list",
      "server: [odd]\nanswers: []\n",
      ["mock.yaml:1:10: server[0] must be one of older,auto_tools,strict_roles,no_system"],
    ],
    ["a number too low", "answers:\n  - text: hi\n    times: 0\n", ["mock.yaml:3:5: answers[0].times must be >= 1"]],
    [
      "a wrong duration",
      "answers:\n  - text: hi\n    delay: { between: 5 s }\n",
      ['mock.yaml:3:14: answers[0].delay.between is no duration: "5 s" (write 250ms, 1.5s or 2m)'],
    ],
    [
      "several mistakes at once",
      "answers:\n  - error: {}\n  - words: many\n",
      ["mock.yaml:2:5: answers[0].error needs status", "mock.yaml:3:5: answers[1].words must be of type integer"],
    ],
  ])("%s is refused with its place", (_name, text, want) => {
    expect(mistakesIn(text)).toEqual(want);
  });

  test("broken YAML is refused with its place", () => {
    expect(mistakesIn("answers: [\n")[0]).toMatch(/^mock\.yaml:2:1: /);
  });
});

describe("docs/mock.md", () => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/mock.md"), "utf8");
  const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example = ""]) => example);

  test.each(examples)("example %#", (example) => {
    expect(mistakesIn(example)).toEqual([]);
  });
});

describe("rules", () => {
  test.each<[string, string, Partial<Prompt>, boolean]>([
    ["no condition fits everything", "{}", {}, true],
    ["model with a star", "{ model: gemini-2.5-* }", {}, true],
    ["model in full only", "{ model: gemini-2.5 }", {}, false],
    ["a dot is a dot", "{ model: gemini-2x5-flash }", {}, false],
    ["says, in any case", "{ says: weather }", {}, true],
    ["says something else", "{ says: stocks }", {}, false],
    ["stream", "{ stream: true }", {}, false],
    ["no stream", "{ stream: false }", {}, true],
    ["tool_result", "{ tool_result: true }", { results: [{ name: "f", value: {} }] }, true],
    ["tools", "{ tools: true }", {}, false],
    ["json", "{ json: true }", { json: true }, true],
    ["all must hold", "{ says: weather, stream: true }", {}, false],
  ])("%s", (_name, when, changes, want) => {
    const rules = createRules(parseScript(`answers: [{ when: ${when}, text: hi }]`));
    expect(rules.pick({ ...prompt, ...changes }) !== undefined).toBe(want);
  });

  test("the first rule that fits and is not used up answers", () => {
    const rules = createRules(parseScript("answers: [{ times: 2, text: a }, { times: 1, text: b }]"));
    expect([1, 2, 3, 4].map(() => rules.pick(prompt)?.text)).toEqual(["a", "a", "b", undefined]);
  });
});
