import { expect, test } from "vitest";
import { says, secrets } from "../_setup.ts";
import { event, openStream, sendWhole, startBefore, subscription } from "./_openai-raw.ts";
import type { Answer, Seen } from "./_servers.ts";

/** What the upstream was shown, in the forms that servers repeat it in. */
const repeated = ({ headers }: Seen): string =>
  `Received ${headers.authorization}, ${headers.authorization?.slice(7)} and ${headers["x-subscription-key"]}.`;

const body = (seen: Seen, code: string | null = null): string =>
  JSON.stringify({ error: { message: repeated(seen), type: "auth_error", param: repeated(seen), code } });

const rows: readonly (readonly [name: string, answer: Answer])[] = [
  ...[400, 401, 403, 404, 422, 429, 500, 503].map((status): readonly [string, Answer] => [
    `with ${status}`,
    (response, seen) => sendWhole(response, body(seen), status),
  ]),
  ["as a bare text", (response, seen) => sendWhole(response, JSON.stringify({ error: repeated(seen) }), 500)],
  ["as a detail", (response, seen) => sendWhole(response, JSON.stringify({ detail: repeated(seen) }), 500)],
  ["with 200", (response, seen) => sendWhole(response, body(seen))],
  ["in an event", (response, seen) => void openStream(response).end(`data: ${body(seen)}\n\n`)],
  [
    "in the middle of a stream",
    (response, seen) => void openStream(response).end(`${event({ content: "x" })}data: ${body(seen)}\n\n`),
  ],
  [
    "bare in the middle of a stream",
    (response, seen) => void openStream(response).end(`${event({ content: "x" })}${body(seen)}\n\n`),
  ],
];

const planned = [
  ...(["upstream_auth_error", "upstream_error", "overloaded", "internal_error"] as const),
  ...(["upstream_invalid_response", "model_not_found", "invalid_request"] as const),
] as const;

// The gateway's own watch fails the test where a secret shows in an answer, the log or the metrics.
test.each(rows)("an upstream that repeats what it was shown, %s, gives nothing away", async (_name, answer) => {
  const seen: Seen[] = [];
  const gateway = await startBefore(
    (response, one) => {
      seen.push(one);
      answer(response, one);
    },
    { planned },
  );
  for (const stream of [false, true]) {
    const { text } = await gateway.post({ model: "test-model", stream, ...says("hi") });
    expect(text).toContain('"error"');
  }
  expect(seen[0]?.headers.authorization).toBe(`Bearer ${secrets.token}`);
  expect(seen[0]?.headers["x-subscription-key"]).toBe(subscription);
});

test("what is no secret stays in the message", async () => {
  const gateway = await startBefore((response, seen) =>
    sendWhole(response, JSON.stringify({ error: { message: `Bearer ${seen.headers.authorization} is wrong.` } }), 400),
  );
  const { body: answered } = await gateway.post({ model: "test-model", ...says("hi") });
  expect(answered).toMatchObject({ error: { message: "Bearer [redacted] is wrong." } });
});
