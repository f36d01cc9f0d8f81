import { describe, expect, test } from "vitest";
import type OpenAI from "openai";
import { parseScript } from "../../src/emulators/script.ts";
import { ask, clientKinds } from "./_clients.ts";
import { families } from "./_families.ts";
import { bodiesAt, outcomeOf, startFor, talk, tools } from "./_talk.ts";

interface Call {
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

describe("calls of the deprecated form", () => {
  const functions = [{ name: "get_time", parameters: { type: "object", properties: {} } }];
  const script = "answers: [{ times: 1, calls: [{ name: get_time }] }, { text: It is noon. }]";

  test.each([
    ["echoes extras", false, false],
    ["echoes extras", false, true],
    ["strips extras", true, false],
    ["strips extras", true, true],
  ])("of a client that %s are signed again", async (_name, strips, stream) => {
    const [family] = families;
    if (family === undefined) throw new Error("no family");
    const gateway = await startFor(family);
    gateway.upstream.use(parseScript(script));
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "What time is it?" }];
    const message = await ask(gateway.client, { model: "test-model", messages, functions }, stream);
    const { role, content, function_call: call } = message;
    messages.push(strips && call != null ? { role, content, function_call: call } : message);
    messages.push({ role: "function", name: "get_time", content: "12:00" });
    const { content: said } = await ask(gateway.client, { model: "test-model", messages, functions }, stream);
    expect(said).toBe("It is noon.");
    expect(bodiesAt(gateway).map(family.proofIn)).toEqual([0, 1]);
    expect(bodiesAt(gateway).join("\n")).not.toContain("skip_thought_signature_validator");
    expect(await outcomeOf(gateway, "found")).toBe(strips ? 1 : 0);
  });
});

describe("each of several choices", () => {
  test.each([false, true])("can be gone on with by a client that strips extras (streamed: %s)", async (stream) => {
    const [family] = families;
    if (family === undefined) throw new Error("no family");
    const gateway = await startFor(family);
    const calls = ["Paris", "London"].map(
      (city) => `{ times: 1, calls: [{ name: get_weather, args: { city: ${city} } }] }`,
    );
    gateway.upstream.use(parseScript(`answers: [${calls.join(", ")}, { text: Sunny. }]`));
    const asked = { model: "test-model", messages: [{ role: "user" as const, content: "Weather?" }], tools, n: 2 };
    const made = new Map<number, OpenAI.ChatCompletionMessageFunctionToolCall>();
    const keep = (index: number, call: Call | undefined): void => {
      const { name, arguments: args } = call?.function ?? {};
      if (call?.id === undefined || name === undefined || args === undefined) return;
      made.set(index, { id: call.id, type: "function", function: { name, arguments: args } });
    };
    if (stream) {
      for await (const { choices } of await gateway.client.chat.completions.create({ ...asked, stream: true })) {
        for (const { index, delta } of choices) keep(index, delta.tool_calls?.[0]);
      }
    } else {
      const { choices } = await gateway.client.chat.completions.create(asked);
      for (const { index, message } of choices) {
        const call = message.tool_calls?.[0];
        if (call?.type === "function") keep(index, call);
      }
    }
    expect([...made.keys()].sort()).toEqual([0, 1]);
    for (const call of made.values()) {
      const result = { role: "tool" as const, tool_call_id: call.id, content: "sunny" };
      const messages = [...asked.messages, { role: "assistant" as const, tool_calls: [call] }, result];
      await ask(gateway.client, { model: "test-model", messages, tools }, stream);
    }
    expect([await outcomeOf(gateway, "found"), await outcomeOf(gateway, "stand_in")]).toEqual([2, 0]);
  });
});

/** How many signed turns with calls each of the four requests holds. */
const wanted = [0, 1, 2, 2];

describe.each(families)("$name", (family) => {
  describe.each([
    ["unary", false],
    ["streamed", true],
  ] as const)("%s", (_form, stream) => {
    test.each(clientKinds)("a client that $name has the model think on", async (kind) => {
      const gateway = await startFor(family);
      await talk({ family, kind, stream, client: () => gateway.client });

      const bodies = bodiesAt(gateway);
      expect(bodies.map(family.proofIn).slice(0, 3)).toEqual(wanted.slice(0, 3));
      expect(bodies.join("\n")).not.toContain("skip_thought_signature_validator");
      expect(await outcomeOf(gateway, "stand_in")).toBe(0);
      expect(await outcomeOf(gateway, "missing")).toBe(0);
      if (kind.echoes !== undefined) expect((await outcomeOf(gateway, "found")) > 0).toBe(!kind.echoes);
    });
  });
});
