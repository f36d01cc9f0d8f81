import { describe, expect, test } from "vitest";
import { toMessageRequest } from "../../../src/dialects/anthropic/chat/request.ts";
import type { InputMessage, MessageBody } from "../../../src/dialects/anthropic/types.ts";
import type { Translated } from "../../../src/dialects/dialect.ts";
import { checkRequest } from "../../../src/emulators/anthropic/check.ts";
import { familyOf } from "../../../src/emulators/anthropic/families.ts";
import { directSurface, vertexSurface } from "../../../src/emulators/anthropic/surface.ts";
import { GatewayError } from "../../../src/errors.ts";
import fc from "../../_fc.ts";
import { conversation, hosts, models } from "./_conversations.ts";
import { checked, complaintOf, factsFor } from "./_translate.ts";

function bodyOrRefusal(request: unknown, model: string, host: string): Translated<MessageBody, unknown> | GatewayError {
  try {
    return toMessageRequest(checked(request), factsFor(model, { host }), "unary");
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
}

type Block = Exclude<InputMessage["content"], string>[number];
const blocksIn = ({ content }: InputMessage): readonly Block[] => (typeof content === "string" ? [] : content);

/** What Claude refuses, and no schema says. */
function brokenRule({ messages, tools = [], tool_choice, thinking, max_tokens }: MessageBody): string | undefined {
  const seen = new Set<string>();
  let open: readonly string[] = [];
  for (const [i, message] of messages.entries()) {
    const blocks = blocksIn(message);
    if (blocks.length === 0) return "a turn without content";
    const [before, after] = [messages[i - 1]?.role, messages[i + 1]?.role];
    if (message.role === before) return "neighbours of one role";
    if (message.role === "system" && (before !== "user" || after === "user")) return "misplaced instructions";
    const results = blocks.filter((block) => block.type === "tool_result");
    if (blocks.slice(0, results.length).some(({ type }) => type !== "tool_result")) return "results that are not first";
    if (results.map((one) => one.tool_use_id).join() !== open.join()) return "calls and results that do not pair up";
    open = blocks.flatMap((block) => (block.type === "tool_use" ? [block.id] : []));
    for (const id of open) {
      if (seen.has(id) || !/^[\w-]{1,64}$/.test(id)) return "an id that comes twice, or is none";
      seen.add(id);
    }
    const texts = blocks.filter((block) => block.type === "text");
    if (texts.some(({ text }) => text.trim() === "")) return "a text of white space";
    const last = blocks.at(-1);
    if (message.role === "assistant" && /thinking/.test(last?.type ?? "")) return "thoughts that led to nothing";
  }
  if (open.length > 0) return "a call without its result";
  if (messages[0]?.role !== "user") return "a conversation that the user does not begin";
  if (seen.size > 0 && tools.length === 0) return "calls without tools";
  if (tool_choice?.type === "tool" && !tools.some((tool) => "name" in tool && tool.name === tool_choice.name)) {
    return "a choice of no tool";
  }
  const forced = tool_choice?.type === "tool" || tool_choice?.type === "any";
  if (forced && thinking?.type === "enabled") return "a forced call with a budget to think";
  if (thinking?.type === "enabled" && thinking.budget_tokens >= max_tokens) return "a budget that fills the answer";
  return undefined;
}

/** What the emulated Claude says against a body; thoughts count as its own. */
function refusalOf(
  { body, headers }: Pick<Translated<MessageBody, unknown>, "body" | "headers">,
  model: string,
  host: string,
): unknown {
  const thoughts = body.messages.flatMap((message) =>
    blocksIn(message).flatMap((block) =>
      block.type === "thinking" ? [block.signature] : block.type === "redacted_thinking" ? [block.data] : [],
    ),
  );
  const refusal = checkRequest({
    request: { model, ...body },
    family: familyOf(model),
    model,
    surface: host === "anthropic" ? directSurface : vertexSurface(false),
    betas: new Set(headers?.["anthropic-beta"]?.split(",")),
    newerVersion: false,
    scripted: new Set(thoughts),
    olderAccount: false,
  });
  return refusal?.message;
}

/** How long the marks for the cache last, in the order of the prompt. */
function marksIn({ tools, system, messages }: MessageBody): readonly string[] {
  const prompt = JSON.stringify([tools, system, messages]);
  return [...prompt.matchAll(/"cache_control":\{"type":"ephemeral"(?:,"ttl":"(1h)")?\}/g)].map(
    ([, ttl]) => ttl ?? "5m",
  );
}

describe("any conversation", () => {
  test("becomes a body that the spec takes and Claude's own rules allow, or is a 400 that names its parameter", () => {
    let taken = 0;
    fc.assert(
      fc.property(conversation, fc.constantFrom(...models), fc.constantFrom(...hosts), (request, model, host) => {
        const before = JSON.stringify(request);
        const made = bodyOrRefusal(request, model, host);
        expect(JSON.stringify(request)).toBe(before);
        if (made instanceof GatewayError) {
          expect(made.status).toBe(400);
          expect(made.param).toMatch(/^[a-z_]+/);
          return;
        }
        taken++;
        const { body } = made;
        const sent: unknown = JSON.parse(JSON.stringify(body));
        expect(complaintOf(sent, factsFor(model, { host }))).toBeUndefined();
        expect(brokenRule(body), JSON.stringify(body)).toBeUndefined();
        if (host !== "bedrock") expect(refusalOf(made, model, host), JSON.stringify(body)).toBeUndefined();
        const marks = marksIn(body);
        expect(marks.length + ("cache_control" in body ? 1 : 0)).toBeLessThanOrEqual(4);
        expect(marks.toSorted()).toEqual(marks);
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(1200);
  });

  test("becomes the same text every time, however it goes on", () => {
    fc.assert(
      fc.property(conversation, fc.constantFrom(...models), (request, model) => {
        const once = bodyOrRefusal(request, model, "anthropic");
        const again = bodyOrRefusal(structuredClone(request), model, "anthropic");
        if (once instanceof GatewayError || again instanceof GatewayError) return;
        expect(JSON.stringify(again.body)).toBe(JSON.stringify(once.body));
      }),
      { numRuns: 300 },
    );
  });
});
