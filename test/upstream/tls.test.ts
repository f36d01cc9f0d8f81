import { expect, test } from "vitest";
import { readText } from "../../src/upstream/send.ts";
import { createAuthority, fileWith } from "./_certificates.ts";
import { answered, failureOf, post, startUpstream } from "./_servers.ts";

const authority = createAuthority();
const { caFile } = authority;
const serverCertificate = authority.issue("127.0.0.1");

const startTls = () => startUpstream((response) => response.end("sealed"), serverCertificate);

/** An upstream that lets in who shows a certificate of its authority. */
const startMutual = () =>
  startUpstream((response) => response.end("known"), {
    ...serverCertificate,
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: true,
  });

function pairOf(one = authority): { readonly certFile: string; readonly keyFile: string } {
  const { cert, key } = one.issue("gateway");
  return { certFile: fileWith(cert, "cert.pem"), keyFile: fileWith(key, "key.pem") };
}

test("a certificate nobody vouches for: upstream_unreachable", async () => {
  const { origin } = await startTls();
  expect(failureOf(await post(origin))).toBe(
    "upstream_unreachable: The upstream's TLS certificate could not be verified.",
  );
});

test("a certificate for another name: upstream_unreachable", async () => {
  const { origin } = await startUpstream((response) => response.end(), authority.issue("models.example"));
  expect(failureOf(await post(origin, { egress: { caFile } }))).toMatch(/certificate could not be verified/);
});

test("with its CA file the upstream is trusted", async () => {
  const { origin } = await startTls();
  expect(await readText(answered(await post(origin, { egress: { caFile } })))).toBe("sealed");
});

test("a client certificate opens an upstream that wants one", async () => {
  const { origin } = await startMutual();
  expect(await readText(answered(await post(origin, { egress: { caFile, ...pairOf() } })))).toBe("known");
});

test.each([
  ["without one", {}],
  ["with another authority's", pairOf(createAuthority("another"))],
])("%s it stays shut: upstream_unreachable", async (_name, pair) => {
  const { origin } = await startMutual();
  expect(failureOf(await post(origin, { egress: { caFile, ...pair } }))).toMatch(/^upstream_unreachable: /);
});

test.each([
  ["a CA file that is not there", { caFile: "/nowhere/ca.pem" }, "The CA file for the upstream cannot be read."],
  ["a CA file that holds none", { caFile: fileWith("-----BEGIN") }, "The CA file for the upstream cannot be read."],
  [
    "a client certificate that is not there",
    { ...pairOf(), certFile: "/nowhere/cert.pem" },
    "The client certificate for the upstream, or its key, cannot be read.",
  ],
  [
    "another certificate's key",
    { certFile: pairOf().certFile, keyFile: pairOf().keyFile },
    "The client certificate for the upstream, or its key, cannot be read.",
  ],
])("%s: upstream_unreachable, without its path", async (_name, egress, want) => {
  expect(failureOf(await post("https://localhost:1", { egress }))).toBe(`upstream_unreachable: ${want}`);
});
