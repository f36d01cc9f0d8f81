import { describe, expect, test } from "vitest";
import type { Facts } from "../../src/dialects/dialect.ts";
import { completions } from "../../src/dialects/openai/completions/index.ts";
import { knownHosts } from "../../src/dialects/openai/hosts.ts";
import { answerRows } from "./_answer-rows.ts";
import { casesOf, type Line } from "./_cases.ts";
import { type Row, rowOf, rows } from "./_rows.ts";
import { emulated, gateway, lacking, refused, reported, reportedBack, type Told } from "./_told.ts";

type Table = Readonly<Record<string, Line>>;

/** The lines of one kind, as `condition key`. */
function linesOf(table: Table, kind: string): readonly string[] {
  const found = casesOf(table).filter(({ fate }) => fate.kind === kind);
  return found.map(({ key, condition }) => `${condition} ${key}`).sort();
}

/** What was written down, in the same form. */
function written(told: Told, name: Row["name"], table: Table): readonly string[] {
  const lines = Object.entries(told[name]).flatMap(([condition, text]) =>
    text
      .trim()
      .split(/\s+/)
      .flatMap((word) => expand(word, table).map((key) => `${condition} ${key}`)),
  );
  return lines.sort();
}

/** Fields that a host lacks and the operation's spec does not have. */
function lackedBeyond({ lackedAt, root }: Row, facts: Facts): readonly string[] {
  return [...lackedAt(facts)].filter((name) => !root.properties.has(name)).sort();
}

function expand(word: string, table: Table): readonly string[] {
  if (!word.endsWith(".**")) return [word];
  const top = word.slice(0, -".**".length);
  return Object.keys(table).filter(
    (key) => key === top || (key.startsWith(top) && /^[.[=<]/.test(key.slice(top.length))),
  );
}

describe.each(rows)("what clients of $name are told", ({ name, lines }) => {
  test.each([
    ["reported", "dropped with a notice", reported],
    ["refused", "refused", refused],
    ["gateway", "consumed by the gateway", gateway],
    ["emulated", "honoured by the gateway's own work", emulated],
  ])("%s: these fields are %s, and no others", (kind, _meaning, told) => {
    expect(linesOf(lines, kind)).toEqual(written(told, name, lines));
  });
});

describe.each(rows)("fields of others that a host of $name lacks", (row) => {
  test.each(row.situations)("$host, $upstreamModel: these, each dropped with a notice, or refused", (facts) => {
    const names = (lacking[row.name][facts.host] ?? "").match(/[^\s*]+/g)?.map((name) => name.replace(/\.$/, "")) ?? [];
    expect(lackedBeyond(row, facts)).toEqual(names.sort());
    for (const name of names) {
      const { body, changes } = row.translate({ ...row.base, [name]: "x" }, facts);
      expect(changes).toEqual([{ verb: "reported", path: name }]);
      expect(body).toEqual(row.translate(row.base, facts).body);
      const refusal = expect.objectContaining({ errorName: "unsupported_parameter", param: name });
      expect(() => row.audit({ ...row.base, [name]: "x" }, facts, "refuse")).toThrow(refusal);
      expect(row.audit({ ...row.base, [name]: null }, facts, "refuse")).toEqual([]);
    }
  });
});

describe("what hosts of openai completions take of requests, which are taken apart before anything else", () => {
  const habits = [
    ["other", true, false, true],
    ["openai", true, true, false],
    ["azure", true, true, false],
    ["azure-older", true, true, false],
    ["openrouter", false, false, true],
    ["deepseek", true, false, true],
    ["deepseek-reasoning", true, false, true],
    ["groq", true, false, true],
    ["mistral", true, false, true],
    ["xai", true, false, true],
    ["xai-reasoning", true, false, true],
    ["vllm", true, true, true],
    ["llamacpp", true, false, true],
    ["lmstudio", true, false, true],
    ["ollama", false, false, true],
  ] as const;

  test.each(habits)("%s: token ids %s, ranked candidates %s, many stops %s", (host, tokens, ranking, manyStops) => {
    expect(completions.takes(host)).toEqual({ tokens, ranking, manyStops });
  });

  test("and no other server is known", () => {
    expect(["other", ...knownHosts]).toEqual(habits.map(([host]) => host));
  });
});

test.each(answerRows)("of $kind answers of $name these places are dropped with a notice", ({ name, lines }) => {
  // Whole answers and events have places of their own.
  const told = written(reportedBack, name, lines).filter((line) => {
    const [, key = ""] = line.split(" ");
    expect(Object.keys(rowOf(name).responseLines)).toContain(key);
    return key in lines;
  });
  expect(linesOf(lines, "reported")).toEqual(told);
});
