import { describe, expect, test } from "vitest";
import { responseFates } from "../../src/operations/completions/response-fates.ts";
import type { Change, Completion } from "../../src/operations/types.ts";
import { differences, isNamed } from "../fates/_diff.ts";
import { asRequest, chatAnswer, chatEvent, facts, overFakeChat, readWhole } from "./_completions.ts";

type Form = "whole" | "streamed";

/** What a place of a chat answer holds in one case and in another; `absent` leaves it out. */
type Sample = readonly [given: unknown, contrast: unknown];

const absent: unique symbol = Symbol("absent");
const token = (text: string, logprob = -1, rival = "?") => ({
  token: text,
  logprob,
  bytes: [1],
  top_logprobs: [{ token: rival, logprob: -4, bytes: [1] }],
});
const call = { index: 0, id: "c", type: "function", function: { name: "f", arguments: "{}" } };
const citation = {
  type: "url_citation",
  url_citation: { start_index: 0, end_index: 1, url: "https://a.example", title: "A" },
};
const failed = { type: "error", code: "c", message: "m" };

/** By the place's path without its first steps: a message and a delta hold the same. */
const samples: readonly (readonly [RegExp, Sample])[] = [
  [/^(id|created|model)$/, ["one", "other"]],
  [/^(system_fingerprint|provider|obfuscation)$/, ["one", absent]],
  [/^prompt_filter_results$/, [[{ a: 1 }], absent]],
  [/^metadata$/, [{ a: "b" }, absent]],
  [/^service_tier$/, ["flex", absent]],
  [/^moderation$/, [{ input: failed, output: failed }, absent]],
  [/\.index$/, [1, 0]],
  [/finish_reason$/, ["length", "stop"]],
  [/\.logprobs$/, [{ content: [token("Base.")], refusal: null }, null]],
  [/logprobs\.refusal$/, [[token("No.")], null]],
  [/logprobs\.content$/, [[token("Base.")], null]],
  [/content\[\]\.token$/, ["Base.", "Bas"]],
  [/content\[\]\.logprob$/, [-3, -2]],
  [/top_logprobs$/, [[{ token: "!", logprob: -2, bytes: null }], []]],
  [/top_logprobs\[\]\.token$/, ["!", "#"]],
  [/top_logprobs\[\]\.logprob$/, [-3, -2]],
  [/bytes$/, [[2], null]],
  [/\.role$/, ["assistant", absent]],
  [/\.refusal$/, ["No.", null]],
  [/\.content$/, ["One.", "Other."]],
  [/\.tool_calls$/, [[call], absent]],
  [/\.function_call$/, [{ name: "f", arguments: "{}" }, absent]],
  [/\.audio$/, [{ id: "a", expires_at: 1, data: "AAAA", transcript: "A." }, absent]],
  [/\.annotations$/, [[citation], absent]],
  [/\.images$/, [[{ type: "image_url", index: 0, image_url: { url: "data:image/png;base64,AAAA" } }], absent]],
  [/\.(reasoning_content|reasoning)$/, ["Hm.", absent]],
  [/\.reasoning_details$/, [[{ type: "reasoning.text", text: "Hm." }], absent]],
  [/\.thinking_blocks$/, [[{ type: "thinking", thinking: "Hm.", signature: "s" }], absent]],
  [/\.extra_content$/, [{ google: { thought_signature: "AAAA" } }, absent]],
  [/^usage$/, [{ prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 }, absent]],
  [/_details$/, [{ audio_tokens: 1 }, absent]],
  [/^usage\.(prompt|completion|total)_tokens$/, [7, 8]],
  [/^usage\./, [7, absent]],
];

const words: Readonly<Record<string, string>> = { finish_reason: "length" };

function sampleOf(key: string): Sample {
  const [path = "", word] = key.split("=");
  if (word !== undefined) {
    const name = path.split(".").at(-1) ?? "";
    return [word, name === "role" ? absent : word === words[name] ? "stop" : "length"];
  }
  const sample = samples.find(([pattern]) => pattern.test(path))?.[1];
  if (sample === undefined) throw new Error(`no sample of ${key}`);
  return path === "created" ? [1, 2] : sample;
}

