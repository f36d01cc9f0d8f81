import { describe, expect, test } from "vitest";
import { says } from "../_setup.ts";
import { event, openStream, sendWhole, startBefore, streamText, wholeText } from "./_openai-raw.ts";
import { sleep } from "./_servers.ts";

describe("after [DONE] the answer is whole, however its connection ends", () => {
  test("the connection stays open: the client does not wait, and the socket is given up", async () => {
    const gateway = await startBefore((response) => void openStream(response).write(streamText));
    const began = performance.now();
    const { done, error, chunks } = await gateway.stream({ ...says("hi"), stream_options: { include_usage: true } });
    expect(performance.now() - began).toBeLessThan(900);
    expect([done, error]).toEqual([true, undefined]);
    expect(chunks.at(-1)?.usage?.total_tokens).toBe(15);
    await sleep(1_500);
    expect(gateway.raw.sockets.size).toBe(0);
  });

  test("the connection breaks", async () => {
    const gateway = await startBefore((response) => {
      openStream(response).write(streamText);
      setTimeout(() => response.socket?.resetAndDestroy(), 50);
    });
    const { done, error } = await gateway.stream(says("hi"));
    expect([done, error]).toEqual([true, undefined]);
    await sleep(100);
    const line = await gateway.log.until(({ msg }) => msg === "request");
    expect(line).toMatchObject({ status: 200, tokens_in: 10, tokens_out: 5 });
  });

  test("it ends a moment later: the connection serves the next request", async () => {
    const gateway = await startBefore((response) => {
      openStream(response).write(streamText);
      setTimeout(() => response.end(), 50);
    });
    for (let times = 0; times < 3; times++) {
      expect((await gateway.stream(says("hi"))).done).toBe(true);
      await sleep(150);
    }
    expect(gateway.raw.accepted()).toBe(1);
  });

  test("as one of several choices", async () => {
    const gateway = await startBefore((response) => void openStream(response).write(streamText));
    const { done, error, chunks } = await gateway.stream({ ...says("hi"), n: 3 });
    expect([done, error]).toEqual([true, undefined]);
    expect(new Set(chunks.flatMap(({ choices }) => choices.map(({ index }) => index)))).toEqual(new Set([0, 1, 2]));
  });
});

test("[DONE] without a word of why it ends is a cut all the same", async () => {
  const gateway = await startBefore(
    (response) => void openStream(response).write(`${event({ content: "Hi." })}data: [DONE]\n\n`),
    { planned: ["upstream_stream_cut"] },
  );
  expect((await gateway.stream(says("hi"))).error?.code).toBe("upstream_stream_cut");
});

test.each([
  ["at the beginning", `data:\n\n${streamText}`],
  ["in the middle", streamText.replaceAll("\n\n", "\n\ndata: \n\n")],
  ["at the end, without its closing line", `${streamText.replace("data: [DONE]\n\n", "")}data: `],
])("events that say nothing, %s, keep a connection alive and nothing else", async (_name, text) => {
  const gateway = await startBefore((response) => void openStream(response).end(text));
  const { done, error, headers, chunks } = await gateway.stream(says("hi"));
  expect([done, error, headers.get("x-specgate-attempts")]).toEqual([true, undefined, "1"]);
  expect(chunks.map(({ choices: [choice] }) => choice?.delta.content ?? "").join("")).toBe("Hi.");
});

describe("a whole answer where a stream was asked for", () => {
  const call = { id: "c1", type: "function", function: { name: "f", arguments: '{"a":1}' } };
  const message = { role: "assistant", content: "Hi.", refusal: null, tool_calls: [call] };
  const withCall = wholeText.replace(/"message":\{.*?\}/, `"message":${JSON.stringify(message)}`);
  const rows = [
    ["as it is", wholeText, "stop"],
    ["over several lines", JSON.stringify(JSON.parse(wholeText), null, 2), "stop"],
    ["with calls", withCall.replace('"stop"', '"tool_calls"'), "tool_calls"],
    ["without a reason", wholeText.replace('"finish_reason":"stop"', '"finish_reason":null'), "stop"],
  ] as const;

  test.each(rows)("is streamed, and not asked for again: %s", async (_name, text, finish) => {
    const gateway = await startBefore((response) => sendWhole(response, text));
    const asked = { ...says("hi"), stream_options: { include_usage: true } };
    const { done, error, chunks, headers } = await gateway.stream(asked);
    expect([done, error, headers.get("x-specgate-attempts")]).toEqual([true, undefined, "1"]);
    const choices = chunks.flatMap((chunk) => chunk.choices);
    expect(choices.map(({ delta }) => delta.content ?? "").join("")).toBe("Hi.");
    expect(choices.at(-1)?.finish_reason).toBe(finish);
    expect(choices.flatMap(({ delta }) => delta.tool_calls ?? [])).toEqual(
      finish === "tool_calls" ? [{ index: 0, ...call }] : [],
    );
    expect(chunks.at(-1)?.usage?.total_tokens).toBe(15);
  });

  test("in an event of its own", async () => {
    const gateway = await startBefore(
      (response) => void openStream(response).end(`data: ${wholeText}\n\ndata: [DONE]\n\n`),
    );
    const { done, chunks } = await gateway.stream(says("hi"));
    expect(done).toBe(true);
    expect(chunks.map(({ choices: [choice] }) => choice?.delta.content ?? "").join("")).toBe("Hi.");
  });

  test("for several choices", async () => {
    const gateway = await startBefore((response) => sendWhole(response));
    const { done, chunks } = await gateway.stream({ ...says("hi"), n: 2 });
    expect(done).toBe(true);
    const finished = chunks.flatMap(({ choices }) => choices.filter((one) => one.finish_reason !== null));
    expect(finished.map(({ index }) => index).toSorted()).toEqual([0, 1]);
  });

  test("after chunks it is no answer", async () => {
    const gateway = await startBefore(
      (response) => void openStream(response).end(`${event({ content: "x" })}${wholeText}`),
      { planned: ["upstream_error"] },
    );
    const { done, error } = await gateway.stream(says("hi"));
    expect([done, error?.type]).toEqual([false, "server_error"]);
  });
});
