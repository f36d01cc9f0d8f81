import type { Alteration, Read, Suite } from "./alteration.ts";
import { toAlterations } from "./alteration.ts";
import { geminiAnswerRows } from "./answers.ts";
import { anthropicAnswerRows, anthropicRequestRows } from "./anthropic.ts";
import { completionRows } from "./completions.ts";
import { conditionAlterations } from "./conditions.ts";
import { converseAnswerRows, converseRequestRows } from "./converse.ts";
import { embeddingRows } from "./embeddings.ts";
import { entryAlterations, type Table } from "./entries.ts";
import { habitAlterations } from "./habits.ts";
import { openaiAnswerRows, openaiRequestRows } from "./openai.ts";
import { claudeSchemaRows } from "./schemas.ts";
import { geminiRequestRows } from "./translators.ts";

/** Tables that are proved together, and who must notice when something about them is wrong. */
export interface Subject {
  readonly name: string;
  readonly alterations: readonly Alteration[];
  /** Asked one after the other. */
  readonly suites: readonly Suite[];
}

const requests = "test/fates/request.test.ts";
const responses = "test/fates/response.test.ts";
const told = "test/fates/told.test.ts";

/** The tests of a line: they are called by its key, or hold what clients are told by it. */
function lineIn(row: string, ...files: readonly string[]): Table["testsOf"] {
  return (key) => ({ files, names: `${row}.*(${key.replace(/[^\w=]/g, "\\$&")}( |:|$)|are told)` });
}

/** Tests of many values or many files: they take their time, and tables notice what they do. */
const slow = ["conversations", "corpus", "round-trip", "sayings", "schema-properties", "stream-bytes"];
/** A dialect's own tests, without those that take their time. */
const own = (...names: readonly string[]): Suite => ({
  files: names.map((name) => `test/dialects/${name}`),
  without: slow.map((name) => `**/${name}.test.ts`),
});
/** The tests of legacy completions where chat stands in. */
const overChat = "test/operations/completions";

const anthropic = "src/dialects/anthropic/chat";
const converse = "src/dialects/converse";
const gemini = "src/dialects/gemini/chat";
const openai = "src/dialects/openai";
const completions = "src/operations/completions";
const geminiVectors = "src/dialects/gemini/embeddings";
/** The tests of vectors, both dialects' and those of the way there. */
const vectorTests = [
  "test/dialects/gemini/embeddings",
  "test/dialects/openai/embeddings",
  "test/dialects/vectors",
  "test/operations/embedding-batches",
];

/** The tests of Converse, of its counts and errors, and of vectors on their way there and back. */
const converseTests = [
  "test/dialects/converse",
  "test/dialects/bedrock-errors",
  "test/dialects/schema-growth",
  "test/usage/converse",
  "test/providers/bedrock-end-to-end",
];

