import { describe, expect, test } from "vitest";
import { createIsAllowedOrigin, refuseStrangePages } from "../../src/policy/origins.ts";

const isAllowed = createIsAllowedOrigin(["https://chat.example.com"]);

describe("a page of the gateway's own address is let in where no keys are asked for", () => {
  test.each([
    ["localhost:4000", "http://localhost:4000"],
    ["localhost", "http://localhost"],
    ["localhost:4000", "https://localhost:4000"],
    ["specgate.localhost:4000", "http://specgate.localhost:4000"],
    ["127.0.0.1:4000", "http://127.0.0.1:4000"],
    ["10.1.2.3", "https://10.1.2.3"],
    ["[::1]:4000", "http://[::1]:4000"],
  ])("%s by %s", (host, origin) => {
    expect(() => refuseStrangePages({ host, origin }, isAllowed)).not.toThrow();
  });
});

describe("a strange page is kept out", () => {
  test.each([
    ["of another host", "127.0.0.1:4000", "http://127.0.0.2:4000"],
    ["of another port", "localhost:4000", "http://localhost:3000"],
    ["of another name for this machine", "127.0.0.1:4000", "http://localhost:4000"],
    ["whose name was made to lead here", "evil.example:4000", "http://evil.example:4000"],
    ["whose name looks like this machine's", "localhost.evil.example", "http://localhost.evil.example"],
    ["whose name looks like a number", "127.0.0.1.evil.example", "http://127.0.0.1.evil.example"],
    ["in a sandbox", "localhost:4000", "null"],
    ["of a file", "localhost:4000", "file://"],
    ["that says no host", undefined, "http://localhost:4000"],
    ["that only begins like an allowed one", "localhost", "https://chat.example.com.evil.example"],
    ["with an allowed one in it", "localhost", "https://evil.example/https://chat.example.com"],
  ])("%s", (_name, host, origin) => {
    expect(() => refuseStrangePages({ host, origin }, isAllowed)).toThrow("may not call this gateway");
  });
});

test("who is no page says no origin, and is let in", () => {
  expect(() => refuseStrangePages({ host: "localhost:4000" }, isAllowed)).not.toThrow();
});

test("a page on the list is let in, and with * any page", () => {
  const host = "localhost:4000";
  expect(() => refuseStrangePages({ host, origin: "https://chat.example.com" }, isAllowed)).not.toThrow();
  const any = createIsAllowedOrigin(["https://chat.example.com", "*"]);
  for (const origin of ["https://evil.example", "null"]) {
    expect(() => refuseStrangePages({ host, origin }, any)).not.toThrow();
  }
});
