import { describe, expect, test } from "vitest";
import fc from "../_fc.ts";
import { fib, filled, replies } from "./_completion-replies.ts";
import {
  asRequest,
  chatAnswer,
  chatEvent,
  cutAt,
  facts,
  overFakeChat,
  readStream,
  readWhole,
  textOfPieces,
  textOfWhole,
} from "./_completions.ts";

const token = (text: string, logprob = -0.5, rivals: Readonly<Record<string, number>> = {}) => ({
  token: text,
  logprob,
  bytes: [...new TextEncoder().encode(text)],
  top_logprobs: Object.entries(rivals).map(([one, at]) => ({ token: one, logprob: at, bytes: null })),
});
const scored = (...tokens: ReturnType<typeof token>[]) => ({ logprobs: { content: tokens, refusal: null } });

describe("a chat answer becomes a completion", () => {
  test("with an id of its own, all four members of a choice, and the counts as they were", () => {
    const usage = { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 };
    const answer = chatAnswer({ content: " time" }, {}, { usage, system_fingerprint: "fp", created: 7, model: "up" });
    expect(readWhole({ prompt: "Once upon a" }, answer).body).toEqual({
      id: "cmpl-0123456789ab",
      object: "text_completion",
      created: 7,
      model: "up",
      system_fingerprint: "fp",
      choices: [{ text: " time", index: 0, logprobs: null, finish_reason: "stop" }],
      usage,
    });
  });

  test("an empty answer is an empty text", () => {
    expect(textOfWhole({ prompt: "a" }, "")).toBe("");
    expect(readWhole({ prompt: "a" }, chatAnswer({ content: null })).body.choices[0]?.text).toBe("");
  });

  test.each([
    ["stop", "stop"],
    ["length", "length"],
    ["content_filter", "content_filter"],
    ["tool_calls", "stop"],
    ["function_call", "stop"],
  ])("an end by %s is %s", (reason, own) => {
    const ended = { finish_reason: reason };
    const whole = readWhole({ prompt: "a" }, chatAnswer({ content: "b" }, ended)).body;
    const chunks = readStream({ prompt: "a" }, [chatEvent({ content: "b" }), chatEvent({}, ended)]);
    expect(whole.choices[0]?.finish_reason).toBe(own);
    expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason)).toEqual([null, null, own]);
  });

  const cut = { finish_reason: "length" };

  test.each([
    ["its text to stop at", { prompt: "a", stop: ";" }, "b; c", "stop"],
    ["the end of its fence", fib, "```\nx\n```\nThis is", "stop"],
    ["the text after its gap", fib, `${filled}\n\nprint(fib(10))\nprint(`, "stop"],
    ["the beginning of that text", fib, `${filled}\n\nprint(f`, "stop"],
    ["nothing of it", fib, "return fib(n -", "length"],
    ["the middle of its fence", fib, "```\nreturn", "length"],
  ])("what the limit cut after %s: %s", (_name, request, reply, finish) => {
    const whole = readWhole(request, chatAnswer({ content: reply }, cut)).body.choices[0];
    const chunks = readStream(request, [...reply].map((content) => chatEvent({ content })).concat(chatEvent({}, cut)));
    expect([whole?.finish_reason, chunks.at(-1)?.choices[0]?.finish_reason]).toEqual([finish, finish]);
  });

  test("an answer withheld is no complete one, whatever it said before", () => {
    const withheld = chatAnswer({ content: "b; c" }, { finish_reason: "content_filter" });
    const [choice] = readWhole({ prompt: "a", stop: ";" }, withheld).body.choices;
    expect(choice).toMatchObject({ text: "b", finish_reason: "content_filter" });
  });

  test("a refusal is an answer withheld", () => {
    const whole = readWhole({ prompt: "a" }, chatAnswer({ refusal: "I will not." })).body;
    const events = [chatEvent({ refusal: "I will not." }), chatEvent({}, { finish_reason: "stop" })];
    expect(whole.choices[0]).toMatchObject({ text: "", finish_reason: "content_filter" });
    expect(readStream({ prompt: "a" }, events).at(-1)?.choices[0]).toMatchObject({
      text: "",
      finish_reason: "content_filter",
    });
  });

  test("thinking is not in the text", () => {
    const thought = { reasoning_content: "Hm.", reasoning: "Hm." };
    expect(readWhole({ prompt: "a" }, chatAnswer({ content: "b", ...thought })).body.choices[0]?.text).toBe("b");
    const events = [chatEvent(thought), chatEvent({ content: "b" }), chatEvent({}, { finish_reason: "stop" })];
    expect(readStream({ prompt: "a" }, events).map((chunk) => chunk.choices[0]?.text)).toEqual(["", "b", ""]);
  });

  test("what a text cannot show is told of", () => {
    const images = [{ type: "image_url", index: 0, image_url: { url: "data:image/png;base64,AAAA" } }];
    const read = readWhole({ prompt: "a" }, chatAnswer({ content: "b", images, annotations: [] }));
    expect(read.changes).toEqual([{ verb: "reported", path: "choices[].message.images" }]);
    const fold = overFakeChat()
      .operation.open(asRequest({ prompt: "a" }), facts, "stream")
      .stream();
    fold.onEvent(chatEvent({ images }));
    expect(fold.changes()).toEqual([{ verb: "reported", path: "choices[].message.images" }]);
  });

  test("a stream opens with an empty text and says its end once", () => {
    const events = [
      chatEvent({ role: "assistant", content: "" }),
      chatEvent({ content: " time" }),
      chatEvent({ content: "," }),
      chatEvent({}, { finish_reason: "stop" }),
    ];
    const chunks = readStream({ prompt: "Once upon a" }, events);
    expect(chunks.map((chunk) => chunk.choices)).toEqual([
      [{ text: "", index: 0, logprobs: null, finish_reason: null }],
      [{ text: " time", index: 0, logprobs: null, finish_reason: null }],
      [{ text: ",", index: 0, logprobs: null, finish_reason: null }],
      [{ text: "", index: 0, logprobs: null, finish_reason: "stop" }],
    ]);
    expect(new Set(chunks.map(({ id, object, model }) => `${id} ${object} ${model}`))).toEqual(
      new Set(["cmpl-0123456789ab text_completion up"]),
    );
  });

  test("a stream's text is held back no longer than it must be", () => {
    const prompt = "const total = sum(a, b);\nconsole.lo";
    const events = ["g", "(to", "tal)"].map((content) => chatEvent({ content }));
    expect(readStream({ prompt }, events).map((chunk) => chunk.choices[0]?.text)).toEqual(["", "g", "(to", "tal)"]);
  });
});

