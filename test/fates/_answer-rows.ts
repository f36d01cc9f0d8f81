import { expect } from "vitest";
import { validateMessage, validateMessageStreamEvent } from "../../generated/validators/anthropic.exact.mjs";
import { validateConverseResponse, validateConverseStreamOutput } from "../../generated/validators/bedrock.exact.mjs";
import {
  validateCreateChatCompletionResponse,
  validateCreateChatCompletionStreamResponse,
  validateCreateCompletionResponse,
} from "../../generated/validators/openai.exact.mjs";
import {
  validateCreateChatCompletionRequest,
  validateCreateCompletionRequest,
} from "../../generated/validators/openai.received.mjs";
import type { Validator } from "../../generated/validators/validator.ts";
import { validateGenerateContentResponse } from "../../generated/validators/vertex.exact.mjs";
import { type Field, fateKeys, fieldsOf } from "../../scripts/spec/fields.ts";
import { loadSpec } from "../../scripts/spec/load.ts";
import { chat as anthropicChat } from "../../src/dialects/anthropic/chat/index.ts";
import { chat as converseChat } from "../../src/dialects/converse/chat/index.ts";
import type { AnswerKind, Facts, Fold, Operation } from "../../src/dialects/dialect.ts";
import { chat as geminiChat } from "../../src/dialects/gemini/chat/index.ts";
import { chat as openaiChat } from "../../src/dialects/openai/chat/index.ts";
import { completions as openaiCompletions } from "../../src/dialects/openai/completions/index.ts";
import { GatewayError } from "../../src/errors.ts";
import { violationOf } from "../../src/operations/conformance.ts";
import type { AnyBody, Change } from "../../src/operations/types.ts";
import { toChatUsage } from "../../src/usage/chat-usage.ts";
import { anthropicAnswers, anthropicEvents } from "./_answers-anthropic.ts";
import { converseAnswers, converseEvents } from "./_answers-converse.ts";
import { geminiAnswers } from "./_answers-gemini.ts";
import { chatAnswers, chatChunks, completionAnswers } from "./_answers-openai.ts";
import type { Line } from "./_cases.ts";
import { eventsAround } from "./_events-anthropic.ts";
import { eventsAround as converseEventsAround } from "./_events-converse.ts";
import type { Ingredients } from "./_response.ts";
import { factsFor, openaiFields, type Row } from "./_rows.ts";
import { vectorAnswerRows } from "./_vector-rows.ts";

/** What the client sees of an upstream answer, and what it is told; or the failure it is. */
export interface Seen {
  readonly answer: unknown;
  readonly changes: readonly Change[];
  readonly failure: GatewayError | undefined;
}

/** The answers of one operation in one form, as the suites see them. */
export interface AnswerRow {
  readonly name: Row["name"];
  readonly kind: AnswerKind;
  /** Every field of an upstream answer, from the spec. */
  readonly root: Field;
  readonly ingredients: Ingredients;
  /** The lines of the table that speak of this form. */
  readonly lines: Readonly<Record<string, Line>>;
  readonly situations: readonly Facts[];
  /** A field that is mapped to its own place keeps its value. */
  readonly passes: boolean;
  readonly holds: (condition: string, facts: Facts) => boolean;
  readonly read: (answer: object, facts: Facts) => Seen;
}

/** What a row is made of, typed by its operation. */
interface Source<Request extends object, Body extends AnyBody, Chunk extends AnyBody>
  extends Pick<AnswerRow, "name" | "passes" | "situations"> {
  readonly operation: Operation<Request, Body, Chunk>;
  readonly received: Validator<Request>;
  readonly request: object;
  /** What is asked beside it in some of the situations. */
  readonly beside?: ReadonlyMap<Facts, object>;
  /** What the table calls what is said in a stream. */
  readonly said: "message" | "delta";
  readonly forms: Readonly<Record<AnswerKind, Form>>;
}

/** What an upstream answers with in one form. */
interface Form {
  readonly root: Field;
  readonly validate: Validator<unknown>;
  readonly ingredients: Ingredients;
  /** The events of a whole stream that one is part of; itself alone unless told. */
  readonly around?: (event: object) => readonly object[];
}

