import { describe, expect, test } from "vitest";
import type { Facts } from "../../../src/dialects/dialect.ts";
import fc from "../../_fc.ts";
import { ask, developer, partsOf, refusalOf } from "./_ask.ts";

const image = (url: string, more: object = {}) => ({ type: "image_url", image_url: { url, ...more } });
const file = (members: object) => ({ type: "file", file: members });
const video = (url: string, more: object = {}, beside: object = {}) => ({
  type: "video_url",
  video_url: { url, ...more },
  ...beside,
});
const sound = (data: string, format: string) => ({ type: "input_audio", input_audio: { data, format } });
const inline = (mimeType: string, data: string) => ({ inlineData: { mimeType, data } });
const stored = (mimeType: string, fileUri: string) => ({ fileData: { mimeType, fileUri } });
const base64 = (text: string) => Buffer.from(text, "latin1").toString("base64");

const three = "gemini-3-flash-preview";
const wav = base64("RIFF\x24\0\0\0WAVEfmt ");
const webp = base64("RIFF\x24\0\0\0WEBPVP8 ");
const mp3 = base64("ID3\x04\0\0\0\0\0\0");
const flac = base64("fLaC\0\0\0\x22");
const pdf = base64("%PDF-1.7\n");
const png = base64("\x89PNG\r\n\x1a\n\0\0\0\r");

/** A client's part beside Google's. */
type PartRow = [name: string, part: object, want: object, model?: string, more?: Partial<Facts>];

