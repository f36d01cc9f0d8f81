import { describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { createRouter, type Router } from "../../src/routing/resolve.ts";
import { says, startGateway } from "../_setup.ts";
import { configOf } from "../config/_load.ts";

interface Prepared {
  readonly name: string;
  readonly weight: number;
}

const routes = `
server: { default_model: fast }
providers:
  a: { type: vertex, project: p, location: global, auth: none, base_url: "http://a.example" }
  b: { type: vertex, project: p, location: global, auth: none, base_url: "http://b.example" }
models:
  fast: a/gemini-2.5-flash
  both: { deployments: [a/one, b/two] }
  spread: { strategy: weighted, deployments: [{ use: a/one, weight: 1 }, { use: b/two, weight: 3 }] }
  "google/*": a/*
  "google/pro-*": b/gemini-2.5-pro-*
  "fixed/*": b/always-this
aliases: { gpt-4o: both, gpt-4: gpt-4o, house: google/gemini-2.0-flash }
`;

function routerOf(text = routes): Router<Prepared> {
  return createRouter(configOf(text), ({ provider, weight }, upstreamModel) => ({
    name: `${provider.name}/${upstreamModel}`,
    weight,
  }));
}

const targetsOf = (router: Router<Prepared>, name: unknown, chance = 0): readonly string[] =>
  router.resolve(name, chance).targets.map((target) => target.name);

function refusalOf(name: unknown, text = routes): GatewayError {
  try {
    routerOf(text).resolve(name, 0);
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
  throw new Error("it was found");
}

describe("a model's name", () => {
  test.each<[string, unknown, readonly string[]]>([
    ["is looked up", "fast", ["a/gemini-2.5-flash"]],
    ["may stand for several deployments, in the order of the file", "both", ["a/one", "b/two"]],
    ["may be an alias", "gpt-4o", ["a/one", "b/two"]],
    ["may be an alias of an alias", "gpt-4", ["a/one", "b/two"]],
    ["may be an alias that a wildcard serves", "house", ["a/gemini-2.0-flash"]],
    ["may match a wildcard", "google/gemini-3-flash", ["a/gemini-3-flash"]],
    ["matches the longest wildcard", "google/pro-002", ["b/gemini-2.5-pro-002"]],
    ["may match a wildcard whose model does not vary", "fixed/whatever", ["b/always-this"]],
    ["may be absent where there is a default", undefined, ["a/gemini-2.5-flash"]],
    ["may be null where there is a default", null, ["a/gemini-2.5-flash"]],
    ["may be empty where there is a default", "", ["a/gemini-2.5-flash"]],
  ])("%s", (_name, name, targets) => {
    const router = routerOf();
    expect(targetsOf(router, name)).toEqual(targets);
    expect(targetsOf(router, name)).toEqual(targets);
  });

  test("is kept as the client said it", () => {
    const router = routerOf();
    expect(router.resolve("gpt-4", 0)).toMatchObject({ requestedModel: "gpt-4", model: { name: "both" } });
    expect(router.resolve("google/x", 0)).toMatchObject({ requestedModel: "google/x", model: { name: "google/*" } });
    expect(router.resolve(undefined, 0).requestedModel).toBe("fast");
  });

  test("that nobody serves is refused with those that somebody does", () => {
    const refusal = refusalOf("gpt-9");
    expect(refusal.status).toBe(404);
    expect(refusal.toEnvelope().error).toEqual({
      message:
        "The model `gpt-9` does not exist or you do not have access to it. Did you mean `gpt-4`? Models here: fast, both, spread, gpt-4o, gpt-4, house, google/pro-*, google/*, fixed/*.",
      type: "invalid_request_error",
      param: null,
      code: "model_not_found",
    });
  });

  test.each(["FAST", "fast ", "googl", "__proto__", "constructor", "toString"])("%s is nobody's", (name) => {
    expect(refusalOf(name).errorName).toBe("model_not_found");
  });

  test.each([
    ["fats", "fast"],
    ["Gpt_4o", "gpt-4o"],
    ["something-else", undefined],
  ])("%s is near to %s", (name, near) => {
    const { message } = refusalOf(name);
    expect(/Did you mean `(.*?)`\?/.exec(message)?.[1]).toBe(near);
  });

  test("is refused with twenty others at most", () => {
    const models = Array.from({ length: 25 }, (_, at) => `  m${at}: a/x`).join("\n");
    const provider = 'a: { type: vertex, project: p, location: global, auth: none, base_url: "http://a.example" }';
    const { message } = refusalOf("x", `providers: { ${provider} }\nmodels:\n${models}\n`);
    expect(message).toMatch(/Models here: m0, .*, m19, and 5 more\.$/);
  });

  test("must be there where there is no default", () => {
    const text = routes.replace("server: { default_model: fast }", "");
    expect(refusalOf(undefined, text)).toMatchObject({ errorName: "missing_model", status: 400 });
    expect(refusalOf("", text).errorName).toBe("missing_model");
  });

  test.each([5, true, {}, ["fast"]])("must be a text, not %j", (name) => {
    expect(refusalOf(name)).toMatchObject({ errorName: "invalid_type", param: "model" });
  });
});

test("models and aliases are listed by who answers first; wildcards are not names", () => {
  expect(routerOf().list()).toEqual([
    { id: "fast", ownedBy: "a" },
    { id: "both", ownedBy: "a" },
    { id: "spread", ownedBy: "a" },
    { id: "gpt-4o", ownedBy: "a" },
    { id: "gpt-4", ownedBy: "a" },
    { id: "house", ownedBy: "a" },
  ]);
});

test("thousands of names under a wildcard are all served, though not all remembered", () => {
  const router = routerOf();
  for (let at = 0; at < 3000; at++) expect(targetsOf(router, `google/m${at}`)).toEqual([`a/m${at}`]);
  expect(targetsOf(router, "google/m2999")).toEqual(["a/m2999"]);
});

test("weights decide who is first; the others stand by", () => {
  const router = routerOf();
  expect(targetsOf(router, "spread", 0)).toEqual(["a/one", "b/two"]);
  expect(targetsOf(router, "spread", 0.249)).toEqual(["a/one", "b/two"]);
  expect(targetsOf(router, "spread", 0.25)).toEqual(["b/two", "a/one"]);
  expect(targetsOf(router, "spread", 0.999)).toEqual(["b/two", "a/one"]);
});

describe("over the wire", () => {
  const models = `
server: { default_model: test-model }
models:
  test-model: { deployments: [vertex/gemini-2.5-flash], conformance: enforce }
  "google/*": { deployments: ["vertex/*"], conformance: enforce }
aliases: { gpt-4o: test-model }
`;

  test("a request without a model gets the default, and its name", async () => {
    const gateway = await startGateway(models);
    const { status, body } = await gateway.post(says("hi"));
    expect(status).toBe(200);
    expect(body).toMatchObject({ model: "test-model" });
  });

  test("a wildcard asks the upstream for what the client named", async () => {
    const gateway = await startGateway(models);
    const { body, headers } = await gateway.chat({ ...says("hi"), model: "google/gemini-2.0-flash-001" });
    expect(body.model).toBe("google/gemini-2.0-flash-001");
    expect(headers.get("x-specgate-deployment")).toBe("vertex/gemini-2.0-flash-001");
    expect(gateway.upstream.requests[0]?.path).toContain("/models/gemini-2.0-flash-001:generateContent");
  });

  // src/providers/vertex.ts takes the first `..` for a publisher, and the URL parser then climbs over it.
  test("a name that climbs stays in its place", async () => {
    const gateway = await startGateway(models);
    await gateway.post({ model: "google/../../../secret", ...says("hi") });
    for (const request of gateway.upstream.requests) expect(request.path).toContain("/publishers/google/models/");
  });

  test.each([
    ["adds a query", "google/gemini-x?key=1#", "/models/gemini-x%3Fkey%3D1%23:generateContent"],
    ["names another method", "google/gemini-x:predict", "/models/gemini-x%3Apredict:generateContent"],
  ])("a name that %s stays in its place", async (_name, model, path) => {
    const gateway = await startGateway(models);
    await gateway.post({ model, ...says("hi") });
    for (const request of gateway.upstream.requests) expect(request.path).toContain(path);
  });

  test("a wildcard's prefix alone is no model", async () => {
    const gateway = await startGateway(models);
    const { status, body } = await gateway.post({ model: "google/", ...says("hi") });
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: { code: "model_not_found" } });
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  test("a name that is longer than any in use is nobody's: it would be remembered, logged and part of a header", async () => {
    const gateway = await startGateway(models);
    await gateway.post({ model: `google/${"a".repeat(505)}`, ...says("hi") });
    expect(gateway.upstream.requests).toHaveLength(1);
    const { status } = await gateway.post({ model: `google/${"a".repeat(506)}`, ...says("hi") });
    expect(gateway.upstream.requests).toHaveLength(1);
    expect(status).toBe(404);
    await gateway.post({ model: `google/${"a".repeat(100_000)}`, ...says("hi") });
    expect(gateway.log.text().length).toBeLessThan(5_000);
  });

  test("a name with line breaks and the like does no harm to headers", async () => {
    const gateway = await startGateway(models);
    const model = "google/gemini-2.5-flash\r\nx-evil: 1\u{1f600}";
    const { headers } = await gateway.post({ model, ...says("hi") });
    expect(headers.get("x-evil")).toBeNull();
  });
});
