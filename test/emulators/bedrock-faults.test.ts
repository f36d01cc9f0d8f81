import { ConverseCommand, ConverseStreamCommand, type ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { collect, failureOf } from "../_promises.ts";
import { ask, claude, clientOf, emulate, framesIn, pathOf, post } from "./_bedrock.ts";

const input = { modelId: claude, messages: [{ role: "user" as const, content: [{ text: "Hi" }] }] };

/** What a stream brings, and how it fails. */
async function broken(
  script: string,
): Promise<{ readonly seen: readonly ConverseStreamOutput[]; readonly error: unknown }> {
  const { stream } = await clientOf(await emulate(script)).send(new ConverseStreamCommand(input));
  const seen: ConverseStreamOutput[] = [];
  const error = await failureOf(
    (async () => {
      for await (const event of stream ?? []) seen.push(event);
    })(),
  );
  return { seen, error };
}

describe("errors of a script, as the AWS SDK reads them", () => {
  test.each<[string, string, string, object]>([
    ["a limit", "status: 429, message: Slow down.", "ThrottlingException", { message: "Slow down." }],
    ["a wrong request", "status: 400", "ValidationException", {}],
    ["no access", "status: 403", "AccessDeniedException", {}],
    ["no model", "status: 404", "ResourceNotFoundException", {}],
    ["a model that takes too long", "status: 408", "ModelTimeoutException", {}],
    [
      "a model that fails",
      "status: 424, details: [{ originalStatusCode: 500, resourceName: m }]",
      "ModelErrorException",
      { originalStatusCode: 500, resourceName: "m" },
    ],
    ["its own fault", "status: 500", "InternalServerException", { $fault: "server" }],
    ["no room", "status: 503", "ServiceUnavailableException", { $fault: "server" }],
    ["a model that is not ready", "status: 429, reason: ModelNotReadyException", "ModelNotReadyException", {}],
    ["a quota", "status: 400, reason: ServiceQuotaExceededException", "ServiceQuotaExceededException", {}],
  ])("%s", async (_name, members, name, want) => {
    const client = clientOf(await emulate(`answers: [{ error: { ${members} } }]`));
    const status = Number(/\d+/.exec(members)?.[0]);
    for (const attempt of [client.send(new ConverseCommand(input)), client.send(new ConverseStreamCommand(input))]) {
      expect(await failureOf(attempt)).toMatchObject({ name, ...want, $metadata: { httpStatusCode: status } });
    }
  });

  test("tell when to come again", async () => {
    const emulator = await emulate("answers: [{ error: { status: 429, retry_after: 1.5s } }]");
    expect((await post(emulator, pathOf(claude), ask("Hi"))).headers.get("retry-after")).toBe("2");
  });

  test("go away after some times, and the SDK tries again", async () => {
    const emulator = await emulate("answers: [{ times: 1, error: { status: 503 } }]");
    expect((await clientOf(emulator, { maxAttempts: 2 }).send(new ConverseCommand(input))).stopReason).toBe("end_turn");
    expect(emulator.requests).toHaveLength(2);
  });

  test("no answer is left", async () => {
    const error = await failureOf(
      clientOf(await emulate("{ answers: [], otherwise: fail }")).send(new ConverseCommand(input)),
    );
    expect(error).toMatchObject({
      name: "InternalServerException",
      message: "The script has no answer for this request.",
    });
  });

  test("a page in place of an answer", async () => {
    const emulator = await emulate("answers: [{ raw: { status: 502, body: <html>Bad gateway</html> } }]");
    const { status, bytes } = await post(emulator, pathOf(claude), ask("Hi"));
    expect([status, bytes.toString()]).toEqual([502, "<html>Bad gateway</html>"]);
  });
});

describe("broken streams", () => {
  test.each<[string, string, object]>([
    ["no room", "", { name: "ServiceUnavailableException", message: "Bedrock is unable to process your request." }],
    ["a limit", ", status: 429, message: Slow down.", { name: "ThrottlingException", message: "Slow down." }],
    ["its own fault", ", status: 500", { name: "InternalServerException" }],
    ["a wrong request", ", status: 400", { name: "ValidationException" }],
    ["a model that breaks off", ", status: 424", { name: "ModelStreamErrorException", originalStatusCode: 424 }],
    [
      "an exception by its name",
      ", status: 500, reason: ModelStreamErrorException",
      { name: "ModelStreamErrorException" },
    ],
    [
      "an error without an exception",
      ", no_code: true, reason: Odd, message: Oops.",
      { name: "Odd", message: "Oops." },
    ],
  ])("an exception in the middle: %s", async (_name, members, want) => {
    const { seen, error } = await broken(`answers: [{ text: Hi there, stream_error: { after_events: 2${members} } }]`);
    expect(seen.map((event) => Object.keys(event)[0])).toEqual(["messageStart", "contentBlockDelta"]);
    expect(error).toMatchObject(want);
  });

  test("an exception has a frame of its own kind", async () => {
    const emulator = await emulate("answers: [{ stream_error: { after_events: 1, status: 429 } }]");
    const { bytes } = await post(emulator, pathOf(claude, "converse-stream"), ask("Hi"));
    expect(framesIn(bytes).map(({ kind, name }) => [kind, name])).toEqual([
      ["event", "messageStart"],
      ["exception", "throttlingException"],
    ]);
  });

  test.each<[string, string]>([
    ["breaks off", "cut: { after_events: 3 }"],
    ["breaks within a frame", "cut: { after_bytes: 300 }"],
  ])("a connection that %s", async (_name, members) => {
    expect((await broken(`answers: [{ text: Hi there, ${members} }]`)).error).toBeInstanceOf(Error);
  });

  test("a stream that just ends, with no word of why", async () => {
    const { stream } = await clientOf(
      await emulate("answers: [{ text: Hi, cut: { after_events: 2, clean: true } }]"),
    ).send(new ConverseStreamCommand(input));
    expect(stream === undefined ? [] : await collect(stream)).toHaveLength(2);
  });

  test("an end without a reason", async () => {
    const { bytes } = await post(
      await emulate("answers: [{ text: Hi, finish: '' }]"),
      pathOf(claude, "converse-stream"),
      ask("Hi"),
    );
    expect(framesIn(bytes).map(({ name }) => name)).not.toContain("messageStop");
  });

  test("bytes one by one", async () => {
    const { stream } = await clientOf(await emulate("answers: [{ text: Grüße 👋, write_bytes: 1 }]")).send(
      new ConverseStreamCommand(input),
    );
    const events = stream === undefined ? [] : await collect(stream);
    expect(events.flatMap((event) => event.contentBlockDelta?.delta?.text ?? []).join("")).toBe("Grüße 👋");
  });

  test("a client that leaves", async () => {
    const emulator = await emulate("answers: [{ words: 300, chunks: 100, delay: { between: 20ms } }]");
    const leaving = new AbortController();
    const { stream } = await clientOf(emulator).send(new ConverseStreamCommand(input), { abortSignal: leaving.signal });
    await failureOf(
      (async () => {
        for await (const _event of stream ?? []) leaving.abort();
      })(),
    );
    expect((await emulator.untilAborted()).path).toBe(pathOf(claude, "converse-stream"));
  });

  test("events as a script writes them, unknown ones and broken JSON too", async () => {
    const script = `answers: [{ events: [{ messageStart: { role: assistant } }, { news: { a: 1 } }, "{half"] }]`;
    const { bytes } = await post(await emulate(script), pathOf(claude, "converse-stream"), ask("Hi"));
    const text = bytes.toString("latin1");
    expect([text.includes('{"role":"assistant"}'), text.includes("news"), text.includes("{half")]).toEqual([
      true,
      true,
      true,
    ]);
    const whole = await post(
      await emulate("answers: [{ events: [{ output: {} }] }]"),
      pathOf(claude, "x").replace("/x", "/converse-stream"),
      ask("Hi"),
    );
    expect(whole.status).toBe(200);
  });
});
