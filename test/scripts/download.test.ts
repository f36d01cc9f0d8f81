import { createServer, type RequestListener, type Server } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { readSpec } from "../../scripts/spec/load.ts";
import { download } from "../../scripts/spec/readers/download.ts";
import { runScript } from "./_run.ts";

/** A server on loopback that answers as told, gone after the test; its address. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return addressOf(server);
}

function addressOf(server: Server): string {
  const address = server.address();
  return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
}

const limits = { timeoutMs: 5_000, maxBytes: 1_000 };

describe("a description at an address", () => {
  test("is fetched, also through a redirect and in pieces that split a letter", async () => {
    const bytes = Buffer.from("title: Größe");
    const address = await serve((request, response) => {
      if (request.url === "/old.yaml") return response.writeHead(302, { location: "/new.yaml" }).end();
      for (const byte of bytes) response.write(Buffer.from([byte]));
      return response.end();
    });
    expect(await download(`${address}/old.yaml`, limits)).toBe("title: Größe");
  });

  test.each<[string, RequestListener, RegExp]>([
    [
      "is no success",
      (_request, response) => response.writeHead(404).end("no"),
      /^http.+ cannot be read: it answers 404$/,
    ],
    [
      "is too large",
      (_request, response) => response.end("x".repeat(1_001)),
      /cannot be read: it is larger than 1000 bytes$/,
    ],
    ["breaks off", (_request, response) => response.write("x", () => response.destroy()), /cannot be read: /],
  ])("fails clearly when the answer %s", async (_name, answer, message) => {
    const address = await serve(answer);
    await expect(download(address, limits)).rejects.toThrow(message);
  });

  test.each<[string, RequestListener]>([
    ["never comes", () => {}],
    ["never ends", (_request, response) => response.write("openapi:")],
  ])("fails in time when the answer %s", async (_name, answer) => {
    const address = await serve(answer);
    await expect(download(address, { ...limits, timeoutMs: 50 })).rejects.toThrow(
      `${address} cannot be read: no whole answer in 50 ms`,
    );
  });

  test("fails clearly when nobody listens", async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const address = addressOf(gone);
    await new Promise((resolve) => gone.close(resolve));
    await expect(download(address, limits)).rejects.toThrow(/^http:.* cannot be read: .*ECONNREFUSED/);
  });

  test("has to be http", async () => {
    await expect(download("ftp://example.com/api.yaml")).rejects.toThrow("is neither http nor https");
  });
});

describe("check:specs beside an address", () => {
  test("compares with what is there", async () => {
    const upstream = readSpec("emulator");
    const address = await serve((_request, response) => response.end(JSON.stringify(upstream)));
    const args = ["--spec", "emulator", "--upstream", `${address}/api.json`, "--root", "Script=Script"];
    const { code, stdout } = await runScript("check-specs.ts", args);
    expect(stdout).toMatch(/^emulator beside api\.json: \d+ places compared, 0 intended differences, 0 others/);
    expect(code).toBe(0);
  });

  test("says why it cannot", async () => {
    const address = await serve((_request, response) => response.writeHead(500).end());
    const { code, stderr } = await runScript("check-specs.ts", ["--spec", "openai", "--upstream", address]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${address} cannot be read: it answers 500`);
  });
});
