import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { AuthConfig } from "../../../src/config/config.ts";
import { Secret } from "../../../src/secret.ts";
import { createCredential } from "../../../src/upstream/auth/index.ts";
import { reveal } from "../_servers.ts";
import { deps } from "./_credentials.ts";

const secret = new Secret("s3cret");

test.each<[AuthConfig, Record<string, string>]>([
  [{ kind: "none" }, {}],
  [{ kind: "api_key", key: secret }, { "x-goog-api-key": "s3cret" }],
  [{ kind: "bearer", token: secret }, { authorization: "Bearer s3cret" }],
  [{ kind: "header", name: "X-Custom-Auth", value: secret }, { "x-custom-auth": "s3cret" }],
])("%j: one header object for good, which shows nothing", async (auth, want) => {
  const credential = createCredential(auth, deps);
  const headers = await credential.headers();
  expect(reveal(headers)).toEqual(want);
  expect(credential.headers()).toBe(headers);
  expect(credential.invalidate(headers)).toBe(false);
  expect(JSON.stringify(headers) + inspect(headers)).not.toContain("s3cret");
});
