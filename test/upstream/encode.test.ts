import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createEncode } from "../../src/upstream/encode.ts";
import { says } from "../_setup.ts";
import { sendWhole, startBefore, wholeText } from "./_openai-raw.ts";

const [target, other] = [{}, {}];
const [request, second] = [{}, {}];

test("parts that ask the same of the same share their bytes", () => {
  const encode = createEncode(3);
  const body = encode(request, target, { a: "ü" });
  expect(String(body)).toBe('{"a":"ü"}');
  expect(encode(request, target, { a: "ü" })).toBe(body);
});

test("another prompt or another target has its own", () => {
  const encode = createEncode(3);
  const bodies = [
    encode(request, target, { a: 1 }),
    encode(request, other, { a: 2 }),
    encode(second, target, { a: 3 }),
  ];
  expect(bodies.map(String)).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
});

test("one part needs no bytes to share", () => {
  expect(createEncode(1)(request, target, { a: 1 })).toBe('{"a":1}');
});

test("every choice is asked for in whole, also after a fallback", async () => {
  let asked = 0;
  const models = "test-model: { deployments: [up/x, up/y] }";
  const gateway = await startBefore(
    (response) => (++asked === 1 ? sendWhole(response, "{}", 503) : sendWhole(response)),
    { models },
  );
  const { body } = await gateway.chat({ ...says("Grüße 世界"), n: 3 });
  expect(body.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
  const said = gateway.raw.seen.map((one): unknown => JSON.parse(one.body));
  expect(said.map((one) => Reflect.get(Object(one), "model")).toSorted()).toEqual(["x", "x", "x", "y"]);
  for (const one of said) expect(one).toMatchObject(says("Grüße 世界"));
});

test("the answer is asked for as it is: a server may compress for whoever does not say so", async () => {
  const gateway = await startBefore((response, { headers }) => {
    if (headers["accept-encoding"] === "identity") sendWhole(response);
    else response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(wholeText));
  });
  expect((await gateway.chat(says("hi"))).body.choices[0]?.message.content).toBe("Hi.");
});
