import { describe, expect, test } from "vitest";
import { ask, blocksOf, refusalOf } from "./_ask.ts";
import { bedrock, vertex } from "./_translate.ts";

const png = Buffer.from("\x89PNG\r\n\x1a\n0000", "latin1").toString("base64");
const jpeg = Buffer.from("\xff\xd8\xff\xe0JFIF", "latin1").toString("base64");
const gif = Buffer.from("GIF89a00", "latin1").toString("base64");
const webp = Buffer.from("RIFF0000WEBPVP8 ", "latin1").toString("base64");
const pdf = Buffer.from("%PDF-1.7\n0", "latin1").toString("base64");
const other = "AAAA";
const hello = Buffer.from("Grüße.").toString("base64");

const picture = (url: string, more: object = {}) => ({ type: "image_url", image_url: { url, ...more } });
const file = (members: object) => ({ type: "file", file: members });
const image = (media_type: string, data: string) => ({ type: "image", source: { type: "base64", media_type, data } });
const document = (data: string, more: object = {}) => ({
  type: "document",
  source: { type: "base64", media_type: "application/pdf", data },
  ...more,
});
const plain = (data: string, more: object = {}) => ({
  type: "document",
  source: { type: "text", media_type: "text/plain", data },
  ...more,
});

describe("§3.1 content", () => {
  test.each<[name: string, part: object, block: object]>([
    ["text", { type: "text", text: " Hi. " }, { type: "text", text: " Hi. " }],
    ["a PNG", picture(`data:image/png;base64,${png}`), image("image/png", png)],
    ["a JPEG that calls itself jpg", picture(`data:image/jpg;base64,${other}`), image("image/jpeg", other)],
    ["a GIF", picture(`data:image/gif;base64,${gif}`), image("image/gif", gif)],
    ["a WebP", picture(`data:image/webp;base64,${webp}`), image("image/webp", webp)],
    ["a JPEG that calls itself PNG", picture(`data:image/png;base64,${jpeg}`), image("image/jpeg", jpeg)],
    ["a picture that calls itself nothing", picture(`data:;base64,${png}`), image("image/png", png)],
    [
      "a picture that calls itself bytes",
      picture(`DATA:application/octet-stream;base64,${gif}`),
      image("image/gif", gif),
    ],
    ["a PDF among pictures", picture(`data:application/pdf;base64,${pdf}`), document(pdf)],
    ["base64 for addresses", picture("data:image/png;base64,_-8"), image("image/png", "/+8=")],
    ["base64 in lines", picture(`data:image/png;base64,AA\nAA`), image("image/png", "AAAA")],
    ["percent signs", picture("data:image/png;base64,AAA%3D"), image("image/png", "AAA=")],
    [
      "an address",
      picture("https://example.com/a", { detail: "high", mime_type: "image/png" }),
      { type: "image", source: { type: "url", url: "https://example.com/a" } },
    ],
    [
      "the address of a PDF",
      picture("https://example.com/a.PDF?x=1#p"),
      { type: "document", source: { type: "url", url: "https://example.com/a.PDF?x=1#p" } },
    ],
    [
      "a PDF file",
      file({ filename: "a.pdf", file_data: `data:application/pdf;base64,${pdf}` }),
      document(pdf, { title: "a.pdf" }),
    ],
    ["a bare PDF", file({ file_data: pdf }), document(pdf)],
    ["a file whose name tells", file({ filename: "a.pdf", file_data: other }), document(other, { title: "a.pdf" })],
    ["a picture among files", file({ filename: "a.pdf", file_data: png }), image("image/png", png)],
    [
      "a text file",
      file({ filename: "a.md", file_data: `data:text/markdown;base64,${hello}` }),
      plain("Grüße.", { title: "a.md" }),
    ],
    ["a bare text", file({ filename: "a.csv", file_data: hello }), plain("Grüße.", { title: "a.csv" })],
    ["a text that is no base64", file({ file_data: "data:application/json,%7B%7D" }), plain("{}")],
    [
      "the address of a file",
      file({ file_id: "https://example.com/a" }),
      { type: "document", source: { type: "url", url: "https://example.com/a" } },
    ],
    [
      "the address of a file with a name",
      file({ file_id: "https://example.com/a", filename: "a.pdf" }),
      { type: "document", source: { type: "url", url: "https://example.com/a" }, title: "a.pdf" },
    ],
    [
      "the address of a file whose name does not tell",
      file({ file_id: "https://example.com/a", filename: "report" }),
      { type: "document", source: { type: "url", url: "https://example.com/a" }, title: "report" },
    ],
    [
      "the address of a picture among files",
      file({ file_id: "https://example.com/a.png" }),
      { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
    ],
    [
      "a file of Anthropic's",
      file({ file_id: "file_011CN", filename: "a.pdf" }),
      { type: "document", source: { type: "file", file_id: "file_011CN" }, title: "a.pdf" },
    ],
    [
      "a picture of Anthropic's",
      file({ file_id: "file_011CN", filename: "a.png" }),
      { type: "image", source: { type: "file", file_id: "file_011CN" } },
    ],
  ])("%s", (_name, part, block) => {
    expect(blocksOf([part])).toEqual([block]);
  });

  test("files of Anthropic's are a feature to be switched on", () => {
    const content = [file({ file_id: "file_011CN" }), file({ file_id: "file_012CN" })];
    const { headers } = ask({ messages: [{ role: "user", content }] });
    expect(headers).toEqual({ "anthropic-beta": "files-api-2025-04-14" });
    expect(ask({ messages: [{ role: "user", content: [file({ file_data: pdf })] }] }).headers).toBeUndefined();
  });

  test.each<[name: string, part: object, refusal: string]>([
    ["a bucket", picture("gs://b/a.png"), "invalid_image_url messages[0].content[0].image_url.url"],
    ["no address", picture("a.png"), "invalid_image_url messages[0].content[0].image_url.url"],
    ["an open address", picture("http://a.example/a.png"), "invalid_image_url messages[0].content[0].image_url.url"],
    ["a data URL without data", picture("data:image/png"), "invalid_image_url messages[0].content[0].image_url.url"],
    ["a bad percent sign", picture("data:text/plain,%"), "invalid_image_url messages[0].content[0].image_url.url"],
    ["no base64", picture("data:image/png;base64,!"), "invalid_base64 messages[0].content[0].image_url.url"],
    ["a HEIC", picture("data:image/heic;base64,AAAA"), "invalid_image_format messages[0].content[0].image_url.url"],
    ["a BMP", picture("https://a.example/a.bmp"), "invalid_image_format messages[0].content[0].image_url.url"],
    [
      "a zip",
      file({ file_data: "data:application/zip;base64,AAAA" }),
      "invalid_value messages[0].content[0].file.file_data",
    ],
    [
      "an empty text",
      file({ file_data: "data:text/plain;base64,IA==" }),
      "invalid_value messages[0].content[0].file.file_data",
    ],
    ["bytes of no kind", file({ file_data: "AAAA" }), "invalid_value messages[0].content[0].file.file_data"],
    ["a file of OpenAI's", file({ file_id: "file-abc" }), "invalid_value messages[0].content[0].file.file_id"],
    ["no file", file({}), "invalid_value messages[0].content[0].file.file_id"],
    [
      "audio",
      { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
      "unsupported_parameter messages[0].content[0]",
    ],
    [
      "a video",
      { type: "video_url", video_url: { url: "https://a.example/a.mp4" } },
      "unsupported_parameter messages[0].content[0]",
    ],
  ])("%s is refused", (_name, part, refusal) => {
    expect(refusalOf({ messages: [{ role: "user", content: [part] }] })).toBe(refusal);
  });

  test.each([
    ["Vertex AI", vertex],
    ["Bedrock", bedrock],
  ])("%s fetches nothing and knows no files", (_name, host) => {
    const refusal = (part: object) => refusalOf({ messages: [{ role: "user", content: [part] }] }, undefined, host);
    const url = "messages[0].content[0].image_url.url";
    expect(refusal(picture("https://a.example/a.png"))).toBe(`invalid_image_url ${url}`);
    expect(refusal(file({ file_id: "file_011CN" }))).toBe("unsupported_parameter messages[0].content[0].file.file_id");
    expect(blocksOf([picture(`data:image/png;base64,${png}`)], undefined, host)).toEqual([image("image/png", png)]);
  });
});
