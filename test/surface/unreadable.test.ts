import { once } from "node:events";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { createUnreadable } from "../../src/surface/unreadable.ts";
import { captureLog } from "../_log.ts";
import { chatOnWire, head, rawClient } from "../_raw.ts";
import { says, startGateway } from "../_setup.ts";

test("what is no request is answered in OpenAI's words, and stands in the log", async () => {
  const gateway = await startGateway();
  const client = await rawClient(gateway.url);
  client.socket.write("Hello?\r\n\r\n");
  await client.closed;
  const [head = "", body = ""] = client.text().split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(JSON.parse(body)).toEqual({
    error: { message: "The request is not valid HTTP/1.1.", type: "invalid_request_error", param: null, code: null },
  });
  const line = await gateway.log.until(({ msg }) => msg === "unreadable request");
  expect(line).toMatchObject({ level: 30, status: 400, error: "invalid_request", reason: "HPE_INVALID_METHOD" });
  expect(head).toContain(`x-request-id: ${line.request_id}`);
});

test("within an answer nothing is added to it: the connection ends, and the upstream's work", async () => {
  const gateway = await startGateway({ script: "answers: [{ words: 3000, chunks: 300, delay: { between: 20ms } }]" });
  const client = await rawClient(gateway.url);
  client.socket.write(chatOnWire({ stream: true, ...says("hi") }));
  await client.until("data: ");
  client.socket.write("Hello?\r\n\r\n");
  await client.closed;
  expect(client.text().match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(client.text()).not.toContain("[DONE]");
  await gateway.upstream.untilAborted();
  expect(await gateway.log.until(({ msg }) => msg === "request")).toMatchObject({ status: 499 });
  expect(gateway.log.text()).not.toContain("unreadable");
});

test("after an answer the next request on the connection is answered by itself", async () => {
  const gateway = await startGateway();
  const client = await rawClient(gateway.url);
  client.socket.write(chatOnWire(says("hi")));
  await client.until("You said: hi.");
  client.socket.write("Hello?\r\n\r\n");
  await client.closed;
  expect(client.text().match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 400"]);
});

test.each([
  ["within its chunks", `${head({ "transfer-encoding": "chunked" })}10\r\n{"model"`],
  ["within its length", `${head({ "content-length": 100 })}{"model"`],
  ["within its headers", "POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\n"],
])("a request that ends %s: a client that still listens hears so", async (_name, bytes) => {
  const gateway = await startGateway();
  const client = await rawClient(gateway.url);
  client.socket.end(bytes);
  await client.closed;
  expect(client.text()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(client.text()).toContain('{"error":{"message":"The request ended before it was complete."');
  expect(await gateway.log.until(({ msg }) => msg === "unreadable request")).toMatchObject({
    level: 30,
    error: "invalid_request",
    reason: "HPE_INVALID_EOF_STATE",
  });
  expect(gateway.upstream.requests).toHaveLength(0);
});

test("a client that is cut off is nobody's mistake: no answer, no line", async () => {
  const gateway = await startGateway();
  const client = await rawClient(gateway.url);
  client.socket.write("POST /v1/chat/completions HTTP/1.1\r\n");
  client.socket.resetAndDestroy();
  await gateway.get("/health");
  expect(gateway.log.text()).not.toContain("unreadable");
});

test("a request that does not arrive in time is a 408, which clients try again", async () => {
  const log = captureLog({ level: "info", format: "json" });
  const server = createServer({ requestTimeout: 30, headersTimeout: 30, connectionsCheckingInterval: 10 });
  server.on("clientError", createUnreadable({ log: log.logger, randomId: () => "1" }).onClientError);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const client = await rawClient(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  client.socket.write("POST / HTTP/1.1\r\nhost: x\r\n");
  await client.closed;
  expect(client.text()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(client.text()).toContain('"message":"The request did not arrive in time."');
  expect(log.lines[0]).toMatchObject({ level: 30, status: 408, error: "request_timeout", request_id: "req_1" });
});
