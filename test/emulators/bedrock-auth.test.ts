import { createHash, createHmac } from "node:crypto";
import { type BedrockRuntimeServiceException, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, test } from "vitest";
import type { BedrockEmulator, BedrockEmulatorOptions } from "../../src/emulators/bedrock.ts";
import fc from "../_fc.ts";
import { failureOf } from "../_promises.ts";
import { ask, claude, clientOf, credentials, emulate, pathOf, post, region } from "./_bedrock.ts";

const hello = new ConverseCommand({ modelId: claude, messages: [{ role: "user", content: [{ text: "Hi" }] }] });

type Data = string | ArrayBuffer | ArrayBufferView;

const bytesOf = (data: Data): Buffer => {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
};

/** What the maker of signatures hashes with. */
class Sha256 {
  readonly #hash;

  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: Data): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

interface Signing {
  readonly path?: string;
  readonly body?: string;
  readonly signedBody?: string;
  readonly signedPath?: string;
  readonly at?: Date;
  readonly region?: string;
  readonly service?: string;
  readonly unsign?: readonly string[];
}

const body = JSON.stringify(ask("Hi"));

/** Posts a request that is signed with the maker of the SDK's signatures, as the case wants it. */
async function postSigned(emulator: BedrockEmulator, how: Signing = {}) {
  const { path = pathOf(claude), body: sent = body } = how;
  const signer = new SignatureV4({
    credentials,
    region: how.region ?? region,
    service: how.service ?? "bedrock",
    sha256: Sha256,
  });
  const { host, hostname } = new URL(emulator.url);
  const request = {
    method: "POST",
    protocol: "http:",
    hostname,
    path: how.signedPath ?? path,
    query: {},
    headers: { host, "content-type": "application/json" },
    body: how.signedBody ?? sent,
  };
  const options = how.unsign === undefined ? {} : { unsignableHeaders: new Set(how.unsign) };
  const { headers } = await signer.sign(request, { ...(how.at && { signingDate: how.at }), ...options });
  const { host: _host, ...rest } = headers;
  return post(emulator, path, sent, rest);
}

describe("a signature", () => {
  test.each<[string, Signing]>([
    ["of a model with colons", {}],
    [
      "of an ARN with slashes",
      {
        path: pathOf(
          "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0",
        ),
      },
    ],
    ["of letters beyond ASCII", { body: JSON.stringify(ask("Grüße 👋")) }],
    ["made four minutes ago", { at: new Date(Date.now() - 4 * 60_000) }],
    ["of a clock four minutes ahead", { at: new Date(Date.now() + 4 * 60_000) }],
  ])("%s is verified", async (_name, how) => {
    expect(await postSigned(await emulate(), how)).toMatchObject({ status: 200 });
  });

  test("of any model's name and any text is verified", async () => {
    const emulator = await emulate();
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(name, fc.string({ unit: "grapheme" }), async (model, words) => {
        const how = { path: pathOf(`amazon.nova-lite-v1:0/${model}`), body: JSON.stringify(ask(`Say ${words}`)) };
        expect(await postSigned(emulator, how)).toMatchObject({ status: 200 });
      }),
      { numRuns: 60 },
    );
  });

  test.each<[string, Signing, string]>([
    [
      "of another body",
      { signedBody: "{}" },
      "The request signature we calculated does not match the signature you provided.",
    ],
    [
      "of another path",
      { signedPath: pathOf("amazon.nova-lite-v1:0") },
      "The request signature we calculated does not match",
    ],
    [
      "of a path that is escaped once only",
      { signedPath: pathOf(claude).replace("%3A", ":") },
      "The request signature we calculated does not match",
    ],
    ["without the host", { unsign: ["host"] }, "The request signature we calculated does not match"],
    ["of another region", { region: "eu-west-1" }, "Credential should be scoped to a valid region."],
    [
      "of another service",
      { service: "bedrock-runtime" },
      "Credential should be scoped to correct service: 'bedrock'.",
    ],
    ["six minutes old", { at: new Date(Date.now() - 6 * 60_000) }, "Signature expired: "],
    ["of a clock six minutes ahead", { at: new Date(Date.now() + 6 * 60_000) }, "Signature not yet current: "],
  ])("%s is refused", async (_name, how, message) => {
    const posted = await postSigned(await emulate(), how);
    expect([posted.status, posted.body]).toEqual([403, { message: expect.stringContaining(message) }]);
    expect(posted.headers.get("x-amzn-errortype")).toMatch(/^InvalidSignatureException:/);
  });

  test.each<[string, string, string]>([
    ["nothing at all", "", "MissingAuthenticationTokenException"],
    ["another scheme", "Basic YTpi", "MissingAuthenticationTokenException"],
    ["an empty bearer", "Bearer ", "MissingAuthenticationTokenException"],
    ["half a header", "AWS4-HMAC-SHA256 Credential=a/b", "IncompleteSignatureException"],
  ])("%s is refused", async (_name, authorization, type) => {
    const headers: Record<string, string> = authorization === "" ? {} : { authorization };
    const posted = await post(await emulate(), pathOf(claude), ask("Hi"), headers);
    expect([posted.status, posted.headers.get("x-amzn-errortype")?.split(":")[0]]).toEqual([403, type]);
  });
});

describe("the AWS SDK", () => {
  const sessions = { ...credentials, sessionToken: "session" };

  test.each<[string, BedrockEmulatorOptions, object]>([
    ["signs with a key pair", {}, {}],
    ["signs with a session", { credentials: sessions }, { credentials: sessions }],
    [
      "signs as anybody where nobody is known",
      { credentials: undefined },
      { credentials: { accessKeyId: "a", secretAccessKey: "b" } },
    ],
    ["sends an API key", { token: "right" }, { token: { token: "right" }, authSchemePreference: ["httpBearerAuth"] }],
  ])("%s", async (_name, options, client) => {
    const emulator = await emulate("answers: []", options);
    expect((await clientOf(emulator, client).send(hello)).stopReason).toBe("end_turn");
    expect(JSON.stringify(emulator.requests[0]?.headers)).not.toMatch(/secret|right|session"/);
  });

  test.each<[string, BedrockEmulatorOptions, object, string]>([
    ["a wrong secret", {}, { credentials: { ...credentials, secretAccessKey: "other" } }, "InvalidSignatureException"],
    [
      "an unknown key",
      {},
      { credentials: { ...credentials, accessKeyId: "AKIDOTHER" } },
      "UnrecognizedClientException",
    ],
    ["no session", { credentials: sessions }, {}, "UnrecognizedClientException"],
    ["another session", {}, { credentials: sessions }, "UnrecognizedClientException"],
    ["another region", {}, { region: "eu-west-1" }, "InvalidSignatureException"],
    [
      "a wrong API key",
      { token: "right" },
      { token: { token: "wrong" }, authSchemePreference: ["httpBearerAuth"] },
      "AccessDeniedException",
    ],
  ])("is refused with %s", async (_name, options, client, name) => {
    const error = await failureOf(clientOf(await emulate("answers: []", options), client).send(hello));
    expect(error).toMatchObject<Partial<BedrockRuntimeServiceException>>({ name, $fault: "client" });
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 403, requestId: expect.any(String) } });
  });

  test("is let in without anything where nothing is asked for", async () => {
    const emulator = await emulate("answers: []", { auth: "none" });
    expect(await post(emulator, pathOf(claude), ask("Hi"), {})).toMatchObject({ status: 200 });
  });
});