const parts: PartRow[] = [
  ["text", { type: "text", text: "a\nb" }, { text: "a\nb" }],
  ["a data URL", image("data:image/png;base64,AAAA"), inline("image/png", "AAAA")],
  ["a data URL with parameters", image("data:image/png;charset=x;base64,AAAA"), inline("image/png", "AAAA")],
  ["a data URL in capitals", image("DATA:IMAGE/PNG;BASE64,AAAA"), inline("image/png", "AAAA")],
  ["image/jpg", image("data:image/jpg;base64,AAAA"), inline("image/jpeg", "AAAA")],
  ["base64 with spaces and lines", image("data:image/png;base64, AA\r\n AA "), inline("image/png", "AAAA")],
  ["base64 without padding", image("data:image/png;base64,AAA"), inline("image/png", "AAA=")],
  ["base64 for URLs", image("data:image/png;base64,-_-_"), inline("image/png", "+/+/")],
  ["base64 with signs escaped", image("data:image/png;base64,AA%2B%2F"), inline("image/png", "AA+/")],
  ["percent-encoded text", image("data:text/plain,a%20%C3%A9"), inline("text/plain", "YSDDqQ==")],
  ["a data URL that says no type", image("data:;base64,iVBORw0KGgoAAAAN"), inline("image/png", "iVBORw0KGgoAAAAN")],
  ["a data URL of octets", image(`data:application/octet-stream;base64,${webp}`), inline("image/webp", webp)],
  ["webp", image("data:image/webp;base64,AAAA"), inline("image/webp", "AAAA")],
  ["heic", image("data:image/heic;base64,AAAA"), inline("image/heic", "AAAA")],
  ["heif", image("data:image/heif;base64,AAAA"), inline("image/heif", "AAAA")],
  ["a bucket", image("gs://b/x.png"), stored("image/png", "gs://b/x.png")],
  ["a bucket and a hint", image("gs://b/x", { mime_type: "image/webp" }), stored("image/webp", "gs://b/x")],
  ["a bucket and LiteLLM's hint", image("gs://b/x", { format: "image/heic" }), stored("image/heic", "gs://b/x")],
  ["a bucket and half a hint", image("gs://b/x", { format: "jpg" }), stored("image/jpeg", "gs://b/x")],
  ["a web address", image("https://a.example/y.webp?v=1#z"), stored("image/webp", "https://a.example/y.webp?v=1#z")],
  ["a web address without an ending", image("https://a.example/y"), stored("image/jpeg", "https://a.example/y")],
  ["a web address whose host looks like an ending", image("https://a.png"), stored("image/png", "https://a.png")],
  [
    "a web address on the Developer API",
    image("https://a.example/y.png"),
    stored("image/png", "https://a.example/y.png"),
    three,
    developer,
  ],
  [
    "a video of YouTube's on the oldest of the Developer API",
    image("https://www.youtube.com/watch?v=1"),
    stored("video/mp4", "https://www.youtube.com/watch?v=1"),
    "gemini-2.0-flash",
    developer,
  ],
  [
    "a file of the Files API",
    file({ file_id: "https://generativelanguage.googleapis.com/v1beta/files/abc", filename: "a.png" }),
    stored("image/png", "https://generativelanguage.googleapis.com/v1beta/files/abc"),
    "gemini-2.0-flash",
    developer,
  ],
  ...(
    [
      ["jpg", "image/jpeg"],
      ["jpeg", "image/jpeg"],
      ["webp", "image/webp"],
      ["heic", "image/heic"],
      ["heif", "image/heif"],
      ["pdf", "application/pdf"],
      ["txt", "text/plain"],
      ["mp3", "audio/mp3"],
      ["wav", "audio/wav"],
      ["flac", "audio/flac"],
      ["mp4", "video/mp4"],
      ["mov", "video/quicktime"],
      ["webm", "video/webm"],
    ] as const
  ).map(
    ([ending, type]): PartRow => [
      `a bucket's .${ending}`,
      file({ file_id: `gs://b/x.${ending}` }),
      stored(type, `gs://b/x.${ending}`),
    ],
  ),
  ["wav", sound(wav, "wav"), inline("audio/wav", wav)],
  ["mp3", sound(mp3, "mp3"), inline("audio/mp3", mp3)],
  ["mp3 that is said to be wav", sound(mp3, "wav"), inline("audio/mp3", mp3)],
  ["sound nobody knows", sound("AAAA", "mp3"), inline("audio/mp3", "AAAA")],
  ["sound nobody knows that is said to be wav", sound("AAAA", "wav"), inline("audio/wav", "AAAA")],
  ["sound in a data URL", sound(`data:audio/wav;base64,${wav}`, "wav"), inline("audio/wav", wav)],
  ["flac", sound(flac, "flac"), inline("audio/flac", flac)],
  ["ogg", sound("AAAA", "ogg"), inline("audio/ogg", "AAAA")],
  ["opus", sound("AAAA", "opus"), inline("audio/ogg", "AAAA")],
  ["aac", sound("AAAA", "aac"), inline("audio/aac", "AAAA")],
  ["m4a", sound("AAAA", "m4a"), inline("audio/m4a", "AAAA")],
  ["webm", sound("AAAA", "webm"), inline("audio/webm", "AAAA")],
  ["bare samples", sound("AAAA", "pcm16"), inline("audio/pcm", "AAAA")],
  ["a document", file({ file_data: `data:application/pdf;base64,${pdf}` }), inline("application/pdf", pdf)],
  ["a text document", file({ file_data: "data:text/plain;base64,AAAA" }), inline("text/plain", "AAAA")],
  ["a bare document", file({ file_data: pdf }), inline("application/pdf", pdf)],
  ["a bare document by its name", file({ file_data: "AAAA", filename: "a.txt" }), inline("text/plain", "AAAA")],
  ["its bytes count more than its name", file({ file_data: png, filename: "a.txt" }), inline("image/png", png)],
  ["a document in a bucket", file({ file_id: "gs://b/z.pdf" }), stored("application/pdf", "gs://b/z.pdf")],
  [
    "a document in a bucket by its name",
    file({ file_id: "gs://b/z", filename: "z.pdf" }),
    stored("application/pdf", "gs://b/z"),
  ],
  ["a document on the web", file({ file_id: "https://a.example/z" }), stored("application/pdf", "https://a.example/z")],
  ["a video", video("gs://b/v.mp4"), stored("video/mp4", "gs://b/v.mp4")],
  ["a video on the web", video("https://a.example/v"), stored("video/mp4", "https://a.example/v")],
  ["a video in a data URL", video("data:video/webm;base64,AAAA"), inline("video/webm", "AAAA")],
  ["a video with a hint", video("gs://b/v", { mime_type: "video/quicktime" }), stored("video/quicktime", "gs://b/v")],
  [
    "a piece of a video",
    video("gs://b/v.mp4", { video_metadata: { start_offset: "10s", end_offset: "20s", fps: 2 } }),
    { ...stored("video/mp4", "gs://b/v.mp4"), videoMetadata: { startOffset: "10s", endOffset: "20s", fps: 2 } },
  ],
  [
    "a piece of a video, said beside it",
    video("gs://b/v.mp4", {}, { video_metadata: { fps: 5 } }),
    { ...stored("video/mp4", "gs://b/v.mp4"), videoMetadata: { fps: 5 } },
  ],
  ...(
    [
      ["low", "LOW"],
      ["medium", "MEDIUM"],
      ["high", "HIGH"],
      ["original", "ULTRA_HIGH"],
    ] as const
  ).map(
    ([detail, level]): PartRow => [
      `${detail} detail from Gemini 3 on`,
      image("data:image/png;base64,AAAA", { detail }),
      { ...inline("image/png", "AAAA"), mediaResolution: { level: `MEDIA_RESOLUTION_${level}` } },
      three,
    ],
  ),
  ["auto detail", image("data:image/png;base64,AAAA", { detail: "auto" }), inline("image/png", "AAAA"), three],
  ["a detail before Gemini 3", image("data:image/png;base64,AAAA", { detail: "low" }), inline("image/png", "AAAA")],
];