describe("echo", () => {
  const request = { prompt: "Once upon a", echo: true };

  test("puts the prompt before every text", () => {
    expect(textOfWhole(request, " time")).toBe("Once upon a time");
    const choices = [0, 1].map((index) => ({
      index,
      message: { role: "assistant", content: " time", refusal: null },
      logprobs: null,
      finish_reason: "stop",
    }));
    const texts = readWhole(request, chatAnswer({}, {}, { choices })).body.choices.map((choice) => choice.text);
    expect(texts).toEqual(["Once upon a time", "Once upon a time"]);
  });

  test("is the first chunk of every choice in a stream", () => {
    const events = [0, 1].map((index) => chatEvent({ content: " time" }, { index }));
    expect(readStream(request, events).map(({ choices: [one] }) => [one?.index, one?.text])).toEqual([
      [0, "Once upon a"],
      [0, " time"],
      [1, "Once upon a"],
      [1, " time"],
    ]);
  });

  test("says the prompt as the client wrote it", () => {
    const prompt = "<|fim_prefix|>a(<|fim_suffix|>)<|fim_middle|>";
    expect(textOfWhole({ prompt, echo: true }, "b")).toBe(`${prompt}b`);
  });
});

describe("log probabilities", () => {
  test("become four lists, their offsets counted from the beginning of the prompt", () => {
    const tokens = scored(
      token(" time", -0.1, { " time": -0.1, " day": -2 }),
      token(" 👋", -1),
      token("!", -3, { "?": -1 }),
    );
    const read = readWhole({ prompt: "Größe 👋", logprobs: 2 }, chatAnswer({ content: " time 👋!" }, tokens));
    expect(read.body.choices[0]?.logprobs).toEqual({
      tokens: [" time", " 👋", "!"],
      token_logprobs: [-0.1, -1, -3],
      top_logprobs: [{ " time": -0.1, " day": -2 }, { " 👋": -1 }, { "!": -3, "?": -1 }],
      text_offset: [7, 12, 14],
    });
  });

  test("say nothing of what was cut off, and speak of a space that was put back", () => {
    const prompt = "const value = read";
    const repeated = scored(token("read"), token("All", -2), token("()"));
    const cut = readWhole({ prompt, logprobs: 0 }, chatAnswer({ content: "readAll()" }, repeated)).body.choices[0];
    expect(cut?.text).toBe("All()");
    expect(cut?.logprobs).toMatchObject({ tokens: ["All", "()"], text_offset: [18, 21] });
    const spaced = scored(token("␣time", -1, { "␣time": -1, "␣day": -2 }), token("."));
    const put = readWhole({ prompt: "Once upon a", logprobs: 2 }, chatAnswer({ content: "␣time." }, spaced));
    expect(put.body.choices[0]?.logprobs).toMatchObject({
      tokens: [" time", "."],
      top_logprobs: [{ " time": -1, "␣day": -2 }, { ".": -0.5 }],
    });
  });

  test("keep what stays of a token that was cut in two", () => {
    const request = { prompt: "a = (", suffix: "\n  return value_of_a;\n", logprobs: 0 };
    const tokens = scored(token("1)\n"), token("  return value_of_a;"));
    const [choice] = readWhole(request, chatAnswer({ content: "1)\n  return value_of_a;" }, tokens)).body.choices;
    expect(choice?.text).toBe("1)");
    expect(choice?.logprobs?.tokens).toEqual(["1)"]);
  });

  test("are null where chat gives none", () => {
    const read = readWhole({ prompt: "a", logprobs: 1 }, chatAnswer({ content: "b" }));
    expect(read.body.choices[0]?.logprobs).toBeNull();
  });

  test("of a stream add up to those of the whole answer", () => {
    const parts = ["␣", "tim", "e", " and", " again"];
    const request = { prompt: "Once upon a", logprobs: 0 };
    const events = [
      ...parts.map((content) => chatEvent({ content }, scored(token(content)))),
      chatEvent({}, { finish_reason: "stop" }),
    ];
    const chunks = readStream(request, events).flatMap(({ choices }) => choices);
    const whole = readWhole(
      request,
      chatAnswer({ content: parts.join("") }, scored(...parts.map((one) => token(one)))),
    );
    const gathered = chunks.flatMap((choice) => choice.logprobs?.tokens ?? []);
    expect(gathered).toEqual([" ", "tim", "e", " and", " again"]);
    expect(gathered).toEqual(whole.body.choices[0]?.logprobs?.tokens);
    expect(chunks.flatMap((choice) => choice.logprobs?.text_offset ?? [])).toEqual(
      whole.body.choices[0]?.logprobs?.text_offset,
    );
  });
});

