import { describe, expect, test } from "vitest";
import { compatPage } from "../../scripts/docs/compat-page.ts";
import { fateKeys, fieldsOf } from "../../scripts/spec/fields.ts";
import { loadSpec } from "../../scripts/spec/load.ts";
import { casesOf, createDecide, holdingOf } from "../../src/compat/cell.ts";
import { standardColumns } from "../../src/compat/columns.ts";
import { features } from "../../src/compat/features.ts";
import { type FieldRow, matrixOf, standardMatrix } from "../../src/compat/matrix.ts";
import { featureCell } from "../../src/compat/overview.ts";
import { probes } from "../../src/compat/probes.ts";
import { worded } from "../../src/compat/words.ts";
import type { OperationFates } from "../../src/dialects/dialect.ts";
import { ignored, mapped, refused, reported } from "../../src/dialects/fates.ts";
import { loadDialects, loadedDialects } from "../../src/dialects/index.ts";
import { parseChat } from "../../src/operations/chat.ts";
import { fates as overChat } from "../../src/operations/completions/over-chat.ts";
import { read } from "../_repository.ts";
import { chatCases } from "../contract/_chat-cases.ts";
import { altered, columnOf } from "./_columns.ts";

await loadDialects();

const matrix = await standardMatrix();
const columns = await standardColumns();

const cellOf = (rows: readonly FieldRow[], field: string, id: string) =>
  rows.find((row) => row.field === field)?.fates.find((fate) => fate.columns.includes(id));

test("docs/compatibility.md says what the tables say; node scripts/compat-page.ts writes it", () => {
  expect(read("docs/compatibility.md")).toBe(compatPage(matrix));
});

