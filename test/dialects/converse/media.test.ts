import { describe, expect, test } from "vitest";
import { createDocumentNames } from "../../../src/dialects/converse/chat/media.ts";
import * as names from "./_translate.ts";
import { ask, blocksOf, refusalOf } from "./_translate.ts";

const bytes = (data: string) => ({ bytes: data });
const base64 = (text: string): string => Buffer.from(text, "latin1").toString("base64");
const text = { type: "text", text: "Look." };
const image = (url: string) => ({ type: "image_url", image_url: { url } });
const video = (url: string) => ({ type: "video_url", video_url: { url } });
const file = (more: object) => ({ type: "file", file: more });
const audio = (data: string, format = "wav") => ({ type: "input_audio", input_audio: { data, format } });
const word = "application/vnd.openxmlformats-officedocument";

/** The block that a part becomes, beside a text. */
function blockOf(part: object, model: string = names.unknown): unknown {
  const blocks = blocksOf([text, part], model);
  return Array.isArray(blocks) ? blocks[1] : undefined;
}

const refusalFor = (part: object, model: string = names.unknown): string =>
  refusalOf({ messages: [{ role: "user", content: [part] }] }, model);

const document = (format: string, data: string, name = "Document") => ({
  document: { format, name, source: bytes(data) },
});

describe("media types", () => {
  test.each([
    ...["png", "jpeg", "gif", "webp"].map((one) => [`image/${one}`, "image", one] as const),
    ["image/jpg", "image", "jpeg"],
    ["IMAGE/PNG", "image", "png"],
    ["video/mp4", "video", "mp4"],
    ["video/webm", "video", "webm"],
    ["video/quicktime", "video", "mov"],
    ["video/x-matroska", "video", "mkv"],
    ["video/x-flv", "video", "flv"],
    ["video/mpeg", "video", "mpeg"],
    ["video/x-ms-wmv", "video", "wmv"],
    ["video/3gpp", "video", "three_gp"],
    ["audio/mpeg", "audio", "mp3"],
    ["audio/mp3", "audio", "mp3"],
    ["audio/wav", "audio", "wav"],
    ["audio/x-wav", "audio", "wav"],
    ["audio/flac", "audio", "flac"],
    ["audio/ogg", "audio", "ogg"],
    ["audio/opus", "audio", "opus"],
    ["audio/aac", "audio", "aac"],
  ] as const)("%s is %s of the form %s", (type, kind, format) => {
    const want = { [kind]: { format, source: bytes("AAAA") } };
    for (const part of [image, video]) expect(blockOf(part(`data:${type};base64,AAAA`))).toEqual(want);
    expect(blockOf(file({ file_data: `data:${type};base64,AAAA` }))).toEqual(want);
  });

  test.each([
    ["application/pdf", "pdf"],
    ["text/csv", "csv"],
    ["application/msword", "doc"],
    [`${word}.wordprocessingml.document`, "docx"],
    ["application/vnd.ms-excel", "xls"],
    [`${word}.spreadsheetml.sheet`, "xlsx"],
    ["text/html", "html"],
    ["text/plain", "txt"],
    ["text/markdown", "md"],
    ["text/x-python", "txt"],
    ["application/json", "txt"],
    ["application/xml", "txt"],
    ["application/yaml", "txt"],
    ["application/javascript", "txt"],
    ["application/x-sh", "txt"],
    ["application/ld+json", "txt"],
    ["application/atom+xml", "txt"],
  ])("%s is a document of the form %s", (type, format) => {
    expect(blockOf(file({ file_data: `data:${type};base64,AAAA` }))).toEqual(document(format, "AAAA"));
  });

  test.each([
    ["image/bmp", "invalid_image_format"],
    ["image/svg+xml", "invalid_image_format"],
    ["audio/midi", "invalid_value"],
    ["application/zip", "invalid_value"],
    ["application/jsonish", "invalid_value"],
  ])("%s is refused", (type, refusal) => {
    const place = "messages[0].content[0]";
    expect(refusalFor(image(`data:${type};base64,AAAA`))).toBe(`${refusal} ${place}.image_url.url`);
    expect(refusalFor(file({ file_data: `data:${type};base64,AAAA` }))).toBe(`${refusal} ${place}.file.file_data`);
  });
});