function toRows<Request extends object, Body extends AnyBody, Chunk extends AnyBody>(
  source: Source<Request, Body, Chunk>,
): readonly AnswerRow[] {
  const { name, operation, received, said, forms, passes, situations } = source;
  function askedFor(facts: Facts): Request {
    const asked: unknown = { ...source.request, ...source.beside?.get(facts) };
    if (!received(asked)) throw new Error(`no request: ${JSON.stringify(received.errors)}`);
    return asked;
  }

  const { conditions, response } = operation.fates;
  const open = (facts: Facts, kind: AnswerKind) => operation.open(askedFor(facts), facts, kind);

  function readWhole(answer: object, facts: Facts): Seen {
    const text = JSON.stringify(answer);
    const read = open(facts, "unary").response(JSON.parse(text), text);
    if (read instanceof GatewayError) return failed(read);
    mustBeSound(read.body, read.text);
    return { answer: JSON.parse(JSON.stringify(read.body)), changes: read.changes, failure: undefined };
  }

  function readStreamed(answer: object, facts: Facts): Seen {
    const fold: Fold<Chunk> = open(facts, "stream").stream();
    const chunks: Chunk[] = [];
    const events = forms.stream.around?.(answer) ?? [answer];
    for (const step of [...events.map((event) => () => fold.onEvent(JSON.stringify(event))), fold.onEnd]) {
      const made = step();
      if (made instanceof GatewayError) return failed(made);
      for (const { chunk, text } of made) mustBeSound(chunk, text);
      chunks.push(...made.map(({ chunk }) => chunk));
    }
    const usage = fold.usage();
    const whole = { ...gather(chunks, said), ...(usage && { usage: toChatUsage(usage) }) };
    return { answer: JSON.parse(JSON.stringify(whole)), changes: fold.changes(), failure: undefined };
  }

  return (["unary", "stream"] as const).map((kind): AnswerRow => {
    const { root, validate, ingredients } = forms[kind];
    const keys = new Set(fateKeys(root));
    return {
      name,
      kind,
      root,
      ingredients,
      passes,
      situations,
      lines: Object.fromEntries(Object.entries(response).filter(([key]) => keys.has(key))),
      holds: (condition, facts) => conditions[condition]?.holds(facts, askedFor(facts)) === true,
      read(answer, facts) {
        expect(validate(answer), JSON.stringify([validate.errors, answer])).toBe(true);
        return kind === "unary" ? readWhole(answer, facts) : readStreamed(answer, facts);
      },
    };
  });
}

function failed(failure: GatewayError): Seen {
  return { answer: undefined, changes: [], failure };
}

/** What leaves is valid, and where the upstream's own text goes out it says the same. */
function mustBeSound(body: AnyBody, text: string | undefined): void {
  expect(violationOf(body), JSON.stringify(body)).toBeUndefined();
  if (text !== undefined) expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(body)));
}

/** The chunks of a stream put together, so that both kinds of answer have the same places. */
function gather(chunks: readonly AnyBody[], said: string): object {
  const choices = new Map<number, Record<string, unknown>>();
  for (const { index, ...members } of chunks.flatMap((chunk) => chunk.choices)) {
    const choice = choices.get(index) ?? { index };
    choices.set(index, choice);
    for (const [member, value] of Object.entries(members)) {
      const name = member === "delta" ? said : member;
      choice[name] = added(choice[name], value);
    }
  }
  return { ...Object.assign({}, ...chunks), choices: [...choices.values()] };
}

function added(so: unknown, more: unknown): unknown {
  if (more === null || more === undefined) return so ?? more;
  if (typeof so === "string" && typeof more === "string") return so + more;
  if (Array.isArray(so) && Array.isArray(more)) return more.reduce(addedItem, so);
  if (typeof so !== "object" || so === null || typeof more !== "object") return more;
  const whole: Record<string, unknown> = { ...so };
  for (const [name, value] of Object.entries(more)) whole[name] = added(whole[name], value);
  return whole;
}

/** More of a call that began in an earlier chunk names its index and no id; anything else is an item of its own. */
function addedItem(list: readonly unknown[], item: unknown): readonly unknown[] {
  const indexOf = (one: unknown): unknown =>
    typeof one === "object" && one !== null ? Reflect.get(one, "index") : undefined;
  const begun = typeof item === "object" && item !== null && !("id" in item) && !("image_url" in item);
  const at = begun ? list.findIndex((one) => indexOf(one) !== undefined && indexOf(one) === indexOf(item)) : -1;
  return at === -1 ? [...list, item] : list.with(at, added(list[at], item));
}

