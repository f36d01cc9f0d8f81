import { expect, test } from "vitest";
import { foldGenerateContent } from "../../src/dialects/gemini/chat/stream.ts";
import { GatewayError } from "../../src/errors.ts";
import { createSettle, spentStream } from "../../src/policy/settle.ts";
import { createHearing } from "../../src/usage/hearing.ts";
import { contextFor, eventOf } from "../dialects/gemini/_reading.ts";

/** What a Gemini stream is charged for that is cut behind some texts, the last of them with these counts. */
function cutBehind(usageMetadata: object) {
  const fold = foldGenerateContent(contextFor());
  const hearing = createHearing([0]);
  for (const text of ["A long text of an answer. ", "And more of it, which goes on. "]) {
    const made = fold.onEvent(JSON.stringify({ ...eventOf([{ text }]), usageMetadata }));
    if (made instanceof GatewayError) throw made;
    for (const { chunk } of made) hearing.add(chunk);
  }
  const settle = createSettle(() => undefined);
  const target = { deployment: { provider: { name: "p" } }, price: undefined };
  const answer = { usage: fold.usage, isCounted: fold.isCounted };
  const request = { messages: [{ role: "user", content: "Hi." }] };
  return settle([spentStream(request, { target, attempts: 1, answer }, hearing, 0)], {}, false).usage;
}

test("a cut stream is charged by the counts that came with its last words", () => {
  const counts = { promptTokenCount: 10, candidatesTokenCount: 7, totalTokenCount: 17 };
  expect(cutBehind(counts)).toMatchObject({ uncachedInput: 10, output: 7 });
  expect(cutBehind(counts)).not.toHaveProperty("provenance");
});

test("counts that leave the answer out are filled up by what was heard", () => {
  const usage = cutBehind({ promptTokenCount: 10, totalTokenCount: 10 });
  expect(usage).toMatchObject({ uncachedInput: 10, provenance: "partial" });
  expect(usage?.output).toBeGreaterThan(10);
});
