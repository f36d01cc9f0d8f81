import { describe, expect, test } from "vitest";
import { toConverseRequest } from "../../../src/dialects/converse/chat/request.ts";
import type { ConverseRequest } from "../../../src/dialects/converse/types.ts";
import type { Translated } from "../../../src/dialects/dialect.ts";
import { checkConverse } from "../../../src/emulators/bedrock/check.ts";
import { familyOf, modelOf } from "../../../src/emulators/bedrock/families.ts";
import { GatewayError } from "../../../src/errors.ts";
import fc from "../../_fc.ts";
import { conversation } from "../anthropic/_conversations.ts";
import { served } from "./_models.ts";
import * as names from "./_translate.ts";
import { checked, complaintOf, factsFor, judge } from "./_translate.ts";

const models: readonly string[] = [...served, names.gpt, names.unknown];

type Made = Translated<ConverseRequest, unknown>;
type Block = NonNullable<ConverseRequest["messages"]>[number]["content"][number];

function bodyOrRefusal(request: unknown, model: string): Made | GatewayError {
  try {
    judge(checked(request), factsFor(model), "report");
    return toConverseRequest(checked(request), factsFor(model), "stream");
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
}

const callsIn = (blocks: readonly Block[]) =>
  blocks.flatMap((block) => ("toolUse" in block && block.toolUse !== undefined ? [block.toolUse] : []));
const resultsIn = (blocks: readonly Block[]) =>
  blocks.flatMap((block) => ("toolResult" in block && block.toolResult !== undefined ? [block.toolResult] : []));

/** What Converse refuses of every model, and no schema says. */
function brokenRule({ messages = [], toolConfig, system = [] }: ConverseRequest): string | undefined {
  const seen = new Set<string>();
  let open: readonly string[] = [];
  for (const [i, { role, content }] of messages.entries()) {
    if (content.length === 0) return "a turn without content";
    if (role === messages[i - 1]?.role) return "neighbours of one role";
    const results = resultsIn(content).map(({ toolUseId }) => toolUseId);
    if (results.toSorted().join() !== open.toSorted().join()) return "calls and results that do not pair up";
    open = callsIn(content).map(({ toolUseId }) => toolUseId);
    for (const id of open) {
      if (seen.has(id) || !/^[\w-]{1,64}$/.test(id)) return "an id that comes twice, or is none";
      seen.add(id);
    }
    if (content.some((block) => "text" in block && block.text?.trim() === "")) return "a text of white space";
  }
  if (open.length > 0) return "a call without its result";
  if (messages[0]?.role !== "user") return "a conversation that the user does not begin";
  if (seen.size > 0 && toolConfig === undefined) return "calls without tools";
  if (system.some((block) => "text" in block && block.text?.trim() === "")) return "an instruction of white space";
  const declared = (toolConfig?.tools ?? []).flatMap((tool) => ("toolSpec" in tool ? [tool.toolSpec?.name ?? ""] : []));
  if (!declared.every((name) => /^[\w-]{1,64}$/.test(name))) return "a name that Converse does not take";
  return new Set(declared).size === declared.length ? undefined : "two tools of one name";
}

/** What the emulated Bedrock says against a body; it knows the models it plays. */
function refusalOf({ body, asks }: Made, asked: string): unknown {
  const model = modelOf(asked, undefined);
  const family = familyOf(model.id);
  if (family === undefined) return undefined;
  const said = checkConverse({ request: body, family, model: model.id, stream: asks !== "unary" })?.message;
  // A limit that the client sets too high is its own mistake: it is told so.
  return said?.includes("maximum tokens you requested exceeds") === true ? undefined : said;
}

/** Places of the prompt that are kept for another time. */
const pointsIn = ({ system, messages, toolConfig }: ConverseRequest): number =>
  JSON.stringify([system, messages, toolConfig]).split('"cachePoint":{').length - 1;

describe("any conversation", () => {
  test("becomes a body that the spec takes and the rules of Converse allow, or is a 400 that names its parameter", () => {
    let taken = 0;
    fc.assert(
      fc.property(conversation, fc.constantFrom(...models), (request, model) => {
        const before = JSON.stringify(request);
        const made = bodyOrRefusal(request, model);
        expect(JSON.stringify(request)).toBe(before);
        if (made instanceof GatewayError) {
          expect(made.status).toBe(400);
          expect(made.param).toMatch(/^[a-z_]+/);
          return;
        }
        taken++;
        const sent: unknown = JSON.parse(JSON.stringify(made.body));
        expect(complaintOf(sent)).toBeUndefined();
        expect(brokenRule(made.body), JSON.stringify(made.body)).toBeUndefined();
        expect(refusalOf(made, model), JSON.stringify(made.body)).toBeUndefined();
        expect(pointsIn(made.body)).toBeLessThanOrEqual(4);
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(1000);
  });

  test("becomes the same text every time", () => {
    fc.assert(
      fc.property(conversation, fc.constantFrom(...models), (request, model) => {
        const once = bodyOrRefusal(request, model);
        const again = bodyOrRefusal(structuredClone(request), model);
        if (once instanceof GatewayError || again instanceof GatewayError) return;
        expect(JSON.stringify(again.body)).toBe(JSON.stringify(once.body));
      }),
      { numRuns: 300 },
    );
  });
});