const messages = [{ role: "user", content: "Hi." }];
const tools = [{ type: "function", function: { name: "look_up" } }];
/** A model that may run code. */
const withCode: Facts = factsFor("gemini-3.1-pro-preview");
const gemini: Form = {
  root: fieldsOf("GenerateContentResponse", loadSpec("vertex").components.schemas),
  validate: validateGenerateContentResponse,
  ingredients: geminiAnswers,
};
const completion: Form = {
  root: openaiFields("CreateCompletionResponse"),
  validate: validateCreateCompletionResponse,
  ingredients: completionAnswers,
};
/** Under the name that clients ask for, and under the upstream's own. */
const named = [factsFor("org/up", "other"), { ...factsFor("org/up", "other"), responseModel: undefined }];

/** A dialect's operation whose answers are to be proved is a line here. */
export const answerRows: readonly AnswerRow[] = [
  ...vectorAnswerRows,
  ...toRows({
    name: "gemini chat",
    operation: geminiChat,
    received: validateCreateChatCompletionRequest,
    request: { model: "m", messages, tools },
    said: "message",
    forms: { unary: gemini, stream: gemini },
    situations: [factsFor("gemini-2.5-flash"), factsFor("gemini-3-flash-preview"), withCode],
    beside: new Map([[withCode, { extra_body: { google: { tools: [{ codeExecution: {} }] } } }]]),
    passes: false,
  }),
  ...toRows({
    name: "anthropic chat",
    operation: anthropicChat,
    received: validateCreateChatCompletionRequest,
    request: { model: "m", messages, tools },
    said: "message",
    forms: {
      unary: {
        root: fieldsOf("Message", loadSpec("anthropic").components.schemas),
        validate: validateMessage,
        ingredients: anthropicAnswers,
      },
      stream: {
        root: fieldsOf("MessageStreamEvent", loadSpec("anthropic").components.schemas),
        validate: validateMessageStreamEvent,
        ingredients: anthropicEvents,
        around: eventsAround,
      },
    },
    situations: [
      factsFor("claude-opus-5", "anthropic"),
      { ...factsFor("claude-opus-5", "anthropic"), responseModel: undefined },
    ],
    passes: false,
  }),
  ...toRows({
    name: "converse chat",
    operation: converseChat,
    received: validateCreateChatCompletionRequest,
    request: { model: "m", messages, tools },
    said: "message",
    forms: {
      unary: {
        root: fieldsOf("ConverseResponse", loadSpec("bedrock").components.schemas),
        validate: validateConverseResponse,
        ingredients: converseAnswers,
      },
      stream: {
        root: fieldsOf("ConverseStreamOutput", loadSpec("bedrock").components.schemas),
        validate: validateConverseStreamOutput,
        ingredients: converseEvents,
        around: converseEventsAround,
      },
    },
    situations: [
      factsFor("us.amazon.nova-pro-v1:0", "bedrock"),
      { ...factsFor("us.amazon.nova-pro-v1:0", "bedrock"), responseModel: undefined },
    ],
    passes: false,
  }),
  ...toRows({
    name: "openai chat",
    operation: openaiChat,
    received: validateCreateChatCompletionRequest,
    request: { model: "m", messages, tools },
    said: "delta",
    forms: {
      unary: {
        root: openaiFields("CreateChatCompletionResponse"),
        validate: validateCreateChatCompletionResponse,
        ingredients: chatAnswers,
      },
      stream: {
        root: openaiFields("CreateChatCompletionStreamResponse"),
        validate: validateCreateChatCompletionStreamResponse,
        ingredients: chatChunks,
      },
    },
    situations: named,
    passes: true,
  }),
  ...toRows({
    name: "openai completions",
    operation: openaiCompletions,
    received: validateCreateCompletionRequest,
    request: { model: "m", prompt: "Hi." },
    said: "delta",
    forms: { unary: completion, stream: completion },
    situations: named,
    passes: true,
  }),
];
