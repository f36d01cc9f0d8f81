import { describe, expect, test } from "vitest";
import { rawClient } from "../_raw.ts";
import { startGateway } from "../_setup.ts";
import { ask, type Reply } from "./_ask.ts";
import { completion, get, named, path, post, type Row, streamed } from "./_row.ts";
import { surface } from "./_surface.ts";
import { misc, models } from "./_surface-models.ts";
import { refusals } from "./_surface-refusals.ts";

/** What a row of the table says, to be seen beside it. */
const shown = ({ ask: { method = "POST", path: where = "" } }: Row): string => `${method} ${where}`;

describe("openai-surface.md", () => {
  const all = [...surface, ...refusals, ...models, ...misc].map((row) => ({ ...row, shown: shown(row) }));

  test.each(all)("§$section, $rule: $shown is $status", async (row) => {
    const gateway = await startGateway({ routes: row.routes ?? "", script: row.script ?? "answers: []" });
    const answer = await ask(gateway, row.ask);
    expect(answer.status).toBe(row.status);
    for (const [name, wanted] of Object.entries(row.headers ?? {})) expectHeader(answer, name, wanted);
    if (row.body !== undefined) expect(answer.body).toMatchObject(row.body);
    if (row.text !== undefined) expect(answer.text).toBe(row.text);
  });
});

function expectHeader({ headers: sent }: Reply, name: string, wanted: string | RegExp | null): void {
  const value = sent.get(name);
  if (wanted instanceof RegExp) expect(value).toMatch(wanted);
  else expect(value).toBe(wanted);
}

/** A list of models of more than a hundred kilobytes. */
const many = (): string => {
  const lines = Array.from({ length: 2000 }, (_, at) => `  model-number-${at}: vertex/gemini-2.5-flash`);
  return `models:\n  test-model: vertex/gemini-2.5-flash\n${lines.join("\n")}\n`;
};

describe("a long answer", () => {
  test("arrives whole, compressed on its way, and is logged when it has", async () => {
    const gateway = await startGateway(many());
    const plain = await ask(gateway, get("/v1/models", { "accept-encoding": "identity" }));
    expect(plain.headers.get("content-encoding")).toBeNull();
    const packed = await ask(gateway, get("/v1/models", { "accept-encoding": "gzip", "x-request-id": "packed" }));
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    expect(packed.text).toBe(plain.text);
    expect(plain.text.length).toBeGreaterThan(100_000);
    expect(await gateway.log.until((line) => line.request_id === "packed")).toMatchObject({ status: 200, level: 30 });
  });

  test("to a client that leaves is over", async () => {
    const gateway = await startGateway(many());
    const client = await rawClient(gateway.url);
    client.socket.write("GET /v1/models HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\nx-request-id: left\r\n\r\n");
    client.socket.destroy();
    await gateway.log.until((line) => line.request_id === "left");
  });

  test("of a model is compressed too", async () => {
    const gateway = await startGateway({ script: "answers: [{ words: 1000 }]" });
    const { headers: sent, body: answer } = await ask(gateway, post(path, { "accept-encoding": "gzip" }));
    expect(sent.get("content-encoding")).toBe("gzip");
    expect(answer).toMatchObject(completion);
  });
});

test("a request counts as what it asks for, however its path is written", async () => {
  const gateway = await startGateway(named);
  const written = ["/v1/chat/completions", "//v1/chat/completions/", "/openai/deployments/llama3:8b/chat/completions"];
  for (const where of written) await ask(gateway, post(where));
  for (const where of ["/v1/models", "/models/", "/v1/models/google%2Fgemini-2.5-pro"]) await ask(gateway, get(where));
  const count = (text: string, operation: string): number => {
    const lines = text.matchAll(new RegExp(`^specgate_requests_total\\{.*operation="${operation}".*\\} (\\d+)$`, "gm"));
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
  };
  // A request is counted after its answer has left.
  await gateway.log.until(({ path: where }) => where === "/v1/models/google%2Fgemini-2.5-pro");
  const { text } = await ask(gateway, get("/metrics"));
  expect([count(text, "chat"), count(text, "models"), count(text, "other")]).toEqual([3, 3, 0]);
});

describe("the log", () => {
  test("says how long the first byte took, and the header says the same", async () => {
    const gateway = await startGateway({ script: "answers: [{ text: Late., delay: { headers: 80ms } }]" });
    const { headers: sent } = await ask(gateway, post(path));
    const waited = Number(sent.get("openai-processing-ms"));
    expect(waited).toBeGreaterThanOrEqual(75);
    const line = await gateway.log.until(({ msg }) => msg === "request");
    expect(Math.abs(Number(Reflect.get(line, "first_byte_ms")) - waited)).toBeLessThanOrEqual(0.6);
  });

  test("says of a stream when it began and when it ended", async () => {
    const gateway = await startGateway({ script: "answers: [{ words: 40, chunks: 4, delay: { between: 40ms } }]" });
    await ask(gateway, { path, body: streamed });
    const line = await gateway.log.until(({ msg }) => msg === "request");
    expect(Number(Reflect.get(line, "ms")) - Number(Reflect.get(line, "first_byte_ms"))).toBeGreaterThan(75);
  });
});
