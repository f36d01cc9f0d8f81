import { describe, expect, test } from "vitest";
import { secret } from "../_canary.ts";
import { says } from "../_setup.ts";
import { databases, digestOf, masterKey, startAdmin } from "./_admin.ts";

/** Makes a key of a text that the whole run is watched for. Its maker sees it, this once, and the watch of the tests does not. */
async function generate(url: string, authorization: string, key: string): Promise<void> {
  const headers = { authorization, "content-type": "application/json", connection: "close" };
  const made = await fetch(`${url}/key/generate`, {
    method: "POST",
    headers,
    body: JSON.stringify({ key, user_id: "a" }),
  });
  expect(made.status).toBe(200);
  expect(await made.json()).toMatchObject({ key });
}

describe.each(databases)("a key on $name", (database) => {
  // `ask` fails where an answer shows a secret, and the gateway's end where its log does.
  test("shows in no answer but the first, and in no log, wherever it was written", async (context) => {
    await database.need(context);
    const { ask, url, post, log } = await startAdmin({ database });
    const key = secret("sk-virtual-key");
    await generate(url, `Bearer ${masterKey}`, key);
    await post({ model: "test-model", ...says("Hi") }, { authorization: `Bearer ${key}` });
    const lines: readonly (readonly [line: string, body?: object | string])[] = [
      [`GET /key/info?key=${key}`],
      ["POST /key/info", `key=${key}`],
      ["POST /key/info", { keys: [key] }],
      ["POST /key/update", { key, rpm_limit: 5 }],
      ["POST /key/block", { key }],
      ["POST /key/unblock", { key }],
      ["GET /key/list?return_full_object=true"],
      ["GET /user/info?user_id=a"],
      [`GET /spend/logs?api_key=${key}`],
      ["GET /spend/keys"],
      ["GET /audit/logs"],
      ["GET /model/info"],
      ["GET /health"],
      // What is wrong with them is told without them.
      ["POST /key/update", { key: `${key}x` }],
      ["POST /key/generate", { key }],
      ["POST /key/regenerate", { key: [key] }],
      [`GET /key/list?user_id=${"x".repeat(300)}`],
      [`POST /key/${key}/regenerate`, { grace_period: "1h" }],
      [`POST //v1/key/${key}/regenerate/`],
      ["POST /key/delete", { keys: [key] }],
    ];
    for (const [line, body] of lines) {
      const headers = typeof body === "string" ? { "content-type": "application/x-www-form-urlencoded" } : {};
      const { status, text } = await ask(line, body, { headers });
      expect([line, status]).not.toEqual([line, 500]);
      if (line === "GET /audit/logs") expect(text).not.toContain(digestOf(key));
    }
    const path = (line: { readonly path?: unknown }): boolean => String(line.path).includes("regenerate");
    expect(await log.until(path)).toMatchObject({ path: expect.stringMatching(/regenerate/) });
  });
});
