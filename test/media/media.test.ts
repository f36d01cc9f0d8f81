import { describe, expect, test } from "vitest";
import { anthropic } from "../../src/dialects/anthropic/index.ts";
import { compileAudit } from "../../src/dialects/audit.ts";
import type { Facts } from "../../src/dialects/dialect.ts";
import { gemini } from "../../src/dialects/gemini/index.ts";
import { GatewayError } from "../../src/errors.ts";
import { createMedia, type MediaPlace } from "../../src/media/media.ts";
import type { ChatRequest } from "../../src/operations/types.ts";
import { startGateway } from "../_setup.ts";
import { sendWhole } from "../upstream/_openai-raw.ts";
import { startUpstream } from "../upstream/_servers.ts";

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=",
  "base64",
);
const image = (url: string) => ({ type: "image_url", image_url: { url } }) as const;
const pdf = (url: string) => ({ type: "file", file: { file_id: url, filename: "a.pdf" } }) as const;
type Part = ReturnType<typeof image> | ReturnType<typeof pdf> | { readonly type: "text"; readonly text: string };

const ask = (...content: Part[]): ChatRequest => ({ model: "m", messages: [{ role: "user", content }] });

function placeOf(dialect: typeof anthropic, host: string, upstreamModel: string, fetchMedia = true): MediaPlace {
  return { dialect, host, upstreamModel, deployment: { family: undefined, fetchMedia } };
}

const claudeOnVertex = placeOf(anthropic, "vertex-anthropic", "claude-sonnet-4-5@20250929");
const claude = placeOf(anthropic, "anthropic", "claude-sonnet-4-5");
const oldGemini = placeOf(gemini, "gemini", "gemini-2.0-flash");
const geminiOnVertex = placeOf(gemini, "vertex", "gemini-2.5-flash");

type Stored = Readonly<Record<string, { readonly mediaType: string; readonly bytes: Buffer } | Error>>;

/** What a place would send upstream, and the addresses that were fetched for it. */
async function send(request: ChatRequest, place: MediaPlace, stored: Stored, places: readonly MediaPlace[] = [place]) {
  const fetched: string[] = [];
  const ended: number[] = [];
  const media = createMedia<undefined>(() => ({
    fetch: async (url) => {
      fetched.push(url);
      const found = stored[url];
      if (found === undefined || found instanceof Error)
        throw found ?? new Error("the server answered with status 404");
      return found;
    },
    end: () => void ended.push(fetched.length),
  }));
  const chat = place.dialect.operations.chat;
  if (chat === undefined) throw new Error("no chat");
  const servedBy = () => ({ operation: chat, audit: compileAudit(chat.fates) });
  const serving = (await media(request, places, undefined))?.serving(servedBy) ?? servedBy;
  const { upstreamModel, host } = place;
  const facts: Facts = { upstreamModel, host, responseModel: "m", callId: "1", createdSec: 0 };
  const open = () => serving(place)?.operation.open(request, facts, "unary").body;
  return { fetched, ended, open };
}

const a = "http://pictures.example/a.png";
const b = "https://pictures.example/b";
const stored: Stored = {
  [a]: { mediaType: "image/png", bytes: png },
  [b]: { mediaType: "", bytes: png },
  "https://a.example/a.pdf": { mediaType: "application/pdf", bytes: Buffer.from("%PDF-1.7 a") },
  "https://a.example/page.png": { mediaType: "text/html", bytes: Buffer.from("<p>Not found</p>") },
  "https://a.example/empty.png": { mediaType: "image/png", bytes: Buffer.alloc(0) },
};
const block = { type: "image", source: { type: "base64", media_type: "image/png", data: png.toString("base64") } };

