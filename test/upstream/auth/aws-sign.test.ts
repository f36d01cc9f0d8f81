import { createHash, createHmac } from "node:crypto";
import {
  BedrockRuntimeClient,
  ConverseCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { Agent } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";
import { bedrock } from "../../../src/providers/bedrock.ts";
import type { PreparedCall } from "../../../src/providers/provider.ts";
import { Secret } from "../../../src/secret.ts";
import { createAwsHandler } from "../../../src/upstream/auth/aws-network.ts";
import { type AwsKeys, signRequest } from "../../../src/upstream/auth/aws-sign.ts";
import fc from "../../_fc.ts";
import { configOf } from "../../config/_load.ts";
import { reveal, type Seen, startUpstream } from "../_servers.ts";

const region = "eu-central-1";
const dispatcher = new Agent();

interface PlainKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const sealed = ({ accessKeyId, secretAccessKey, sessionToken }: PlainKeys): AwsKeys => ({
  accessKeyId: new Secret(accessKeyId),
  secretAccessKey: new Secret(secretAccessKey),
  sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
});

const anyKeys: fc.Arbitrary<PlainKeys> = fc
  .record({
    accessKeyId: fc.stringMatching(/^A(?:KI|SI)A[A-Z2-7]{16}$/),
    secretAccessKey: fc.stringMatching(/^[A-Za-z0-9+/]{40}$/),
    token: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{20,80}$/), { nil: undefined }),
  })
  .map(({ token, ...keys }) => (token === undefined ? keys : { ...keys, sessionToken: token }));

/** Ids of Claude as Bedrock has them: of models, of profiles, and ARNs of both. */
const anyModel: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(
      "",
      "us.",
      "apac.",
      "global.",
      "arn:aws:bedrock:eu-central-1::foundation-model/",
      "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.",
      "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:provisioned-model/",
    ),
    fc.stringMatching(/^[a-zA-Z0-9._:/-]{1,30}$/),
    fc.constantFrom("", ":0", "-v1:0", ":200k", " ", "+", "%2F", "$(x)", "é", "a/b/c", "*'!"),
  )
  .map(([place, name, end]) => `${place}anthropic.claude-${name}${end}`);

const anyText = fc.string({ unit: "grapheme", maxLength: 60 });

/** Where our own call goes, for a provider at this origin. */
function callFor(baseUrl: string, model: string, more = ""): { unary: PreparedCall; stream: PreparedCall } {
  const text = `providers: { b: { type: bedrock, region: ${region}, base_url: "${baseUrl}" ${more} } }\nmodels: { m: b/x }`;
  const [provider] = configOf(text).providers;
  const calls = provider && bedrock.prepare(provider, model, "chat");
  if (calls === undefined) throw new Error(`no call for ${model}`);
  return calls;
}

/** A header's value, where there is one. */
const headerOf = ({ headers }: Seen, name: string): string => String(headers[name]);

/** When a request was signed, by its own word. */
function signedAtMs(seen: Seen): number {
  return Date.parse(
    headerOf(seen, "x-amz-date").replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
}

/** Takes headers out that change from try to try and that we do not send: they are signed too where they are. */
const leaveOut =
  <Args extends { readonly request: unknown }, Result>(next: (args: Args) => Promise<Result>) =>
  (args: Args): Promise<Result> => {
    const headers = Object(Reflect.get(Object(args.request), "headers"));
    for (const name of Object.keys(headers)) {
      if (!/^(?:host|content-type|x-amz(?!-user-agent).*)$/i.test(name)) Reflect.deleteProperty(headers, name);
    }
    return next(args);
  };

/** A client of AWS's own before a server that keeps what it is asked. */
async function startClient(keys: PlainKeys) {
  const upstream = await startUpstream((response) => response.writeHead(400).end("{}"));
  // Its own way to the network is HTTP/2, which a plain server does not speak.
  const requestHandler = createAwsHandler(dispatcher, AbortSignal.timeout(30_000));
  const client = new BedrockRuntimeClient({
    region,
    endpoint: upstream.origin,
    credentials: { ...keys },
    maxAttempts: 1,
    requestHandler,
  });
  client.middlewareStack.addRelativeTo(leaveOut, {
    relation: "before",
    toMiddleware: "httpSigningMiddleware",
    name: "leaveOut",
  });
  onTestFinished(() => client.destroy());
  return { upstream, client };
}

/** The last request, which the client took for refused. */
async function seenOf(upstream: { readonly seen: readonly Seen[] }, sent: Promise<unknown>): Promise<Seen> {
  await sent.catch(() => undefined);
  const seen = upstream.seen.at(-1);
  if (seen === undefined) throw new Error("nothing was sent");
  return seen;
}

/** What our signer adds to the same request, at the same moment. */
async function oursFor(seen: Seen, call: PreparedCall, keys: PlainKeys): Promise<Record<string, string>> {
  const body = Buffer.from(seen.body, "utf8");
  return reveal(await signRequest(sealed(keys), { call, body, region, nowMs: signedAtMs(seen) }));
}

const names = ["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];

function picked(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]]));
}

