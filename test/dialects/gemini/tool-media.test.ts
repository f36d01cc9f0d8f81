import { describe, expect, test } from "vitest";
import type { Facts } from "../../../src/dialects/dialect.ts";
import { ask, developer, refusalOf } from "./_ask.ts";

const three = "gemini-3-flash-preview";
const older = "gemini-2.5-flash";
const base64 = (text: string) => Buffer.from(text, "latin1").toString("base64");
const pdf = base64("%PDF-1.7\n");
const wav = base64("RIFF\x24\0\0\0WAVEfmt ");

const text = (words: string) => ({ type: "text", text: words });
const image = (url: string, more: object = {}) => ({ type: "image_url", image_url: { url, ...more } });
const file = (members: object) => ({ type: "file", file: members });
const inline = (mimeType: string, data: string) => ({ inlineData: { mimeType, data } });
const stored = (mimeType: string, fileUri: string) => ({ fileData: { mimeType, fileUri } });
const png = image("data:image/png;base64,AAAA");
const seen = inline("image/png", "AAAA");

const call = (id: string, name: string) => ({ id, type: "function", function: { name, arguments: "{}" } });
const talk = (...results: readonly object[]) => ({
  messages: [
    { role: "user", content: "Look." },
    { role: "assistant", tool_calls: [call("call_a", "f"), call("call_b", "g")] },
    ...results,
  ],
});
const result = (tool_call_id: string, content: unknown) => ({ role: "tool", tool_call_id, content });
const response = (name: string, output: string, ...parts: readonly object[]) => ({
  functionResponse: { name, response: { output }, ...(parts.length > 0 && { parts }) },
});

/** The turns that answer the two calls. */
function turnsOf(model: string, results: readonly object[], more: Partial<Facts> = {}): readonly unknown[] {
  const contents: unknown = ask(talk(...results), model, more).body["contents"];
  if (!Array.isArray(contents)) throw new Error("no contents");
  return contents.slice(2);
}

const turn = (...parts: readonly object[]) => ({ role: "user", parts });

/** What one tool shows, and where it stands: within the result, or in a turn behind all results. */
type ShownRow = [name: string, part: object, want: object, model?: string, more?: Partial<Facts>];

const within: readonly ShownRow[] = [
  ["a png", png, seen],
  ["a jpeg", image("data:image/jpg;base64,AAAA"), inline("image/jpeg", "AAAA")],
  ["a webp", image("data:image/webp;base64,AAAA"), inline("image/webp", "AAAA")],
  ["a document", file({ file_data: pdf }), inline("application/pdf", pdf)],
  ["a text", file({ file_data: "data:text/plain;charset=utf-8;base64,AAAA" }), inline("text/plain", "AAAA")],
  ["a picture in a bucket", image("gs://b/x.png"), stored("image/png", "gs://b/x.png")],
  ["a document in a bucket", file({ file_id: "gs://b/x.pdf" }), stored("application/pdf", "gs://b/x.pdf")],
  ["a picture on the Developer API", png, seen, three, developer],
  ["a picture for a newer model", png, seen, "gemini-4-argon"],
  ["a picture for a model nobody knows", png, seen, "my-tuned-model"],
];

const beside: readonly ShownRow[] = [
  ["a heic", image("data:image/heic;base64,AAAA"), inline("image/heic", "AAAA")],
  ["a page", file({ file_data: "data:text/html;base64,AAAA" }), inline("text/html", "AAAA")],
  ["sound", { type: "input_audio", input_audio: { data: wav, format: "wav" } }, inline("audio/wav", wav)],
  ["a picture on the web", image("https://a.example/x.png"), stored("image/png", "https://a.example/x.png")],
  ["a heic in a bucket", image("gs://b/x.heic"), stored("image/heic", "gs://b/x.heic")],
  ["a picture for Gemini 2.5", png, seen, older],
  ["a picture in a bucket for Gemini 2.5", image("gs://b/x.png"), stored("image/png", "gs://b/x.png"), older],
  ["a picture for Gemini 2.5 on the Developer API", png, seen, older, developer],
  ["a document for Gemini 2.0", file({ file_data: pdf }), inline("application/pdf", pdf), "gemini-2.0-flash-001"],
];

