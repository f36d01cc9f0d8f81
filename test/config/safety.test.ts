import { describe, expect, test } from "vitest";
import { startGateway } from "../_setup.ts";
import { configOf, mistakesOf } from "./_load.ts";

const head = "providers: { v: { type: vertex, project: p, location: global } }\nmodels:\n  m:\n";

/** What is wrong with the lines of one model, each `line:column message`, and what was meant. */
function wrongIn(lines: string): readonly string[] {
  return mistakesOf(head + lines).map(({ line, column, message, suggestion }) =>
    [`${line}:${column} ${message}`, ...(suggestion === undefined ? [] : [suggestion])].join(" -> "),
  );
}

describe("§15 safety in routes.yaml", () => {
  test.each([
    [
      "a category nobody has",
      "    deployments: [v/gemini-2.5-flash]\n    safety: { hate_speach: BLOCK_NONE }\n",
      ["5:15 no harm category is named `hate_speach` -> hate_speech"],
    ],
    [
      "a threshold nobody has",
      "    deployments: [v/gemini-2.5-flash]\n    safety: { hate_speech: BLOCK_NON }\n",
      [expect.stringMatching(/^5:28 .* -> BLOCK_NONE$/)],
    ],
    [
      "one category in two spellings",
      "    deployments: [v/gemini-2.5-flash]\n    safety: { harassment: BLOCK_NONE, HARM_CATEGORY_HARASSMENT: BLOCK_NONE }\n",
      ["5:39 `HARM_CATEGORY_HARASSMENT` and `harassment` are the same category"],
    ],
    [
      "a deployment's",
      "    deployments: [{ use: v/gemini-2.5-flash, safety: { boredom: BLOCK_NONE } }]\n",
      [expect.stringMatching(/^4:56 no harm category is named `boredom`; there is hate_speech, /)],
    ],
  ])("%s is a mistake with its place", (_name, lines, want) => {
    expect(wrongIn(lines)).toEqual(want);
  });

  const hosts =
    "providers: { v: { type: vertex, project: p, location: global }, g: { type: gemini, auth: none }, o: { type: openai } }\n";
  const alone = (word: string, place: string): string =>
    `${place} \`${word}\` is Vertex AI's alone: the Developer API has no such category, so this holds for no deployment`;

  test.each([
    [
      "the Developer API's model",
      "deployments: [g/gemini-2.5-flash], safety: { jailbreak: OFF }",
      ["2:61", "jailbreak"],
    ],
    [
      "the Developer API's deployment",
      "deployments: [v/gemini-2.5-pro, { use: g/gemini-2.5-flash, safety: { HARM_CATEGORY_IMAGE_HATE: OFF } }]",
      ["2:85", "HARM_CATEGORY_IMAGE_HATE"],
    ],
    ["a category that both have", "deployments: [g/gemini-2.5-flash], safety: { harassment: OFF }", undefined],
    [
      "deployments at both",
      "deployments: [g/gemini-2.5-flash, v/gemini-2.5-flash], safety: { jailbreak: OFF }",
      undefined,
    ],
    ["Vertex AI's own", "deployments: [{ use: v/gemini-2.5-flash, safety: { jailbreak: OFF } }]", undefined],
    ["another server", "deployments: [o/gpt-4o], safety: { jailbreak: OFF }", undefined],
  ])("what Vertex AI alone has is warned of where it holds for nothing: %s", (_name, members, want) => {
    const found = configOf(`${hosts}models: { m: { ${members} } }\n`).warnings;
    const [place = "", word = ""] = want ?? [];
    expect(found.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual(
      want === undefined ? [] : [alone(word, place)],
    );
  });

  test("Google's names are used, and a deployment's own thresholds count more than the model's", () => {
    const lines = `
    safety: { harassment: BLOCK_NONE, HARM_CATEGORY_HATE_SPEECH: OFF }
    deployments:
      - v/gemini-2.5-flash
      - { use: v/gemini-2.5-pro, safety: { hate_speech: BLOCK_ONLY_HIGH } }
`;
    expect(configOf(head + lines).models[0]?.deployments.map(({ safety }) => safety)).toEqual([
      { HARM_CATEGORY_HARASSMENT: "BLOCK_NONE", HARM_CATEGORY_HATE_SPEECH: "OFF" },
      { HARM_CATEGORY_HARASSMENT: "BLOCK_NONE", HARM_CATEGORY_HATE_SPEECH: "BLOCK_ONLY_HIGH" },
    ]);
  });

  test("they reach the upstream, and the client's own count more", async () => {
    const routes = `
models:
  test-model: { deployments: [vertex/gemini-2.5-flash], safety: { harassment: BLOCK_NONE, hate_speech: OFF } }
`;
    const gateway = await startGateway({ routes });
    const messages = [{ role: "user", content: "Hi." }];
    await gateway.chat({ messages });
    await gateway.chat({ messages, safety_settings: [{ category: "harassment", threshold: "BLOCK_ONLY_HIGH" }] });
    expect(gateway.upstream.requests.map(({ body }) => body)).toMatchObject([
      {
        safetySettings: [
          { category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" },
          { category: "HARM_CATEGORY_HATE_SPEECH", threshold: "OFF" },
        ],
      },
      {
        safetySettings: [
          { category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_ONLY_HIGH" },
          { category: "HARM_CATEGORY_HATE_SPEECH", threshold: "OFF" },
        ],
      },
    ]);
  });
});
