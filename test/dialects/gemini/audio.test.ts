import { describe, expect, test } from "vitest";
import { createAudioStream, toAudioData } from "../../../src/dialects/gemini/chat/audio.ts";
import fc from "../../_fc.ts";
import { answerOf, choiceOf, contextFor, deltasOf, eventOf, stop, streamed, toldOf } from "./_reading.ts";

const pcm = "audio/L16;codec=pcm;rate=24000";
const sound = (bytes: readonly number[], mimeType = pcm): object => ({
  inlineData: { mimeType, data: Buffer.from(bytes).toString("base64") },
});
const bytesOf = (data: string | undefined): readonly number[] => [...Buffer.from(data ?? "", "base64")];

/** The header of a WAV file: channels, samples a second, bytes of samples. */
function header(channels: number, rate: number, size: number): readonly number[] {
  const words = [
    ...["RIFF", size === 0xffffffff ? size : size + 36, "WAVE", "fmt ", 16],
    ...[1 + channels * 0x10000, rate, rate * channels * 2, channels * 2 + 16 * 0x10000, "data", size],
  ];
  return words.flatMap((word) => {
    const four = Buffer.alloc(4);
    if (typeof word === "string") four.write(word, "latin1");
    else four.writeUInt32LE(word);
    return [...four];
  });
}

describe("§10 sound", () => {
  test("is the message's audio, and the content is null", () => {
    const { message } = choiceOf(answerOf([sound([1, 2])]), contextFor({ audio: "pcm16" }));
    expect(message).toMatchObject({
      content: null,
      audio: { id: "audio_c0ffee", data: "AQI=", expires_at: 1_790_000_000, transcript: "" },
    });
  });

  test("beside a text leaves the text", () => {
    expect(choiceOf(answerOf([{ text: "Hi." }, sound([1, 2])])).message.content).toBe("Hi.");
  });

  /** What the client asked for, Gemini's type, and the bytes before the samples. */
  test.each([
    ["pcm16", pcm, []],
    ["wav", pcm, header(1, 24_000, 4)],
    [undefined, pcm, header(1, 24_000, 4)],
    ["wav", "audio/l16; rate=16000; channels=2", header(2, 16_000, 4)],
    ["wav", "audio/pcm", header(1, 24_000, 4)],
    ["wav", "audio/L16;rate=fast", header(1, 24_000, 4)],
    ["wav", "audio/mpeg", []],
    ["pcm16", "audio/wav", []],
  ] as const)("§10 for %s, of %s, is the samples behind their header", (audio, mimeType, before) => {
    const context = contextFor({ audio });
    const whole = choiceOf(answerOf([sound([1, 2, 3, 4], mimeType)]), context).message.audio?.data;
    expect(bytesOf(whole)).toEqual([...before, 1, 2, 3, 4]);
    const parts = choiceOf(answerOf([sound([1, 2], mimeType), sound([3, 4], mimeType)]), context).message.audio?.data;
    expect(bytesOf(parts)).toEqual([...before, 1, 2, 3, 4]);
  });

  test.each([
    ["another rate", "audio/L16;rate=16000"],
    ["two channels", "audio/L16;rate=24000;channels=2"],
  ])("§10 of %s, asked for as pcm16, is told: nothing in it says so", (_, mimeType) => {
    const told = ["reported:candidates[].content.parts[].inlineData.mimeType"];
    expect(toldOf(answerOf([sound([1, 2], mimeType)]), contextFor({ audio: "pcm16" }))).toEqual(told);
    expect(toldOf(answerOf([sound([1, 2], mimeType)]), contextFor({ audio: "wav" }))).toEqual([]);
  });
});

describe("§11 sound in streams", () => {
  const events = [
    eventOf([sound([1, 2, 3, 4, 5, 6, 7, 8])]),
    eventOf([sound([9, 10])]),
    eventOf([sound([11, 12, 13, 14])]),
    stop,
  ];

  test("comes in pieces, named in the first one, and the last one says until when", () => {
    expect(deltasOf(streamed(events, contextFor({ audio: "pcm16" })))).toEqual([
      { audio: { id: "audio_c0ffee", data: "AQIDBAUG", transcript: "" } },
      { audio: { data: "BwgJCgsM" } },
      { audio: { data: "DQ4=", expires_at: 1_790_000_000 } },
      {},
    ]);
  });

  test("has the header of a file without end first, unless bare samples are wanted", () => {
    const deltas = deltasOf(streamed(events, contextFor({ audio: "wav" })));
    const bytes = deltas.flatMap(({ audio }) => bytesOf(audio?.data));
    expect(bytes).toEqual([...header(1, 24_000, 0xffffffff), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  test("of each choice has an id of its own", () => {
    const second = { candidates: [{ index: 1, content: { parts: [sound([1, 2])] }, finishReason: "STOP" }] };
    expect(deltasOf(streamed([second]), 1)[0]).toMatchObject({ audio: { id: "audio_c0ffee_1" } });
  });

  test("can be joined as base64 and cut into samples, however it came", () => {
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(pieces, fc.constantFrom("wav" as const, "pcm16" as const), (given, format) => {
        const stream = createAudioStream(format);
        const sounds = given.map((bytes) => ({ mimeType: pcm, data: Buffer.from(bytes).toString("base64") }));
        const sent = sounds.map((one) => stream.push(one));
        for (const data of sent) expect(Buffer.from(data, "base64").length % 6).toBe(0);
        const all = Buffer.from([...sent, stream.end()].join(""), "base64");
        const want = Buffer.from(toAudioData(sounds, "pcm16"), "base64");
        expect(all.subarray(format === "wav" ? 44 : 0)).toEqual(want);
      }),
    );
  });
});