describe("what models add to their replies is taken off", () => {
  test.each(replies)("$name", ({ request, reply, text }) => {
    expect(textOfWhole(request, reply)).toBe(text);
  });

  test.each(replies)("$name, cut at every place of a stream", ({ request, reply, text }) => {
    for (let at = 0; at <= reply.length; at++) {
      expect(textOfPieces(request, cutAt(reply, [at])), `cut at ${at}`).toBe(text);
    }
    expect(textOfPieces(request, [...reply])).toBe(text);
  });
});

describe("how a stream is cut changes nothing", () => {
  /** Bits that fences, repetitions and seams are made of, so that their beginnings and near misses come often. */
  const bits = [
    "`",
    "``",
    "```",
    "```js",
    "\n",
    "\n\n",
    " ",
    "    ",
    "␣",
    "a",
    "return",
    "total",
    "const total = sum(",
    ")",
    ";",
  ];
  const text = fc.array(fc.constantFrom(...bits), { maxLength: 14 }).map((some) => some.join(""));

  test("the joined text of a continuation and of a middle", () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.boolean(),
        fc.subarray(["\n", "``", "total", ");", "return\n"]),
        fc.array(fc.nat(80), { maxLength: 8 }),
        (before, after, own, has, stop, at) => {
          const around = { prompt: before, ...(has ? { suffix: after } : {}), ...(stop.length > 0 ? { stop } : {}) };
          // Replies that repeat what stands around the gap.
          for (const reply of [own, before + own + after, `\`\`\`js\n${own}${after}\n\`\`\``]) {
            const whole = textOfWhole(around, reply);
            expect(textOfPieces(around, cutAt(reply, at))).toBe(whole);
            expect(stop.filter((one) => whole.includes(one))).toEqual([]);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test("what stays is one stretch of the reply, save the first space", () => {
    fc.assert(
      fc.property(text, text, text, (prompt, suffix, reply) => {
        const kept = textOfWhole({ prompt, suffix }, reply);
        expect(reply.includes(kept) || reply.includes(kept.replace(/^ /, "␣"))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("tokens and text stay side by side", () => {
    fc.assert(
      fc.property(text, text, text, fc.array(fc.nat(80), { maxLength: 12 }), (prompt, suffix, reply, at) => {
        const pieces = cutAt(reply, at);
        const request = { prompt, suffix, logprobs: 0 };
        const answer = chatAnswer({ content: reply }, scored(...pieces.map((piece) => token(piece))));
        const [whole] = readWhole(request, answer).body.choices;
        expect((whole?.logprobs?.tokens ?? []).join("")).toBe(whole?.text);
        const events = pieces.map((content) => chatEvent({ content }, scored(token(content))));
        const chunks = readStream(request, [...events, chatEvent({}, { finish_reason: "stop" })]);
        const tokens = chunks.flatMap(({ choices }) => choices.flatMap(({ logprobs }) => logprobs?.tokens ?? []));
        expect(tokens.join("")).toBe(whole?.text);
      }),
      { numRuns: 300 },
    );
  });
});