type RefusalRow = [name: string, part: object, refusal: string, model?: string, more?: Partial<Facts>];

describe("§3.1 content parts", () => {
  test.each<PartRow>(parts)("%s", (_name, part, want, model, more) => {
    expect(partsOf([part], model, more)).toEqual([want]);
  });

  const refusals: RefusalRow[] = [
    ["a GIF", image("data:image/gif;base64,AAAA"), "invalid_image_format image_url.url"],
    ["a GIF on the web", image("https://a.example/x.gif"), "invalid_image_format image_url.url"],
    ["a drawing", image("data:image/svg+xml;base64,AAAA"), "invalid_image_format image_url.url"],
    ["a bitmap as a file", file({ file_data: "data:image/bmp;base64,AAAA" }), "invalid_image_format file.file_data"],
    ["base64 that is none", image("data:image/png;base64,!!!!"), "invalid_base64 image_url.url"],
    ["base64 of no possible length", image("data:image/png;base64,AAAAA"), "invalid_base64 image_url.url"],
    ["an empty image", image("data:image/png;base64,"), "invalid_base64 image_url.url"],
    ["a data URL without data", image("data:image/png"), "invalid_image_url image_url.url"],
    ["percent signs that encode nothing", image("data:text/plain,%zz"), "invalid_image_url image_url.url"],
    ["another scheme", image("ftp://a.example/x.png"), "invalid_image_url image_url.url"],
    ["a path", image("/etc/passwd"), "invalid_image_url image_url.url"],
    ["a bucket without an ending", image("gs://b/x"), "invalid_image_url image_url.url"],
    ["a bucket on the Developer API", image("gs://b/x.png"), "invalid_image_url image_url.url", three, developer],
    ["a bucket as a file there", file({ file_id: "gs://b/x.pdf" }), "invalid_image_url file.file_id", three, developer],
    [
      "the web on its oldest",
      image("https://a.example/x.png"),
      "invalid_image_url image_url.url",
      "gemini-2.0-flash",
      developer,
    ],
    ["sound that is no base64", sound("!!!!", "wav"), "invalid_base64 input_audio.data"],
    ["sound in another format", sound("AAAA", "midi"), "invalid_value input_audio.format"],
    ["an uploaded file", file({ file_id: "file-abc" }), "invalid_value file.file_id"],
    ["bytes of no known kind", file({ file_data: "AAAA" }), "invalid_value file.file_data"],
    ["no file at all", file({}), "invalid_value file.file_id"],
    [
      "a detail nobody knows",
      image("data:image/png;base64,AAAA", { detail: "blurred" }),
      "invalid_value image_url.detail",
    ],
  ];

  test.each<RefusalRow>(refusals)("%s is refused", (_name, part, refusal, model, more) => {
    const [code, param] = refusal.split(" ");
    const messages = [{ role: "user", content: [{ type: "text", text: "See." }, part] }];
    expect(refusalOf({ messages }, model, more)).toBe(`${code} messages[0].content[1].${param}`);
  });

  test("Vertex AI fetches ten addresses for one request, and the eleventh is named", () => {
    const links = (n: number) => Array.from({ length: n }, (_, i) => image(`https://a.example/${i}.png`));
    const messages = [
      { role: "user", content: links(6) },
      { role: "assistant", content: "So." },
      { role: "user", content: links(5) },
    ];
    expect(refusalOf({ messages })).toBe("invalid_image_url messages[2].content[4].image_url.url");
    expect(refusalOf({ messages: [{ role: "user", content: links(10) }] })).toBe("taken");
    expect(refusalOf({ messages }, three, developer)).toBe("taken");
    const buckets = Array.from({ length: 20 }, (_, i) => image(`gs://b/${i}.png`));
    expect(refusalOf({ messages: [{ role: "user", content: buckets }] })).toBe("taken");
  });

  test("any bytes arrive as they were, however they are written", () => {
    const spellings = fc.constantFrom(
      (text: string) => text,
      (text: string) => text.replaceAll("+", "-").replaceAll("/", "_"),
      (text: string) => text.replace(/=+$/, ""),
      (text: string) => text.replace(/(.{7})/g, "$1\n"),
      (text: string) => encodeURIComponent(text),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), spellings, (bytes, spell) => {
        const data = Buffer.from(bytes).toString("base64");
        expect(partsOf([image(`data:image/png;base64,${spell(data)}`)])).toEqual([inline("image/png", data)]);
      }),
    );
  });

  test("no label is sent with media", () => {
    const messages = [{ role: "user", content: [file({ file_data: pdf, filename: "a.pdf" })] }];
    for (const more of [{}, developer]) {
      expect(JSON.stringify(ask({ messages }, three, more).body)).not.toContain("displayName");
    }
  });
});
