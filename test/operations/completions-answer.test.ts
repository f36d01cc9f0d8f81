import fc from "fast-check";
import { describe, expect, test } from "vitest";
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

const fib = { prompt: "def fib(n):\n    if n < 2:\n        return n\n    ", suffix: "\n\nprint(fib(10))\n" };
const filled = "return fib(n - 1) + fib(n - 2)";

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

interface Reply {
  readonly name: string;
  readonly request: object;
  readonly reply: string;
  readonly text: string;
}

/** Replies as chat models give them, and the text they stand for. */
const replies: readonly Reply[] = [
  { name: "a reply as it should be", request: { prompt: "Once upon a" }, reply: " time", text: " time" },
  { name: "a space that was made visible", request: { prompt: "Once upon a" }, reply: "␣time", text: " time" },
  { name: "a visible space where none belongs", request: { prompt: "Once upon a " }, reply: "␣time", text: "time" },
  { name: "a text that speaks of visible spaces", request: { prompt: "The sign is ␣, so" }, reply: "␣it", text: "␣it" },
  { name: "a visible space later on", request: { prompt: "Write" }, reply: " a ␣", text: " a ␣" },
  { name: "the space that is there already", request: { prompt: "Once upon a " }, reply: " time", text: "time" },
  { name: "indentation that is there already", request: { prompt: "if x:\n    " }, reply: "    y()", text: "y()" },
  { name: "deeper indentation", request: { prompt: "if x:\n    " }, reply: "        y()", text: "    y()" },
  {
    name: "a text that is repeated whole",
    request: { prompt: "Once upon a" },
    reply: "Once upon a time",
    text: " time",
  },
  { name: "a line that is repeated", request: { prompt: "x\nconst a = " }, reply: "const a = 1", text: "1" },
  {
    name: "a line that is repeated without its indentation",
    request: { prompt: "f() {\n    return " },
    reply: "return 1",
    text: "1",
  },
  { name: "a word that is repeated whole", request: { prompt: "conso" }, reply: "console.log()", text: "le.log()" },
  { name: "a list's mark", request: { prompt: "- milk\n- " }, reply: "- bread\n- eggs", text: "bread\n- eggs" },
  { name: "a speaker's name", request: { prompt: "Q: Hi?\nA:" }, reply: "A: Yes.", text: " Yes." },
  { name: "a short word that begins another", request: { prompt: "a" }, reply: "and so on", text: "and so on" },
  { name: "a bracket that closes again", request: { prompt: "f(g(x)" }, reply: ")", text: ")" },
  {
    name: "lines that come again",
    request: { prompt: "a,b,c,d,e,f\n" },
    reply: "a,b,c,d,e,f\n",
    text: "a,b,c,d,e,f\n",
  },
  {
    name: "fences in a text that goes on",
    request: { prompt: "Code:\n" },
    reply: "```js\na\n```",
    text: "```js\na\n```",
  },
  { name: "a text to stop at", request: { prompt: "a", stop: ";" }, reply: " b; c", text: " b" },
  {
    name: "of several the first that comes",
    request: { prompt: "a", stop: ["c", "; ", "b;"] },
    reply: "b; c",
    text: "",
  },
  { name: "the beginning of one", request: { prompt: "a", stop: ["END"] }, reply: " EN E ENE", text: " EN E ENE" },
  { name: "one in pieces", request: { prompt: "a", stop: ["--END--"] }, reply: " b---END--END-- c", text: " b-" },
  { name: "one in what is repeated", request: { prompt: "if (a) {", stop: ["{"] }, reply: "if (a) {b}", text: "b}" },
  {
    name: "a fifth one, which no upstream is told",
    request: { prompt: "a", stop: ["1", "2", "3", "4", "5"] },
    reply: "9876543210",
    text: "9876",
  },
  { name: "a marker", request: { prompt: "a", stop: ["<EOT>"] }, reply: "b <EOT> c", text: "b <EOT> c" },
  {
    name: "one that is longer than a reply may be held back",
    request: { prompt: "a", stop: ["x".repeat(201)] },
    reply: "x".repeat(300),
    text: "x".repeat(300),
  },
  {
    name: "lines and fences to stop at, in fences",
    request: { ...fib, stop: ["\n", "```"] },
    reply: `\`\`\`python\n${filled}\nprint(1)\n\`\`\``,
    text: filled,
  },
  {
    name: "a blank line to stop at, in a repetition",
    request: { prompt: "one two three\n\nfour ", suffix: "\n\nnine", stop: "\n\n" },
    reply: "one two three\n\nfour five\n\nsix",
    text: "five",
  },
  {
    name: "a blank line that is longer than any fence's",
    request: fib,
    reply: `${"\n".repeat(120)}\`\`\`\na\n\`\`\``,
    text: `${"\n".repeat(120)}\`\`\`\na\n\`\`\``,
  },
  {
    name: "a line in fences that is too long for one",
    request: fib,
    reply: `\`\`\`\n\`\`\`${"x".repeat(120)}\na\n\`\`\``,
    text: `\`\`\`${"x".repeat(120)}\na`,
  },
  { name: "a middle as it should be", request: fib, reply: filled, text: filled },
  { name: "a middle in fences", request: fib, reply: `\`\`\`python\n${filled}\n\`\`\``, text: filled },
  { name: "fences and blank lines around", request: fib, reply: `\n\n\`\`\`\n${filled}\n\`\`\`\n`, text: filled },
  {
    name: "remarks after the fences",
    request: fib,
    reply: `\`\`\`python\n${filled}\n\`\`\`\nThis adds the two numbers before.`,
    text: filled,
  },
  { name: "fences that were cut short", request: fib, reply: `\`\`\`python\n${filled}\n`, text: `${filled}\n` },
  { name: "nothing but the beginning of a fence", request: fib, reply: "```pyth", text: "" },
  {
    name: "fences within fences",
    request: { prompt: "# Title\n\n", suffix: "\n\n## License of this project\n" },
    reply: "```markdown\nUse it:\n```sh\nrun\n```\nDone.\n```",
    text: "Use it:\n```sh\nrun\n```\nDone.",
  },
  {
    name: "fences where the text itself has some",
    request: { prompt: "```js\na\n```\n", suffix: "\n```py\nb\n```" },
    reply: "```sh\nrun\n```",
    text: "```sh\nrun\n```",
  },
  { name: "a code span", request: { prompt: "Use ", suffix: " now" }, reply: "`run` twice", text: "`run` twice" },
  { name: "backticks that are no fence", request: fib, reply: "``a``", text: "``a``" },
  {
    name: "lines before the gap that are repeated",
    request: fib,
    reply: `    if n < 2:\n        return n\n    ${filled}`,
    text: filled,
  },
  { name: "all of the text before the gap", request: fib, reply: fib.prompt + filled, text: filled },
  {
    name: "complete lines before the gap",
    request: { prompt: "const total = sum(items);\n", suffix: "\nreturn total;" },
    reply: "const total = sum(items);\nlog(total);",
    text: "log(total);",
  },
  { name: "a bracket on a line of its own", request: { prompt: "}\n", suffix: "x" }, reply: "}\n", text: "}\n" },
  {
    name: "text after the gap that is repeated",
    request: fib,
    reply: `${filled}\n\nprint(fib(10))\n`,
    text: filled,
  },
  {
    name: "a reply that goes on beyond the text after the gap",
    request: fib,
    reply: `${filled}\n\nprint(fib(10))\nprint(fib(11))\n`,
    text: filled,
  },
  { name: "a repetition that the limit cut short", request: fib, reply: `${filled}\n\nprint(f`, text: filled },
  {
    name: "all of it at once",
    request: fib,
    reply: `\`\`\`python\n${fib.prompt}${filled}${fib.suffix}\`\`\`\nThere.`,
    text: filled,
  },
  { name: "brackets after the gap", request: { prompt: "f(g(", suffix: ")" }, reply: "x)", text: "x)" },
  {
    name: "a block's end after the gap",
    request: { prompt: "if x\n  y\n", suffix: "end\n" },
    reply: "end\n",
    text: "end\n",
  },
  {
    name: "a gap at the end of a file",
    request: { prompt: "<fim_prefix>a = <fim_suffix><fim_middle>" },
    reply: "1",
    text: "1",
  },
];

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