/** Everything that is altered, one at a time. */
export function subjectsOf(read: Read): readonly Subject[] {
  const tables = (found: readonly Table[]) => found.flatMap((table) => entryAlterations(table, read));
  return [
    {
      name: "gemini",
      alterations: [
        ...tables([
          {
            file: `${gemini}/fates.ts`,
            constants: ["requestFates", "otherWords"],
            step: 6,
            both: false,
            testsOf: lineIn("gemini chat", requests, told),
          },
          {
            file: `${gemini}/response-fates.ts`,
            constants: ["responseFates"],
            step: 6,
            both: false,
            testsOf: lineIn("gemini chat", responses),
          },
        ]),
        ...conditionAlterations(`${gemini}/conditions.ts`, read, requests, responses),
        ...toAlterations([...geminiRequestRows, ...geminiAnswerRows], read, own("gemini/")),
      ],
      suites: [{ files: ["test/fates"], names: "gemini chat" }, { files: ["test/dialects/gemini"] }],
    },
    {
      name: "openai",
      alterations: [
        ...tables([
          {
            file: `${openai}/chat/fates.ts`,
            constants: ["others"],
            step: 1,
            both: true,
            testsOf: lineIn("openai chat", requests, told),
          },
          {
            file: `${openai}/chat/fates.ts`,
            constants: ["otherAnswers"],
            step: 1,
            both: true,
            testsOf: lineIn("openai chat", responses),
          },
          {
            file: `${openai}/completions/fates.ts`,
            constants: ["others"],
            step: 1,
            both: true,
            testsOf: lineIn("openai completions", requests, told),
          },
        ]),
        ...habitAlterations(`${openai}/hosts.ts`, read, { files: [told], names: "openai" }),
        ...conditionAlterations(`${openai}/conditions.ts`, read, requests, responses),
        ...toAlterations(openaiRequestRows, read, own("openai/request", "openai/signed-ids")),
        ...toAlterations(openaiAnswerRows, read, own("openai/response", "openai/stream", "openai/completions")),
      ],
      suites: [{ files: ["test/fates"], names: "openai" }, { files: ["test/dialects/openai"] }],
    },
    {
      name: "anthropic",
      alterations: [
        ...tables([
          {
            file: `${anthropic}/fates.ts`,
            constants: ["requestFates"],
            step: 6,
            both: false,
            testsOf: lineIn("anthropic chat", requests, told),
          },
          {
            file: `${anthropic}/response-fates.ts`,
            constants: ["messageFates"],
            step: 6,
            both: false,
            testsOf: lineIn("anthropic chat", responses),
          },
          {
            file: `${anthropic}/answer-event-fates.ts`,
            constants: ["eventFates"],
            step: 6,
            both: false,
            testsOf: lineIn("anthropic chat", responses),
          },
        ]),
        ...conditionAlterations(`${anthropic}/conditions.ts`, read, requests, responses),
        ...toAlterations([...anthropicRequestRows, ...anthropicAnswerRows], read, own("anthropic/")),
      ],
      suites: [{ files: ["test/fates"], names: "anthropic chat" }, { files: ["test/dialects/anthropic"] }],
    },
    {
      name: "converse",
      alterations: [
        ...tables([
          {
            file: `${converse}/chat/fates.ts`,
            constants: ["requestFates"],
            step: 6,
            both: false,
            testsOf: lineIn("converse chat", requests, told),
          },
          {
            file: `${converse}/chat/response-fates.ts`,
            constants: ["wholeFates"],
            step: 6,
            both: false,
            testsOf: lineIn("converse chat", responses),
          },
          {
            file: `${converse}/chat/answer-event-fates.ts`,
            constants: ["eventFates"],
            step: 6,
            both: false,
            testsOf: lineIn("converse chat", responses),
          },
          {
            file: `${converse}/embeddings/fates.ts`,
            constants: ["requestFates"],
            step: 1,
            both: false,
            testsOf: lineIn("converse embeddings", requests, told),
          },
          {
            file: `${converse}/embeddings/response-fates.ts`,
            constants: ["responseFates"],
            step: 1,
            both: false,
            testsOf: lineIn("converse embeddings", responses),
          },
        ]),
        ...conditionAlterations(`${converse}/chat/conditions.ts`, read, requests, responses),
        ...conditionAlterations(`${converse}/embeddings/conditions.ts`, read, requests, responses),
        ...toAlterations([...converseRequestRows, ...converseAnswerRows], read, own("converse/")),
      ],
      suites: [{ files: ["test/fates"], names: "converse" }, { files: converseTests }],
    },
    {
      name: "embeddings",
      alterations: [
        ...tables([
          {
            file: `${geminiVectors}/fates.ts`,
            constants: ["requestFates"],
            step: 1,
            both: false,
            testsOf: lineIn("gemini embeddings", requests, told),
          },
          {
            file: `${geminiVectors}/response-fates.ts`,
            constants: ["responseFates"],
            step: 1,
            both: false,
            testsOf: lineIn("gemini embeddings", responses),
          },
          {
            file: `${openai}/embeddings/fates.ts`,
            constants: ["others"],
            step: 1,
            both: true,
            testsOf: lineIn("openai embeddings", requests, told),
          },
        ]),
        ...conditionAlterations(`${geminiVectors}/conditions.ts`, read, requests, responses),
        ...toAlterations(embeddingRows, read, { files: vectorTests }),
      ],
      suites: [{ files: ["test/fates"], names: "embeddings" }, { files: vectorTests }],
    },
    {
      name: "schemas",
      alterations: toAlterations(claudeSchemaRows, read, { files: ["test/dialects/anthropic/schema.test.ts"] }),
      suites: [{ files: ["test/dialects/schema", "test/dialects/anthropic/schema", "test/dialects/anthropic/corpus"] }],
    },
    {
      name: "completions over chat",
      alterations: [
        ...tables([
          {
            file: `${completions}/fates.ts`,
            constants: ["completionFates"],
            step: 1,
            both: false,
            testsOf: lineIn("", `${overChat}-fates.test.ts`),
          },
          {
            file: `${completions}/response-fates.ts`,
            constants: ["responseFates"],
            step: 1,
            both: false,
            testsOf: lineIn("", `${overChat}-response-fates.test.ts`),
          },
        ]),
        ...conditionAlterations(
          `${completions}/conditions.ts`,
          read,
          `${overChat}-fates.test.ts`,
          `${overChat}-response-fates.test.ts`,
        ),
        ...toAlterations(completionRows, read, { files: [`${overChat}-answer`, `${overChat}-request`] }),
      ],
      suites: [
        { files: ["test/fates/over-chat", `${overChat}-fates`, `${overChat}-response-fates`] },
        { files: [overChat] },
      ],
    },
  ];
}
