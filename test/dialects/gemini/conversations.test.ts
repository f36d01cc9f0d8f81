import { describe, expect, test } from "vitest";
import { validateCreateChatCompletionRequest } from "../../../generated/validators/openai.received.mjs";
import { validateGenerateContentRequest } from "../../../generated/validators/vertex.closed.mjs";
import type { Open } from "../../../src/dialects/dialect.ts";
import { chat } from "../../../src/dialects/gemini/chat/index.ts";
import { checkRequest } from "../../../src/emulators/vertex/check.ts";
import { familyOf } from "../../../src/emulators/vertex/families.ts";
import { readRequest } from "../../../src/emulators/vertex/read.ts";
import { vertexSurface } from "../../../src/emulators/vertex/surface.ts";
import { GatewayError } from "../../../src/errors.ts";
import type { ChatChunk, ChatCompletion, ChatRequest } from "../../../src/operations/types.ts";
import fc from "../../_fc.ts";
import { conversation, keptTurn, models, toolNames } from "./_conversations.ts";
import { factsFor } from "./_translate.ts";

/** A request as the gateway would hand it over. */
function checked(request: unknown): ChatRequest {
  if (validateCreateChatCompletionRequest(request)) return request;
  throw new Error(JSON.stringify(validateCreateChatCompletionRequest.errors));
}

function openOrRefuse(request: unknown, model: string): Open<ChatCompletion, ChatChunk> | GatewayError {
  try {
    return chat.open(checked(request), factsFor(model), "unary");
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
}

describe("any conversation", () => {
  test("becomes a body that the spec and the emulated Vertex AI take, or is a 400 that names its parameter", () => {
    let taken = 0;
    fc.assert(
      fc.property(conversation, fc.constantFrom(...models), (request, model) => {
        const before = JSON.stringify(request);
        const opened = openOrRefuse(request, model);
        expect(JSON.stringify(request)).toBe(before);
        if (opened instanceof GatewayError) {
          expect(opened.status).toBe(400);
          expect(opened.param).toMatch(/^[a-z_]+/);
          return;
        }
        taken++;
        const body: unknown = JSON.parse(JSON.stringify(opened.body));
        expect(validateGenerateContentRequest(body) ? [] : validateGenerateContentRequest.errors).toEqual([]);
        const surface = vertexSurface;
        const read = readRequest(body, surface);
        const family = familyOf(model);
        const refusal =
          "refusal" in read ? read.refusal : checkRequest({ request: read.request, family, model, surface });
        expect(refusal?.body, JSON.stringify(body)).toBeUndefined();
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(2000);
  });
});

/** Of a turn of the model's, what must survive the way to Gemini and back. */
interface Kept {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly args: unknown; readonly signature: string | undefined }[];
}

/** Arguments as the way there reads them: histories hold texts that are no objects. */
function argumentsOf(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : { value };
  } catch {
    return { _raw: text };
  }
}

function keptOf(message: ChatRequest["messages"][number] | ChatCompletion["choices"][number]["message"]): Kept {
  if (message.role !== "assistant") throw new Error("not the model's");
  const { content } = message;
  const texts =
    typeof content === "string" ? [content] : (content ?? []).map((p) => (p.type === "text" ? p.text : p.refusal));
  const refusal = message.refusal ?? "";
  const calls = (message.tool_calls ?? []).map((call) => {
    if (call.type !== "function") throw new Error("no function");
    const args = argumentsOf(call.function.arguments);
    return { name: call.function.name, args, signature: call.extra_content?.google?.thought_signature ?? undefined };
  });
  return { text: texts.join("") + refusal, calls };
}

/** What Gemini would have said, had the turn been its answer. */
function answerOf(body: unknown): unknown {
  if (!validateGenerateContentRequest(body)) throw new Error(JSON.stringify(validateGenerateContentRequest.errors));
  const content = body.contents.find(({ role }) => role === "model");
  return { candidates: [{ content: content ?? { role: "model", parts: [] }, finishReason: "STOP" }] };
}

describe("a turn of the model's", () => {
  const tools = toolNames.map((name) => ({ type: "function", function: { name } }));

  test.each(["gemini-2.5-flash", "gemini-3-flash-preview", "gemini-3.6-flash"])(
    "comes back the same from the way to %s and back: text, names, arguments and signatures",
    (model) => {
      fc.assert(
        fc.property(keptTurn, ({ message, results }) => {
          const ask = { role: "user", content: "Go on." };
          const request = checked({ model: "m", tools, messages: [ask, message, ...results, ask] });
          const opened = chat.open(request, factsFor(model), "unary");
          const answer = opened.response(answerOf(opened.body), "");
          if (answer instanceof GatewayError) throw answer;
          const [said] = answer.body.choices;
          const sent = request.messages[1];
          if (said === undefined || sent === undefined) throw new Error("nothing came back");
          const [want, got] = [keptOf(sent), keptOf(said.message)];
          expect(got.text).toBe(want.text);
          expect(got.calls.map(({ name, args }) => ({ name, args }))).toEqual(
            want.calls.map(({ name, args }) => ({ name, args })),
          );
          // Before Gemini 3 nobody looks at them; since then the first call carries one, made up where it had none.
          if (model === "gemini-2.5-flash") return;
          want.calls.forEach(({ signature }, at) => {
            const back = got.calls[at]?.signature;
            if (signature !== undefined) expect(back).toBe(signature);
            else if (at > 0) expect(back).toBeUndefined();
            else expect(back).toBe("skip_thought_signature_validator");
          });
        }),
        { numRuns: 1000 },
      );
    },
  );
});