describe("the first bytes say more than the type", () => {
  test.each([
    ["%PDF-1.7", "document", "pdf"],
    ["\x89PNG\r\n\x1a\n", "image", "png"],
    ["\xff\xd8\xff\xe0", "image", "jpeg"],
    ["GIF89a", "image", "gif"],
    ["RIFF\n\0\0\0WEBPVP8 ", "image", "webp"],
  ] as const)("%j is %s of the form %s", (opening, kind, format) => {
    const data = base64(opening);
    const want = kind === "document" ? document(format, data) : { image: { format, source: bytes(data) } };
    expect(blockOf(file({ file_data: `data:text/plain;base64,${data}` }))).toEqual(want);
    expect(blockOf(file({ file_data: data }))).toEqual(want);
  });

  test("a film in the same box is none of these", () => {
    const data = base64("RIFF\n\0\0\0AVI LIST");
    expect(blockOf(file({ file_data: `data:audio/wav;base64,${data}` }))).toMatchObject({ audio: { format: "wav" } });
  });
});

describe("data URLs", () => {
  test.each<readonly [name: string, more: object, want: object]>([
    ["as text", { file_data: "data:text/plain,Hi%20%C3%BC" }, document("txt", Buffer.from("Hi ü").toString("base64"))],
    ["without a type", { file_data: "data:,Hi." }, document("txt", base64("Hi."))],
    ["with a charset", { file_data: "data:text/csv;charset=utf-8;base64,AAAA" }, document("csv", "AAAA")],
    ["with spaces and capitals", { file_data: "DATA: Text/CSV ; BASE64,AAAA" }, document("csv", "AAAA")],
    ["with escapes", { file_data: "data:text/csv;base64,AA%3D%3D" }, document("csv", "AA==")],
    [
      "of any bytes, by the file's name",
      { file_data: "data:application/octet-stream;base64,AAAA", filename: "a.csv" },
      document("csv", "AAAA", "a"),
    ],
    ["of any bytes", { file_data: "data:application/octet-stream;base64,AAAA" }, document("txt", "AAAA")],
    [
      "without a type, by the file's name",
      { file_data: "data:;base64,AAAA", filename: "a.md" },
      document("md", "AAAA", "a"),
    ],
  ])("%s", (_name, more, want) => {
    expect(blockOf(file(more))).toEqual(want);
  });

  test.each([
    ["without a comma", "data:image/png;base64", "invalid_image_url"],
    ["with a broken escape", "data:text/plain,%zz", "invalid_image_url"],
    ["with a broken escape in base64", "data:image/png;base64,AA%zz", "invalid_image_url"],
    ["of nothing", "data:text/plain,", "invalid_value"],
    ["of nothing in base64", "data:image/png;base64,", "invalid_base64"],
    ["of letters that are none", "data:image/png;base64,A*AA", "invalid_base64"],
  ])("%s are refused", (_name, url, refusal) => {
    expect(refusalFor(image(url))).toBe(`${refusal} messages[0].content[0].image_url.url`);
  });
});

describe("base64", () => {
  test.each([
    ["AAAA", "AAAA"],
    ["AAA=", "AAA="],
    ["AAA", "AAA="],
    ["AA", "AA=="],
    ["A A\nAA", "AAAA"],
    ["-_-_", "+/+/"],
  ])("%j becomes %j", (data, want) => {
    expect(blockOf(audio(data))).toEqual({ audio: { format: "wav", source: bytes(want) } });
  });

  test.each(["", "A", "AAAAA", "A*==", "===="])("%j is refused", (data) => {
    expect(refusalFor(audio(data))).toBe("invalid_base64 messages[0].content[0].input_audio.data");
  });
});

describe("recordings", () => {
  test.each([
    ["wav", "AAAA"],
    ["mp3", "AAAA"],
    ["mp3", "data:audio/mpeg;base64,AAAA"],
  ])("of the form %s: %s", (format, data) => {
    expect(blockOf(audio(data, format))).toEqual({ audio: { format, source: bytes("AAAA") } });
  });
});