describe("beside AWS's own client, on the wire", () => {
  test("InvokeModel: the same path and the same signature, for any model, body and keys", async () => {
    await fc.assert(
      fc.asyncProperty(anyModel, anyText, anyKeys, async (modelId, body, keys) => {
        const { upstream, client } = await startClient(keys);
        const command = new InvokeModelCommand({ modelId, body, contentType: "application/json" });
        const seen = await seenOf(upstream, client.send(command));
        const call = callFor(upstream.origin, modelId).unary;
        expect(call.path).toBe(seen.url);
        expect(await oursFor(seen, call, keys)).toEqual(picked(seen.headers));
      }),
      { numRuns: 120 },
    );
  });

  test("InvokeModelWithResponseStream, with a guardrail", async () => {
    const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
    const { upstream, client } = await startClient(keys);
    const modelId = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-opus-4-8";
    const command = new InvokeModelWithResponseStreamCommand({
      modelId,
      body: '{"a":"grüße"}',
      contentType: "application/json",
      guardrailIdentifier: "gr-1",
      guardrailVersion: "2",
      trace: "ENABLED_FULL",
    });
    const seen = await seenOf(upstream, client.send(command));
    const guardrail = ', guardrail: { identifier: gr-1, version: "2", trace: enabled_full }';
    const call = callFor(upstream.origin, modelId, guardrail).stream;
    expect(call.path).toBe(seen.url);
    expect(call.headers).toMatchObject({
      "x-amzn-bedrock-guardrailidentifier": "gr-1",
      "x-amzn-bedrock-guardrailversion": "2",
      "x-amzn-bedrock-trace": "ENABLED_FULL",
    });
    expect(await oursFor(seen, call, keys)).toEqual(picked(seen.headers));
  });

  test("Converse is signed alike", async () => {
    const keys = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "wJalrXUtnFEMI", sessionToken: "FwoGZXIvYXdzE+/=" };
    const { upstream, client } = await startClient(keys);
    const command = new ConverseCommand({ modelId: "amazon.nova-pro-v1:0", messages: [] });
    const seen = await seenOf(upstream, client.send(command));
    const call = {
      origin: upstream.origin,
      path: seen.url,
      headers: { "content-type": headerOf(seen, "content-type") },
    };
    expect(await oursFor(seen, call, keys)).toEqual(picked(seen.headers));
  });
});

const hash = (text: string | Buffer): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

interface Request {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The signature by the words of AWS's page, without any library. */
function byHand({ path, headers, body }: Request, keys: PlainKeys, date: string): string {
  const names = Object.keys(headers).sort();
  const canonical = [
    "POST",
    path.split("/").map(escaped).join("/"),
    "",
    ...names.map((name) => `${name}:${headers[name]?.trim().replaceAll(/\s+/g, " ")}`),
    "",
    names.join(";"),
    hash(body),
  ].join("\n");
  const day = date.slice(0, 8);
  const scope = `${day}/${region}/bedrock/aws4_request`;
  const key = [day, region, "bedrock", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope, hash(canonical)].join("\n")).toString("hex");
  return `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
}

describe("by the words of the page", () => {
  const nowMs = Date.UTC(2026, 1, 3, 4, 5, 6);
  const date = "20260203T040506Z";

  test("any request, by a clock that stands", async () => {
    await fc.assert(
      fc.asyncProperty(anyModel, anyText, anyKeys, fc.boolean(), async (model, body, keys, asBytes) => {
        const call = callFor("https://vpce-1.bedrock-runtime.eu-central-1.vpce.amazonaws.com/prefix", model).unary;
        const sent = asBytes ? Buffer.from(body) : body;
        const added = reveal(await signRequest(sealed(keys), { call, body: sent, region, nowMs }));
        const headers = {
          host: "vpce-1.bedrock-runtime.eu-central-1.vpce.amazonaws.com",
          "content-type": "application/json",
          "x-amz-content-sha256": hash(body),
          "x-amz-date": date,
          ...(keys.sessionToken === undefined ? {} : { "x-amz-security-token": keys.sessionToken }),
        };
        const { host: _host, "content-type": _type, ...rest } = headers;
        expect(added).toEqual({ ...rest, authorization: byHand({ path: call.path, headers, body }, keys, date) });
      }),
      { numRuns: 300 },
    );
  });

  test("a model's name is encoded once on the wire, and once more where it is signed", () => {
    const { unary, stream } = callFor("https://h.example", "arn:aws:bedrock:eu-central-1:1:x/anthropic.claude-3:0");
    const name = "arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Ax%2Fanthropic.claude-3%3A0";
    expect(unary.path).toBe(`/model/${name}/invoke`);
    expect(stream.path).toBe(`/model/${name}/invoke-with-response-stream`);
    expect(unary.path.split("/").map(escaped).join("/")).toContain("arn%253Aaws%253Abedrock");
  });

  test("a port is part of the host, and headers of others are left out", async () => {
    const keys = { accessKeyId: "A", secretAccessKey: "s" };
    const headers = { "content-type": "application/json", "x-team": "red", "x-amz-foo": "1", "x-amzn-trace-id": "r" };
    const call = { origin: "http://127.0.0.1:8", path: "/model/x/invoke", headers };
    const { authorization } = reveal(await signRequest(sealed(keys), { call, body: "{}", region, nowMs }));
    const signed = {
      host: "127.0.0.1:8",
      "content-type": "application/json",
      "x-amz-content-sha256": hash("{}"),
      "x-amz-date": date,
      "x-amz-foo": "1",
    };
    expect(authorization).toBe(byHand({ path: call.path, headers: signed, body: "{}" }, keys, date));
  });
});