/** A chat answer, or the chunk that holds all of one, with a value at a place. */
function answerWith(form: Form, path: string, value: unknown): Record<string, unknown> {
  const said = { content: "Base.", ...(form === "whole" ? { refusal: null } : {}) };
  const choice = {
    index: 0,
    [form === "whole" ? "message" : "delta"]: { role: "assistant", ...said },
    logprobs: path.includes("logprobs") ? { content: [token("Base.")], refusal: null } : null,
    finish_reason: "stop",
  };
  const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };
  const details = { prompt_tokens_details: {}, completion_tokens_details: {} };
  const answer: Record<string, unknown> = {
    ...JSON.parse(form === "whole" ? JSON.stringify(chatAnswer({})) : chatEvent({})),
    choices: [choice],
    ...(form === "whole" ? { usage: /^usage\..*_details/.test(path) ? { ...usage, ...details } : usage } : {}),
  };
  put(answer, path.split(/\.|(?=\[\])/), value);
  return answer;
}

function put(at: object, [step = "", ...rest]: readonly string[], value: unknown): void {
  const name = step === "[]" ? "0" : step;
  if (rest.length > 0) {
    const next: unknown = Reflect.get(at, name);
    if (typeof next !== "object" || next === null) throw new Error(`nothing at ${name}`);
    put(next, rest, value);
  } else if (value === absent) Reflect.deleteProperty(at, name);
  else Reflect.set(at, name, value);
}

/** Whole objects that hold a text: another text. */
const others: Readonly<Record<string, (form: Form, text: string) => unknown>> = {
  choices: (form, content) => {
    const message = { role: "assistant", content, ...(form === "whole" ? { refusal: null } : {}) };
    const said = form === "whole" ? { message } : { delta: message };
    return [{ index: 0, ...said, logprobs: null, finish_reason: "stop" }];
  },
  "choices[].message": (_form, content) => ({ role: "assistant", content, refusal: null }),
  "choices[].delta": (_form, content) => ({ role: "assistant", content }),
};

interface Seen {
  readonly answer: unknown;
  readonly changes: readonly Change[];
}

const request = { prompt: "a", logprobs: 2 };

function read(form: Form, answer: object): Seen {
  if (form === "whole") {
    const { body, changes } = readWhole(request, JSON.parse(JSON.stringify(answer)));
    return { answer: body, changes };
  }
  const fold = overFakeChat().operation.open(asRequest(request), facts, "stream").stream();
  const pieces = fold.onEvent(JSON.stringify(answer));
  if (pieces instanceof Error) throw pieces;
  return { answer: gather(pieces.map(({ chunk }) => chunk)), changes: fold.changes() };
}

/** Chunks put together, so that both forms have the same places. */
function gather(chunks: readonly Completion[]): object {
  const choices = chunks.flatMap((chunk) => chunk.choices);
  const { choices: _, ...head } = chunks[0] ?? { choices: [] };
  return {
    ...head,
    choices: [
      {
        index: choices[0]?.index,
        text: choices.map((choice) => choice.text).join(""),
        logprobs: choices.find((choice) => choice.logprobs !== null)?.logprobs ?? null,
        finish_reason: choices.at(-1)?.finish_reason,
      },
    ],
  };
}

const onlyWhole = /^choices\[\]\.message|^metadata$|^usage/;
const onlyStreamed = /^choices\[\]\.delta|^obfuscation$/;

describe.each([
  ["whole", onlyStreamed],
  ["streamed", onlyWhole],
] as const)("every line of the table from chat's answers is true of %s ones", (form, notHere) => {
  for (const [key, fate] of Object.entries(responseFates)) {
    // Counts of a stream are the gateway's to tell.
    if (notHere.test(key)) continue;
    test(`${key}: ${fate.kind}`, () => {
      const path = key.split("=")[0] ?? "";
      const other = others[path];
      const [one, two] = other === undefined ? sampleOf(key) : [other(form, "One."), other(form, "Other.")];
      const given = read(form, answerWith(form, path, one));
      const contrast = read(form, answerWith(form, path, two));
      const places = [...differences(given.answer, contrast.answer)];
      const notices = given.changes.map((change) =>
        change.path.replace("message", form === "whole" ? "message" : "delta"),
      );
      expect(notices).toEqual(fate.kind === "reported" ? [path] : []);
      if (fate.kind !== "mapped") {
        expect(places).toEqual([]);
        return;
      }
      expect(places).not.toEqual([]);
      expect(places.filter((place) => !fate.to.some((pattern) => isNamed(place, pattern)))).toEqual([]);
    });
  }
});