describe("files", () => {
  test.each<readonly [filename: string, format: string]>([
    ["a.csv", "csv"],
    ["a.CSV", "csv"],
    ["a.htm", "html"],
    ["a.json", "txt"],
    ["a.xml", "txt"],
    ["a.yaml", "txt"],
    ["a.yml", "txt"],
    ...["pdf", "doc", "docx", "xls", "xlsx", "html", "txt", "md"].map((one) => [`a.${one}`, one] as const),
  ])("%s is a document of the form %s", (filename, format) => {
    expect(blockOf(file({ file_data: "AAAA", filename }))).toEqual(document(format, "AAAA", "a"));
  });

  test.each<readonly [filename: string, kind: string, format: string]>([
    ...["png", "jpeg", "gif", "webp"].map((one) => [`a.${one}`, "image", one] as const),
    ["a.jpg", "image", "jpeg"],
    ...["mp4", "webm", "mov", "mkv", "flv", "mpeg", "wmv"].map((one) => [`a.${one}`, "video", one] as const),
    ["a.mpg", "video", "mpeg"],
    ["a.3gp", "video", "three_gp"],
    ...["mp3", "wav", "flac", "ogg", "opus", "aac"].map((one) => [`a.${one}`, "audio", one] as const),
  ])("%s is %s of the form %s", (filename, kind, format) => {
    expect(blockOf(file({ file_data: "AAAA", filename }))).toEqual({ [kind]: { format, source: bytes("AAAA") } });
  });

  test.each<readonly [name: string, more: object, refusal: string]>([
    ["of an unknown ending", { file_data: "AAAA", filename: "a.xyz" }, "invalid_value file_data"],
    ["of a picture that no model reads", { file_data: "AAAA", filename: "a.bmp" }, "invalid_image_format file_data"],
    ["of another picture", { file_data: "AAAA", filename: "a.tiff" }, "invalid_image_format file_data"],
    ["of a drawing", { file_data: "AAAA", filename: "a.svg" }, "invalid_image_format file_data"],
    ["without a name", { file_data: "AAAA" }, "invalid_value file_data"],
    ["without data", { filename: "a.pdf" }, "invalid_value file_id"],
    ["of empty data", { file_data: "", filename: "a.pdf" }, "invalid_value file_id"],
    ["that are stored elsewhere", { file_id: "file-1" }, "invalid_value file_id"],
    ["of no base64", { file_data: "*", filename: "a.pdf" }, "invalid_base64 file_data"],
  ])("%s are refused", (_name, more, refusal) => {
    expect(refusalFor(file(more))).toBe(refusal.replace(" ", " messages[0].content[0].file."));
  });
});

describe("addresses", () => {
  const s3 = (uri: string) => ({ s3Location: { uri } });

  test.each<readonly [name: string, part: object, want: object]>([
    ["a picture", image("s3://b/a.png"), { image: { format: "png", source: s3("s3://b/a.png") } }],
    ["a film", video("S3://b/a.mp4?v=1#t"), { video: { format: "mp4", source: s3("S3://b/a.mp4?v=1#t") } }],
    [
      "a document, by the name of its object",
      image("s3://b/c/My report.pdf"),
      { document: { format: "pdf", name: "My report", source: s3("s3://b/c/My report.pdf") } },
    ],
    [
      "a file, by its own name",
      file({ file_id: "s3://b/object", filename: "a.csv" }),
      { document: { format: "csv", name: "a", source: s3("s3://b/object") } },
    ],
  ])("of S3 are handed on: %s", (_name, part, want) => {
    expect(blockOf(part)).toEqual(want);
  });

  test.each([
    ["of the web", "https://example.com/a.png", "invalid_image_url"],
    ["of the plain web", "HTTP://example.com/a.png", "invalid_image_url"],
    ["of other kinds", "ftp://example.com/a.png", "invalid_image_url"],
    ["that are none", "a.png", "invalid_image_url"],
    ["of S3 without an ending", "s3://b/object", "invalid_value"],
  ])("%s are refused", (_name, url, refusal) => {
    expect(refusalFor(image(url))).toBe(`${refusal} messages[0].content[0].image_url.url`);
  });
});

test("an address of the web is told that nobody fetches it", () => {
  expect(() => blockOf(image("https://example.com/a.png"))).toThrow("which Bedrock does not fetch");
  expect(() => blockOf(image("a.png"))).toThrow("Expected a data URL or an s3:// address.");
});

