import { expect, test } from "vitest";
import type { AuthConfig } from "../../../src/config/config.ts";
import { Secret } from "../../../src/secret.ts";
import { createCredential } from "../../../src/upstream/auth/index.ts";
import { expectHidden, secret } from "../../_canary.ts";
import { reveal } from "../_servers.ts";
import { deps } from "./_credentials.ts";

const sealed = new Secret(secret("sealed"));

test.each<[AuthConfig, Record<string, string>]>([
  [{ kind: "none" }, {}],
  [{ kind: "api_key", key: sealed }, { "x-goog-api-key": secret("sealed") }],
  [{ kind: "bearer", token: sealed }, { authorization: `Bearer ${secret("sealed")}` }],
  [{ kind: "header", name: "X-Custom-Auth", value: sealed }, { "x-custom-auth": secret("sealed") }],
])("%j: one header object for good, which shows nothing", async (auth, want) => {
  const credential = createCredential(auth, deps);
  const headers = await credential.headers();
  expect(reveal(headers)).toEqual(want);
  expect(credential.headers()).toBe(headers);
  expect(credential.invalidate(headers)).toBe(false);
  expectHidden(headers);
});
