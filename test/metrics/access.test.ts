import { expect, test } from "vitest";
import { metricsAccess } from "../../src/metrics/access.ts";
import { configOf } from "../config/_load.ts";

const keys = 'keys: [{ name: alice, key: "${TOKEN}" }]';

test.each([
  ["on loopback without keys", "", "public"],
  ["on loopback with keys", keys, "public"],
  ["beyond loopback with keys", `server: { host: 0.0.0.0 }\n${keys}`, "key"],
  ["beyond loopback, open on purpose", "server: { host: 0.0.0.0, auth: none }", "public"],
])("%s /metrics is for: %s", (_name, routes, access) => {
  const providers = "providers: { v: { type: vertex, project: p, location: l, auth: none } }\nmodels: { m: v/m }\n";
  expect(metricsAccess(configOf(`${routes}\n${providers}`))).toBe(access);
});
