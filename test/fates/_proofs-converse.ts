import { expect } from "vitest";
import { chat } from "../../src/dialects/converse/chat/index.ts";
import { GatewayError } from "../../src/errors.ts";
import { factsFor, rowOf } from "./_rows.ts";

const usual = factsFor("us.amazon.nova-pro-v1:0", "bedrock");
const messages = [{ role: "user" as const, content: "Hi there." }];
/** With tools declared a history with calls is told as calls. */
const names = ["look_up", "find", "write"];
const tools = names.map((name) => ({ type: "function", function: { name } }));

/** The results in a body: the name of the call and the text, of each. */
export function resultsOfConverse(conversation: readonly object[]): readonly (readonly unknown[])[] {
  const { body, refusal } = rowOf("converse chat").translate({ model: "m", messages: conversation, tools }, usual);
  if (refusal !== undefined) throw refusal;
  const text = JSON.stringify(body);
  const calls = text.matchAll(/"toolUse":\{"toolUseId":"(\w+)","name":"(\w+)"/g);
  const called = new Map([...calls].map(([, id, name]) => [id, name]));
  const found = text.matchAll(/"toolResult":\{"toolUseId":"(\w+)","content":\[\{"text":"([^"]*)"/g);
  return [...found].map(([, id, said]) => [called.get(id), said]);
}

/** Thoughts that are not to be seen are left out on the way back, whichever word says so. */
export function provesHiddenThoughts(): void {
  const thought = { reasoningContent: { reasoningText: { text: "Hm." } } };
  const answer = {
    output: { message: { role: "assistant", content: [thought, { text: "Yes." }] } },
    stopReason: "end_turn",
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    metrics: { latencyMs: 1 },
  };
  const seen = (members: object): unknown => {
    const read = chat
      .open({ model: "m", messages, ...members }, usual, "unary")
      .response(answer, JSON.stringify(answer));
    if (read instanceof GatewayError) throw read;
    return read.body.choices[0]?.message.reasoning_content;
  };
  for (const shown of [{}, { include_reasoning: true }, { reasoning: { summary: "auto" } }]) {
    expect(seen(shown)).toBe("Hm.");
  }
  for (const hidden of [
    { include_reasoning: false },
    { reasoning: { exclude: true } },
    { thinking: { display: "omitted" } },
  ]) {
    expect(seen(hidden)).toBeUndefined();
  }
  // Who asks for a summary sees what another word hides.
  expect(seen({ reasoning: { summary: "auto" }, include_reasoning: false })).toBeUndefined();
}
