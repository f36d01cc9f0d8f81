import { describe, expect, test } from "vitest";
import {
  validateConverseResponse,
  validateConverseStreamOutput,
} from "../../../generated/validators/bedrock.exact.mjs";
import type { ClientTool, ConverseContext } from "../../../src/dialects/converse/chat/context.ts";
import { foldConverseStream } from "../../../src/dialects/converse/chat/stream.ts";
import { GatewayError } from "../../../src/errors.ts";
import { violationOf } from "../../../src/operations/conformance.ts";
import type { ChatChunk, ChatCompletion } from "../../../src/operations/types.ts";
import fc from "../../_fc.ts";
import { streamProblems } from "../../_stream-rules.ts";
import { spoiled } from "../openai/_arbitrary.ts";
import { contextFor, read, type Streamed, streamed } from "./_reading.ts";
import { cutting, events, saying, whole } from "./_sayings.ts";

const tools: ReadonlyMap<string, ClientTool> = new Map<string, ClientTool>([
  ["renamed", { name: "re.named", kind: "function", members: new Map([["a", "a b"]]) }],
  ["free", { name: "free", kind: "custom", members: new Map() }],
]);

/** What the way back may know of a request. */
const context: fc.Arbitrary<ConverseContext> = fc
  .record({
    legacyCalls: fc.boolean(),
    onlyFirstCall: fc.boolean(),
    answerTool: fc.constantFrom(undefined, "json"),
    fenced: fc.boolean(),
    showsThoughts: fc.boolean(),
  })
  .map((members) => contextFor({ tools: members.legacyCalls ? new Map() : tools, ...members }));

interface Said {
  readonly content: string;
  readonly thoughts: string;
  readonly refusal: string;
  readonly thinking: readonly unknown[];
  readonly calls: readonly string[];
  readonly finish: string | null | undefined;
}

/** What a client has put together from the chunks. */
function gathered(chunks: readonly ChatChunk[]): Said {
  const choices = chunks.flatMap((chunk) => chunk.choices);
  const deltas = choices.map(({ delta }) => delta);
  const calls: string[] = [];
  for (const { tool_calls = [], function_call } of deltas) {
    for (const { index, id = "", custom, function: fn } of tool_calls) {
      const [name, more] = [custom?.name ?? fn?.name ?? "", custom?.input ?? fn?.arguments ?? ""];
      calls[index] = `${calls[index] ?? `${id} `}${name && `${name} `}${more}`;
    }
    if (function_call != null) {
      const name = function_call.name === undefined ? "" : `${function_call.name} `;
      calls[0] = `${calls[0] ?? ""}${name}${function_call.arguments ?? ""}`;
    }
  }
  return {
    content: deltas.map(({ content }) => content ?? "").join(""),
    thoughts: deltas.map(({ reasoning_content }) => reasoning_content ?? "").join(""),
    refusal: deltas.map(({ refusal }) => refusal ?? "").join(""),
    thinking: deltas.flatMap(({ thinking_blocks }) => thinking_blocks ?? []),
    calls,
    finish: choices.findLast(({ finish_reason }) => finish_reason !== null)?.finish_reason,
  };
}

/** The same of a whole answer. */
function told({ choices: [choice] }: ChatCompletion): Said {
  const { content, reasoning_content, refusal, thinking_blocks, tool_calls, function_call } = choice?.message ?? {};
  const made = (tool_calls ?? []).map((call) =>
    call.type === "custom"
      ? `${call.id} ${call.custom.name} ${call.custom.input}`
      : `${call.id} ${call.function.name} ${call.function.arguments}`,
  );
  return {
    content: content ?? "",
    thoughts: reasoning_content ?? "",
    refusal: refusal ?? "",
    thinking: thinking_blocks ?? [],
    calls: function_call == null ? made : [`${function_call.name} ${function_call.arguments}`],
    finish: choice?.finish_reason,
  };
}

const problemsOf = ({ chunks, failure }: Streamed): readonly string[] => {
  const end = failure === undefined ? "[DONE]" : JSON.stringify(failure.toEnvelope());
  return streamProblems([...chunks.map((chunk) => JSON.stringify(chunk)), end], false);
};

describe("any answer of Converse", () => {
  test("the answers made here are ones that Bedrock may give", () => {
    fc.assert(
      fc.property(saying, cutting, (one, cut) => {
        const { reason } = one;
        // Words of tomorrow are in no spec.
        if (reason === "a_new_word") return;
        expect(validateConverseResponse(whole(one)) ? [] : validateConverseResponse.errors).toEqual([]);
        for (const event of events(one, cut)) {
          expect(validateConverseStreamOutput(event) ? [] : validateConverseStreamOutput.errors).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("is a valid answer of OpenAI's, and says the same as a stream, however it is cut into events", () => {
    fc.assert(
      fc.property(saying, cutting, context, (one, cut, known) => {
        const answer = read(whole(one), known);
        if (answer instanceof GatewayError) throw answer;
        expect(violationOf(answer.body)).toBeUndefined();
        const stream = streamed(events(one, cut), known);
        expect(stream.failure).toBeUndefined();
        expect(problemsOf(stream)).toEqual([]);
        expect(gathered(stream.chunks)).toEqual(told(answer.body));
        expect(stream.usage).toEqual(answer.body.usage);
      }),
      { numRuns: 1500 },
    );
  });

  test("says the same where a whole answer comes in place of a stream", () => {
    fc.assert(
      fc.property(saying, context, (one, known) => {
        const answer = read(whole(one), known);
        if (answer instanceof GatewayError) throw answer;
        const chunks = foldConverseStream(known).onBody?.(JSON.stringify(whole(one)));
        if (chunks === undefined || chunks instanceof GatewayError) throw new Error("no chunks");
        const made = chunks.map(({ chunk }) => chunk);
        for (const chunk of made) expect(violationOf(chunk)).toBeUndefined();
        expect(gathered(made)).toEqual(told(answer.body));
      }),
      { numRuns: 500 },
    );
  });

  test("that breaks off before its last word is a cut, wherever it does", () => {
    fc.assert(
      fc.property(saying, cutting, (one, cut) => {
        const all = events(one, cut);
        for (let at = 0; at < all.length - 1; at++) {
          expect(streamed(all.slice(0, at)).failure?.errorName).toBe("upstream_stream_cut");
        }
        // Behind the word that ends it come counts alone.
        expect(streamed(all.slice(0, -1)).failure).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });
});

describe("what is no answer of Converse", () => {
  test("is a valid answer or a failure, whole", () => {
    let fine = 0;
    fc.assert(
      fc.property(spoiled(saying.map(whole)), context, (body, known) => {
        const answer = read(Object(body), known);
        if (answer instanceof GatewayError) return;
        fine++;
        expect(violationOf(answer.body)).toBeUndefined();
      }),
      { numRuns: 1500 },
    );
    expect(fine).toBeGreaterThan(200);
  });

  test("is valid chunks and an end, or a failure, as a stream", () => {
    let fine = 0;
    const spoiledEvents = fc.tuple(saying, cutting).chain(([one, cut]) => spoiled(fc.constant([...events(one, cut)])));
    fc.assert(
      fc.property(spoiledEvents, context, (list, known) => {
        const data = (Array.isArray(list) ? list : [list]).map((event) => JSON.stringify(event) ?? "");
        const stream = streamed(data, known);
        if (stream.failure === undefined) fine++;
        expect(problemsOf(stream)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
    expect(fine).toBeGreaterThan(200);
  });
});