describe("§5.2 what tools show", () => {
  test.each<ShownRow>([...within])("%s stands within the result", (_name, part, want, model = three, more = {}) => {
    expect(turnsOf(model, [result("call_a", [text("Seen:"), part]), result("call_b", "2")], more)).toEqual([
      turn(response("f", "Seen:", want), response("g", "2")),
    ]);
  });

  test.each<ShownRow>([...beside])("%s stands behind all results", (_name, part, want, model = three, more = {}) => {
    expect(turnsOf(model, [result("call_a", [text("Seen:"), part]), result("call_b", "2")], more)).toEqual([
      turn(response("f", "Seen:"), response("g", "2")),
      turn(want),
    ]);
  });

  test.each([
    [three, [turn(response("f", "", seen), response("g", "1\n2", seen)), turn(inline("image/heic", "BBBB"))]],
    [older, [turn(response("f", ""), response("g", "1\n2")), turn(seen, inline("image/heic", "BBBB"), seen)]],
  ])("%s sees it in the order of the calls, the texts without it", (model, turns) => {
    const many = [text("1"), image("data:image/heic;base64,BBBB"), text("2"), png];
    expect(turnsOf(model, [result("call_b", many), result("call_a", [png])])).toEqual(turns);
  });

  test.each([three, older])("to %s a result said twice shows what it showed last", (model) => {
    const [first, last] = [image("data:image/png;base64,BBBB"), png];
    const sent = JSON.stringify(
      turnsOf(model, [result("call_a", [first]), result("call_b", "2"), result("call_a", [last])]),
    );
    expect(sent.split("AAAA")).toHaveLength(2);
    expect(sent).not.toContain("BBBB");
  });

  test.each([
    [three, [turn(response("f", "", seen), response("g", "2")), turn({ text: "And?" })]],
    [older, [turn(response("f", ""), response("g", "2")), turn(seen, { text: "And?" })]],
  ])("what the user says next to %s stands in no turn of results", (model, turns) => {
    const next = { role: "user", content: "And?" };
    expect(turnsOf(model, [result("call_a", [png]), result("call_b", "2"), next])).toEqual(turns);
  });

  test("the id of Google's call stays on a result that shows something", () => {
    const messages = [
      { role: "user", content: "Look." },
      { role: "assistant", tool_calls: [call("8f2kq1xz", "f")] },
      result("8f2kq1xz", [png]),
    ];
    expect(ask({ messages }, three).body["contents"]).toMatchObject([
      {},
      {},
      { parts: [{ functionResponse: { id: "8f2kq1xz", name: "f", parts: [seen] } }] },
    ]);
  });

  test("a resolution has no place in a result, and the client is told", () => {
    const results = [
      result("call_a", [image("data:image/png;base64,AAAA", { detail: "high" })]),
      result("call_b", "2"),
    ];
    expect(turnsOf(three, results)).toEqual([turn(response("f", "", seen), response("g", "2"))]);
    expect(ask(talk(...results), three).told).toEqual(["reported:messages[2].content[0].image_url.detail"]);
    expect(ask(talk(...results), older).told).toEqual([]);
  });

  test.each<[name: string, part: object, refusal: string, more?: Partial<Facts>]>([
    ["a GIF", image("data:image/gif;base64,AAAA"), "invalid_image_format image_url.url"],
    ["base64 that is none", image("data:image/png;base64,!!!!"), "invalid_base64 image_url.url"],
    ["an uploaded file", file({ file_id: "file-abc" }), "invalid_value file.file_id"],
    ["a bucket on the Developer API", image("gs://b/x.png"), "invalid_image_url image_url.url", developer],
    [
      "sound in another format",
      { type: "input_audio", input_audio: { data: "AAAA", format: "midi" } },
      "invalid_value input_audio.format",
    ],
  ])("%s is refused", (_name, part, refusal, more) => {
    const [code, param] = refusal.split(" ");
    const given = talk(result("call_a", "1"), result("call_b", [text("Seen:"), part]));
    for (const model of [three, older]) {
      expect(refusalOf(given, model, more)).toBe(`${code} messages[3].content[1].${param}`);
    }
  });
});