describe("the matrix is complete", () => {
  const { schemas } = loadSpec("openai").components;
  test.each([
    ["chat", "CreateChatCompletionRequest"],
    ["completions", "CreateCompletionRequest"],
    ["embeddings", "CreateEmbeddingRequest"],
  ] as const)("%s: every field of the spec has a fate at every model that serves it", (operation, component) => {
    const fields = fateKeys(fieldsOf(component, schemas));
    const rows = new Map(matrix.requests[operation].map(({ field, fates }) => [field, fates]));
    expect([...fields].filter((field) => !rows.has(field))).toEqual([]);
    const able = columns.filter((column) => column.operations.includes(operation)).map(({ id }) => id);
    for (const [field, fates] of rows) {
      expect([field, fates.flatMap((one) => one.columns).toSorted()]).toEqual([field, able.toSorted()]);
    }
  });

  test("columns and features have names of their own", () => {
    for (const names of [columns.map(({ id }) => id), features.map(({ id }) => id)]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("every kind of mark and of fate is somewhere in it", () => {
    const marks = new Set(matrix.features.flatMap(({ cells }) => Object.values(cells).map(({ mark }) => mark)));
    expect([...marks].toSorted()).toEqual(["absent", "changed", "dropped", "gateway", "none", "refused", "yes"]);
    const kinds = new Set(
      Object.values(matrix.requests).flatMap((rows) => rows.flatMap(({ fates }) => fates.map((one) => one.kind))),
    );
    expect([...kinds].toSorted()).toEqual([
      "depends",
      "emulated",
      "gateway",
      "ignored",
      "mapped",
      "refused",
      "reported",
    ]);
  });

  test("a feature hangs on lines that there are", () => {
    for (const { id, operation, fields } of features) {
      const known = matrix.requests[operation].map(({ field }) => field);
      expect([id, fields.filter((field) => !known.includes(field))]).toEqual([id, []]);
    }
  });
});

describe("a line that is altered is seen", () => {
  const sonnet = columnOf("Claude Sonnet 4.5");

  test.each([
    ["seed", mapped("seed"), "seed", "yes"],
    ["stop", reported("it never stops"), "stop", "dropped"],
    ["stop", refused("it never stops"), "stop", "refused"],
    ["stop", ignored("it stops anyway"), "stop", "none"],
    ["logprobs", mapped("logprobs"), "logprobs", "refused"],
  ] as const)("%s", (key, fate, id, mark) => {
    const feature = features.find((one) => one.id === id);
    if (feature === undefined) throw new Error(`no feature ${id}`);
    const column = altered(sonnet, key, fate);
    const before = cellOf(matrix.requests.chat, key, sonnet.id);
    const after = cellOf(matrixOf([column]).requests.chat, key, sonnet.id);
    expect(after?.kind).toBe(fate.kind);
    expect(after).not.toEqual({ ...before, columns: [sonnet.id] });
    expect(featureCell(feature, column).mark).toBe(mark);
  });

  test("in chat too, where it stands in for legacy completions", () => {
    const { requests } = matrixOf([altered(sonnet, "top_p", reported("it takes none"))]);
    expect(cellOf(requests.completions, "top_p", sonnet.id)).toMatchObject({ kind: "reported", why: "it takes none" });
  });

  test("but for texts to stop at, which legacy completions look for themselves", () => {
    const { requests } = matrixOf([altered(sonnet, "stop", reported("it never stops"))]);
    expect(cellOf(requests.completions, "stop", sonnet.id)?.cases?.at(-1)).toMatchObject({ kind: "emulated" });
    const llama = columnOf("Llama on Bedrock");
    expect(JSON.stringify(cellOf(matrix.requests.completions, "stop", llama.id))).not.toContain("reported");
  });
});

describe("what hangs on the request is told as both", () => {
  test.each([
    ["temperature", "Claude Sonnet 4.5", "depends", ["reported", "mapped"], "the model is to think"],
    ["temperature", "Claude Opus 5", "reported", ["reported"], "otherwise"],
    ["temperature", "Gemini 3 on Vertex AI", "mapped", ["mapped"], "otherwise"],
    ["presence_penalty", "Gemini 3 on Vertex AI", "reported", ["reported"], "otherwise"],
    ["presence_penalty", "Gemini 2.5 on Vertex AI", "mapped", ["mapped"], "otherwise"],
    [
      "web_search_options",
      "Gemini 2.5 on Vertex AI",
      "depends",
      ["ignored", "reported", "mapped"],
      "tool_choice is none",
    ],
    ["web_search_options", "Gemini 3 on Vertex AI", "depends", ["ignored", "mapped"], "tool_choice is none"],
    ["logprobs", "Gemini 3 on Vertex AI", "refused", ["refused"], "otherwise"],
  ] as const)("%s at %s: %s", (field, title, kind, kinds, when) => {
    const cell = cellOf(matrix.requests.chat, field, columnOf(title).id);
    if (cell === undefined) throw new Error("no cell");
    const { columns: _columns, ...fate } = cell;
    expect([fate.kind, casesOf(fate).map((one) => one.kind), casesOf(fate)[0]?.when]).toEqual([kind, kinds, when]);
  });
});

describe("conditions", () => {
  const tables: readonly OperationFates[] = [...loadedDialects().values()].flatMap(
    ({ operations }) => operations.chat?.fates ?? [],
  );

  test("words are those of conditions that there are", () => {
    const named = [...loadedDialects().values()].flatMap(({ operations: { chat, completions, embeddings } }) =>
      [chat, completions, embeddings].flatMap((one) => Object.keys(one?.fates.conditions ?? {})),
    );
    const all = new Set([...named, ...Object.keys(overChat.conditions)]);
    expect(worded.filter((name) => !all.has(name))).toEqual([]);
  });

  test("that take a request do not settle where their own examples differ from the shortest one", () => {
    for (const column of columns) {
      const fates = column.target.chat?.operation.fates;
      if (fates === undefined) continue;
      for (const [name, { holds, example }] of Object.entries(fates.conditions)) {
        const [shortest] = probes.chat;
        if (shortest === undefined || holds.length < 2) continue;
        const seen = [shortest, { ...shortest, ...example.request }].map((request) => holds(column.facts, request));
        const held = holdingOf(fates, name, column.facts, probes.chat);
        if (new Set(seen).size === 2) expect([column.title, name, held]).toEqual([column.title, name, "depends"]);
        else
          expect([column.title, name, held]).not.toEqual([column.title, name, seen[0] === true ? "never" : "always"]);
      }
    }
  });

  test("that are settled for a model hold so for every request of the conformance table", () => {
    const asked = [
      ...features.flatMap((one) => (one.operation === "chat" ? [one.request] : [])),
      ...chatCases.flatMap(({ request }) => (typeof request === "function" ? [] : [{ model: "m", ...request }])),
    ].map((request) => parseChat(request, "m").request);
    const wrong = columns.flatMap(({ title, target, facts }) => {
      const fates = target.chat?.operation.fates;
      return Object.entries(fates?.conditions ?? {}).flatMap(([name, { holds }]) => {
        const held = fates === undefined ? "depends" : holdingOf(fates, name, facts, probes.chat);
        const found = held === "depends" ? undefined : asked.find((one) => holds(facts, one) !== (held === "always"));
        return found === undefined ? [] : [[title, name, held, JSON.stringify(found)]];
      });
    });
    expect(wrong).toEqual([]);
  });

  test("are looked up once per column", () => {
    const [table] = tables;
    const [column] = columns;
    if (table === undefined || column === undefined) throw new Error("no table");
    let asked = 0;
    const counted: OperationFates = {
      ...table,
      conditions: { often: { holds: (_facts, _request) => ++asked > 0, example: {} } },
    };
    const decide = createDecide(counted, column.facts, probes.chat);
    const line = { kind: "when", cases: { often: ignored("often") }, otherwise: reported("else") } as const;
    expect([decide(line), decide(line)]).toEqual(Array(2).fill({ kind: "ignored", why: "often" }));
    expect(asked).toBe(probes.chat.length + 1);
  });
});
