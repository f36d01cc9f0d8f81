import { describe, expect, test } from "vitest";
import { createSeal, type Seal } from "../src/seal.ts";
import { Secret } from "../src/secret.ts";
import fc from "./_fc.ts";

const sealOf = (...secrets: readonly string[]): Seal =>
  createSeal(
    secrets.map((one) => new Secret(one)),
    "test",
  );

describe("a seal", () => {
  test("opens what it has closed, for whom it was closed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, about) => {
        const seal = sealOf("a secret of some length");
        expect(seal.open(seal.close(text, about), about)).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test("opens for nobody else", () => {
    const seal = sealOf("a secret of some length");
    expect(seal.open(seal.close("text", "alice"), "bob")).toBeUndefined();
  });

  test("is never the same twice", () => {
    const seal = sealOf("a secret of some length");
    expect(seal.close("text", "alice")).not.toBe(seal.close("text", "alice"));
  });

  test.each([
    ["the first of a list closes, and opens alone", ["new", "old"], ["new"], true],
    ["the others of a list open", ["old"], ["new", "old"], true],
    ["a secret that is gone does not open", ["old"], ["new"], false],
    ["the second of a list does not close", ["new", "old"], ["old"], false],
  ])("%s", (_name, closing, opening, opens) => {
    const sealed = sealOf(...closing).close("text", "alice");
    expect(sealOf(...opening).open(sealed, "alice")).toBe(opens ? "text" : undefined);
  });

  test("without a secret opens its own alone", () => {
    const [one, other] = [sealOf(), sealOf()];
    expect(one.open(one.close("text", "alice"), "alice")).toBe("text");
    expect(other.open(one.close("text", "alice"), "alice")).toBeUndefined();
  });

  test("of another purpose does not open", () => {
    const sealed = createSeal([new Secret("secret")], "one").close("text", "alice");
    expect(createSeal([new Secret("secret")], "other").open(sealed, "alice")).toBeUndefined();
  });

  test("does not open what was altered, wherever", () => {
    const seal = sealOf("a secret of some length");
    const sealed = seal.close("text", "alice");
    const body = Buffer.from(sealed.split(".")[2] ?? "", "base64");
    for (let at = 0; at < body.length; at++) {
      const altered = Buffer.from(body);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      const text = [...sealed.split(".").slice(0, 2), altered.toString("base64")].join(".");
      expect(seal.open(text, "alice")).toBeUndefined();
    }
  });

  test.each(["", "1", "1.", "1..", "2.00000000.AAAA", "plain", "1.00000000.", "."])("does not open %j", (text) => {
    expect(sealOf("a secret of some length").open(text, "alice")).toBeUndefined();
  });

  test("shows nothing of the text and of the secret", () => {
    const sealed = sealOf("s3cr3t s3cr3t s3cr3t").close("what was said", "alice");
    expect(sealed).toMatch(/^1\.[0-9a-f]{8}\.[A-Za-z0-9+/=]+$/);
    expect(Buffer.from(sealed.split(".")[2] ?? "", "base64").toString("latin1")).not.toMatch(/said|s3cr3t/);
  });
});
