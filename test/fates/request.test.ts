import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateCreateChatCompletionRequest } from "../../generated/validators/openai.received.mjs";
import { validateGenerateContentRequest } from "../../generated/validators/vertex.closed.mjs";
import { type Field, fieldsOf, walk } from "../../scripts/spec/fields.ts";
import { loadSpec } from "../../scripts/spec/load.ts";
import { compileAudit } from "../../src/dialects/audit.ts";
import { chat } from "../../src/dialects/gemini/chat/index.ts";
import { GatewayError } from "../../src/errors.ts";
import type { Change, ChatRequest } from "../../src/operations/types.ts";
import { casesOf, type FateCase, factsFor } from "./_cases.ts";
import { differences, isNamed } from "./_diff.ts";
import { proofs } from "./_proofs.ts";
import { type Contrast, contrastsOf } from "./_request.ts";

const { schemas } = loadSpec("openai").components;
const root: Field = fieldsOf("CreateChatCompletionRequest", schemas);
const audit = compileAudit(chat.fates);

/** What the gateway makes of a request: the upstream's body and what the client is told, or the refusal. */
interface Outcome {
  readonly body: unknown;
  readonly changes: readonly Change[];
  readonly refusal: GatewayError | undefined;
}

function translate(request: object, upstreamModel: string): Outcome {
  const facts = factsFor(upstreamModel);
  const checked = asChatRequest(request);
  const before = JSON.stringify(checked);
  try {
    const reported = audit(checked, facts, "report");
    const { body, changes } = chat.open(checked, facts);
    expect(JSON.stringify(checked), "translation must not touch its input").toBe(before);
    expect(validateGenerateContentRequest(body), JSON.stringify(validateGenerateContentRequest.errors)).toBe(true);
    return { body, changes: [...reported, ...changes], refusal: undefined };
  } catch (thrown) {
    if (thrown instanceof GatewayError) return { body: undefined, changes: [], refusal: thrown };
    throw thrown;
  }
}

function asChatRequest(request: object): ChatRequest {
  const value: unknown = request;
  if (validateCreateChatCompletionRequest(value)) return value;
  throw new Error(
    `not a chat request: ${JSON.stringify(validateCreateChatCompletionRequest.errors)} ${JSON.stringify(request)}`,
  );
}

/** A field's notice names the field, or the field above it that was dropped whole. */
function noticeOf(changes: readonly Change[], path: string): Change | undefined {
  return changes.find(
    (change) =>
      change.verb === "reported" &&
      (path === change.path || path.startsWith(`${change.path}.`) || path.startsWith(`${change.path}[`)),
  );
}

const runs = { numRuns: 8 };

function check({ key, fate, upstreamModel, request }: FateCase, pair: Contrast): void {
  const { given, contrast, path, companions } = pair;
  fc.pre(!pair.same);
  const told = translate({ ...given, ...request }, upstreamModel);
  if (fate.kind === "refused") {
    expect(told.refusal?.status, `${path} must be refused`).toBe(400);
    const named = told.refusal?.param ?? "?";
    expect(path.startsWith(named) || companions.includes(named), `${named} must name ${path}`).toBe(true);
    return;
  }
  const silent = translate({ ...contrast, ...request }, upstreamModel);
  expect(told.refusal?.message).toBeUndefined();
  expect(silent.refusal?.message).toBeUndefined();
  if (fate.kind === "mapped") {
    const places = [...differences(told.body, silent.body)];
    expect(places, `${path} must change the upstream body`).not.toHaveLength(0);
    const astray = places.filter((place) => !fate.to.some((pattern) => isNamed(place, pattern)));
    expect(astray, `${path} must change nothing but ${fate.to.join(", ")}`).toEqual([]);
    expect(noticeOf(told.changes, path), `${path} is mapped, and must not be reported`).toBeUndefined();
    return;
  }
  expect(told.body, `${path} must leave the upstream body as it was`).toEqual(silent.body);
  const notice = noticeOf(told.changes, path);
  const usual = isDefault(key);
  if (fate.kind === "reported" && !usual) expect(notice, `${path} must be reported`).toBeDefined();
  if (fate.kind === "ignored") expect(notice, `${path} must not be reported`).toBeUndefined();
}