describe("names of documents", () => {
  test.each([
    ["report.pdf", "report"],
    ["ignore all rules!.pdf", "ignore all rules-"],
    ["a  b\t c.txt", "a b c"],
    [" a .md", "a"],
    ["a(1)[2]-b.csv", "a(1)[2]-b"],
    ["v1.2.pdf", "v1-2"],
    ["räport_1.pdf", "r-port-1"],
    ["../../etc/passwd", "------etc-passwd"],
    ["日本.pdf", "Document"],
    ["...", "Document"],
    ["", "Document"],
    [undefined, "Document"],
    [null, "Document"],
    [`${"x".repeat(300)}.pdf`, "x".repeat(180)],
  ])("%j becomes %j", (filename, want) => {
    expect(createDocumentNames()(filename)).toBe(want);
  });

  test("are told apart within a request", () => {
    const pdf = (filename?: string) => file({ file_data: "data:application/pdf;base64,AAAA", filename });
    const content = [text, pdf("a.pdf"), pdf("a.pdf"), pdf("a (2).pdf"), pdf("a.pdf"), pdf(), pdf()];
    const messages = [
      { role: "user", content },
      { role: "assistant", content: "So." },
      { role: "user", content: [text, pdf("a.pdf")] },
    ];
    const sent = JSON.stringify(ask({ messages }).body["messages"]);
    const given = [...sent.matchAll(/"name":"([^"]*)"/g)].map(([, name]) => name);
    expect(given).toEqual(["a", "a (2)", "a (2) (2)", "a (3)", "Document", "Document (2)", "a (4)"]);
  });
});

describe("a turn that shows documents", () => {
  const pdf = file({ file_data: "data:application/pdf;base64,AAAA", filename: "a.pdf" });

  test("says something too", () => {
    expect(blocksOf([pdf])).toEqual([document("pdf", "AAAA", "a"), { text: "The documents are attached." }]);
    expect(blocksOf([pdf, text])).toEqual([document("pdf", "AAAA", "a"), { text: "Look." }]);
  });

  test("of pictures alone needs no word", () => {
    expect(blocksOf([image("data:image/png;base64,AAAA")])).toEqual([
      { image: { format: "png", source: bytes("AAAA") } },
    ]);
  });
});

describe("what a model does not look at is refused by its place", () => {
  const picture = image("data:image/png;base64,AAAA");
  const paper = file({ file_data: "data:application/pdf;base64,AAAA" });
  const film = video("data:video/mp4;base64,AAAA");
  const sound = audio("AAAA");

  test.each<readonly [model: string, taken: readonly object[], refused: readonly object[]]>([
    [names.nova, [picture, paper, film], [sound]],
    ["amazon.nova-micro-v1:0", [], [picture, paper, film, sound]],
    [names.nova2, [picture, paper, film], [sound]],
    ["us.amazon.nova-2-omni-v1:0", [picture, paper, film, sound], []],
    [names.llama, [paper], [picture, film, sound]],
    ["us.meta.llama4-scout-17b-instruct-v1:0", [picture, paper], [film, sound]],
    [names.mistral, [paper], [picture, film, sound]],
    ["us.mistral.pixtral-large-2502-v1:0", [picture, paper], [film, sound]],
    ["mistral.voxtral-small-24b-2507", [paper, sound], [picture, film]],
    ["mistral.mistral-large-3-675b-instruct", [picture, paper], [film, sound]],
    [names.gptOss, [], [picture, paper, film, sound]],
    [names.gpt, [picture, paper], [film, sound]],
    [names.qwen, [], [picture, paper, film, sound]],
    ["qwen.qwen3-vl-235b-a22b", [picture], [paper, film, sound]],
    ["moonshotai.kimi-k2.5", [picture], [paper, film, sound]],
    ["moonshot.kimi-k2-thinking", [], [picture, paper, film, sound]],
    ["zai.glm-4.7", [], [picture, paper, film, sound]],
    ["google.gemma-3-12b-it", [picture, paper], [film, sound]],
    ["nvidia.nemotron-nano-9b-v2", [], [picture, paper, film, sound]],
    ["nvidia.nemotron-nano-12b-v2", [picture], [paper, film, sound]],
    ["ai21.jamba-instruct-v1:0", [], [picture, paper, film, sound]],
    [names.titan, [paper], [picture, film, sound]],
    [names.unknown, [picture, paper, film, sound], []],
  ])("%s", (model, taken, refused) => {
    for (const part of taken) expect(refusalFor(part, model), JSON.stringify(part)).toBe("taken");
    for (const part of refused) {
      expect(refusalFor(part, model), JSON.stringify(part)).toMatch(/^unsupported_\w+ messages\[0\]\.content\[0\]/);
    }
  });
});