describe("what an upstream does not fetch", () => {
  test("is fetched once each and sent as bytes", async () => {
    const request = ask({ type: "text", text: "Hi." }, image(a), image(b), image(a), pdf("https://a.example/a.pdf"));
    const { fetched, ended, open } = await send(request, claudeOnVertex, stored);
    expect([...fetched].sort()).toEqual([a, "https://a.example/a.pdf", b].sort());
    expect(ended).toEqual([3]);
    const data = Buffer.from("%PDF-1.7 a").toString("base64");
    const document = { type: "document", source: { type: "base64", media_type: "application/pdf", data } };
    expect(open()).toMatchObject({
      messages: [{ content: [{ type: "text", text: "Hi." }, block, block, block, document] }],
    });
    expect(request).toEqual(
      ask({ type: "text", text: "Hi." }, image(a), image(b), image(a), pdf("https://a.example/a.pdf")),
    );
  });

  test("is fetched in what a tool showed too", async () => {
    const request: ChatRequest = {
      model: "m",
      messages: [
        { role: "user", content: "Look." },
        { role: "assistant", tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }] },
        { role: "tool", tool_call_id: "c", content: [image(a)] },
      ],
    };
    const { open } = await send(request, claudeOnVertex, stored);
    expect(JSON.stringify(open())).toContain(png.toString("base64"));
  });

  test.each([
    ["Claude at Anthropic takes https", claude, b, []],
    ["and no http", claude, a, [a]],
    ["Gemini on Vertex AI takes any", geminiOnVertex, a, []],
    ["the oldest of the Developer API take none", oldGemini, b, [b]],
    ["but videos of YouTube", oldGemini, "https://youtu.be/abc", []],
    [
      "where it is not switched on nothing is",
      { ...claudeOnVertex, deployment: { family: undefined, fetchMedia: false } },
      b,
      [],
    ],
  ] as const)("depends on it: %s", async (_name, place, url, want) => {
    const { fetched } = await send(ask(image(url)), place, stored);
    expect(fetched).toEqual(want);
  });

  test("is fetched for the place that needs it alone", async () => {
    const { fetched, open } = await send(ask(image(b)), claude, stored, [claude, claudeOnVertex]);
    expect(fetched).toEqual([b]);
    expect(open()).toMatchObject({ messages: [{ content: [{ type: "image", source: { type: "url", url: b } }] }] });
  });

  test.each([
    ["https://a.example/none.png", "could not be fetched: the server answered with status 404."],
    ["https://a.example/page.png", "is of type 'text/html', which is neither a picture nor a video."],
    ["https://a.example/empty.png", "could not be fetched: it is empty."],
  ])("fails the request by name where it cannot be had: %s", async (url, why) => {
    const { open } = await send(ask({ type: "text", text: "Hi." }, image(url)), claudeOnVertex, stored);
    const param = "messages[0].content[1].image_url.url";
    expect(open).toThrow(
      expect.objectContaining({ errorName: "invalid_image_url", param, message: `'${param}' ${why}` }),
    );
  });

  test("is to be asked for again where others fetch too much", async () => {
    const overloaded = new GatewayError("overloaded", "Too much.");
    const { open } = await send(ask({ type: "text", text: "Hi." }, image(a)), claudeOnVertex, { [a]: overloaded });
    const param = "messages[0].content[1].image_url.url";
    const message = `'${param}' could not be fetched: too much is being fetched at this moment; try again.`;
    expect(open).toThrow(expect.objectContaining({ errorName: "overloaded", status: 503, param, message }));
  });

  test("is no more than so many addresses", async () => {
    const urls = Array.from({ length: 25 }, (_, i) => `https://a.example/${i}.png`);
    const all = Object.fromEntries(urls.map((url) => [url, { mediaType: "image/png", bytes: png }]));
    const { fetched, open } = await send(ask(...urls.map(image)), claudeOnVertex, all);
    expect(fetched).toHaveLength(20);
    expect(open).toThrow(
      "'messages[0].content[20].image_url.url' could not be fetched: a request may hold 20 addresses",
    );
  });

  test("is no more than so many bytes", async () => {
    const large = { mediaType: "image/png", bytes: Buffer.alloc(20 * 1024 * 1024, 1) };
    const urls = Array.from({ length: 4 }, (_, i) => `https://a.example/${i}.png`);
    const all = Object.fromEntries(urls.map((url) => [url, large]));
    const { open } = await send(ask(...urls.map(image)), claudeOnVertex, all);
    expect(open).toThrow("all together are larger than 50 MB");
  });

  test("ends the request where its client has left", async () => {
    let ended = 0;
    const gone = new GatewayError("client_closed_request", "Gone.");
    const media = createMedia<undefined>(() => ({ fetch: () => Promise.reject(gone), end: () => void ended++ }));
    await expect(media(ask(image(a)), [claudeOnVertex], undefined)).rejects.toThrow("Gone.");
    expect(ended).toBe(1);
  });
});

const busy = JSON.stringify({ error: { message: "Busy.", type: "server_error", code: null, param: null } });

describe("through the gateway", () => {
  const routes = (settings: string) => `
models:
  test-model: { deployments: [vertex/claude-sonnet-4-5@20250929], conformance: enforce${settings} }
`;
  const parts = (url: string) => ({ model: "test-model", messages: [{ role: "user", content: [image(url)] }] });

  test("an address that is not public is refused by name, and nobody is asked", async () => {
    const inner = await startUpstream((response) => response.writeHead(200, { "content-type": "image/png" }).end(png));
    const { post, upstream } = await startGateway(routes(", fetch_media: true"));
    const { status, body } = await post(parts(`${inner.origin}/a.png`));
    expect([status, body]).toMatchObject([
      400,
      {
        error: {
          code: "invalid_image_url",
          param: "messages[0].content[0].image_url.url",
          message: "'messages[0].content[0].image_url.url' could not be fetched: its address is not public.",
        },
      },
    ]);
    expect(inner.seen).toEqual([]);
    expect(upstream.requests).toEqual([]);
  });

  test.each([
    ["the last", "[first/x, up/claude-sonnet-4-5@20250929]", 503, "Busy."],
    ["one that is not the last", "[first/x, up/claude-sonnet-4-5@20250929, last/x]", 200, undefined],
  ])("a deployment that cannot have it hides no failure before it: %s", async (_name, deployments, status, message) => {
    const first = await startUpstream((response) => sendWhole(response, busy, 503));
    const last = await startUpstream((response) => sendWhole(response));
    const { post } = await startGateway({
      providers: `
providers:
  first: { type: openai, base_url: "\${FIRST}/v1", auth: none }
  last: { type: openai, base_url: "\${LAST}/v1", auth: none }
  up: { type: vertex, project: p, location: us-central1, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } }
`,
      routes: `models: { test-model: { deployments: ${deployments}, fetch_media: true } }`,
      env: { FIRST: first.origin, LAST: last.origin },
      planned: ["overloaded"],
    });
    const answered = await post(parts("http://127.0.0.1/a.png"));
    expect(answered.status).toBe(status);
    if (message !== undefined) expect(answered.body).toMatchObject({ error: { message } });
  });

  test("without the setting nothing is fetched", async () => {
    const inner = await startUpstream((response) => response.writeHead(200, { "content-type": "image/png" }).end(png));
    const { post } = await startGateway(routes(""));
    const { status, body } = await post(parts(`${inner.origin}/a.png`));
    expect([status, body]).toMatchObject([400, { error: { code: "invalid_image_url" } }]);
    expect(JSON.stringify(body)).toContain("does not fetch");
    expect(inner.seen).toEqual([]);
  });
});