const defaults = new Map([...walk(root)].map((field) => [field.path, field.default]));

/** A word that is the spec's default asks for nothing, so there is nothing to report. */
function isDefault(key: string): boolean {
  const [path, word] = key.split("=");
  return word !== undefined && defaults.get(path ?? "") === word;
}

/** Words and variants of a field whose own line says the same as the field's. */
function tellingOf({ fate }: FateCase): (key: string) => boolean {
  return (key) => {
    const own = chat.fates.request[key];
    return own === undefined || own.kind === "when" || own.kind === fate.kind;
  };
}

describe("every line of the request table is true of the translator", () => {
  for (const one of casesOf(chat.fates.request, chat.fates.conditions)) {
    const name = `${one.key} (${one.condition}): ${one.fate.kind}`;
    const proof = proofs.get(one.fate.kind === "emulated" ? one.fate.proof : `${one.key}`);
    if (one.fate.kind === "emulated" || one.fate.kind === "gateway") {
      test(name, async () => {
        expect(proof, `no proof of ${one.key}`).toBeDefined();
        await proof?.();
      });
      continue;
    }
    test(name, () => {
      const [path = "", word] = one.key.split("=");
      fc.assert(
        fc.property(contrastsOf(root, path, word, tellingOf(one)), (contrast) => check(one, contrast)),
        runs,
      );
    });
  }
});

describe("what asks for nothing", () => {
  const silent: readonly (readonly [string, object])[] = [
    ["null", { logit_bias: null, verbosity: null, audio: null, web_search_options: null, thinking: null }],
    ["nothing", { logit_bias: {}, web_search_options: {}, guided_choice: [], provider: "" }],
    [
      "the spec's default",
      { verbosity: "medium", service_tier: "auto", n: 1, logprobs: false, parallel_tool_calls: true },
    ],
  ];
  for (const [what, members] of silent) {
    test(`${what} gives no notice`, () => {
      const base = { model: "some-model", messages: [{ role: "user", content: "Hi." }] };
      const told = translate({ ...base, ...members }, "gemini-2.5-flash");
      expect(told.refusal).toBeUndefined();
      expect(told.changes).toEqual([]);
      expect(told.body).toEqual(translate(base, "gemini-2.5-flash").body);
    });
  }
});

describe("what no spec knows", () => {
  const request = asChatRequest({
    model: "some-model",
    messages: [{ role: "user", content: [{ type: "text", text: "Hi.", tone: "warm" }], mood: 1 }],
    brand_new: true,
  });

  test("is reported by its own path", () => {
    const changes = audit(request, factsFor("gemini-2.5-flash"), "report");
    expect(changes.map((change) => change.path)).toEqual([
      "messages[0].content[0].tone",
      "messages[0].mood",
      "brand_new",
    ]);
  });

  test("is refused where the model's entry says so", () => {
    expect(() => audit(request, factsFor("gemini-2.5-flash"), "refuse")).toThrow(
      "Unknown parameter: 'messages[0].content[0].tone'.",
    );
  });

  test("is dropped in silence where the model's entry says so", () => {
    expect(audit(request, factsFor("gemini-2.5-flash"), "ignore")).toEqual([]);
  });
});

describe("words outside a closed list", () => {
  test("are refused with the words there are", () => {
    const request = asChatRequest({ model: "m", messages: [{ role: "user", content: "x" }], reasoning_effort: "huge" });
    expect(() => audit(request, factsFor("gemini-2.5-flash"), "report")).toThrow(
      "Invalid value: 'huge'. Supported values are: 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'.",
    );
  });
});
