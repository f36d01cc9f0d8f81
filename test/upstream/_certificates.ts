import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate and its private key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Vouches for others. */
export interface Authority {
  readonly cert: string;
  /** A file with the authority's certificate. */
  readonly caFile: string;
  /** For a server of these host names, or for a client by the first of them. */
  readonly issue: (...names: readonly string[]) => Certificate;
}

/** An authority that nobody has heard of. Its certificates last a day. */
export function createAuthority(name = "test authority"): Authority {
  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const cert = certify({ issuer: name, subject: name, publicKey: own.publicKey, signer: own.privateKey });
  return {
    cert,
    caFile: fileWith(cert, "ca.pem"),
    issue: (...names) => {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const [subject = ""] = names;
      const issued = certify({ issuer: name, subject, publicKey, signer: own.privateKey, names });
      return { cert: issued, key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
    },
  };
}

/** A file in a folder of its own. */
export function fileWith(content: string | object, name = "file.json"): string {
  const file = join(mkdtempSync(join(tmpdir(), "specgate-")), name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

interface Draft {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  /** Without names the certificate is an authority's. */
  readonly names?: readonly string[];
}

const tag = { boolean: 1, integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, time: 23, sequence: 48, set: 49 } as const;

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
function certify({ issuer, subject, publicKey, signer, names }: Draft): string {
  const ecdsaWithSha256 = der(tag.sequence, der(tag.oid, "2a8648ce3d040302"));
  const signed = der(
    tag.sequence,
    der(0xa0, der(tag.integer, "02")),
    der(tag.integer, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer),
    der(tag.sequence, timeIn(-1), timeIn(24)),
    nameOf(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(tag.sequence, names === undefined ? isAuthority : alternativeNames(names))),
  );
  const signature = sign("sha256", signed, signer);
  const whole = der(tag.sequence, signed, ecdsaWithSha256, der(tag.bits, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString("base64").replace(/.{64}/g, "$&\n").trim();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function der(type: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "hex") : part)));
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([type, ...size]), content]);
}

function nameOf(name: string): Buffer {
  const commonName = der(tag.sequence, der(tag.oid, "550403"), der(tag.utf8, Buffer.from(name)));
  return der(tag.sequence, der(tag.set, commonName));
}

function timeIn(hours: number): Buffer {
  const iso = new Date(Date.now() + hours * 3_600_000).toISOString();
  return der(tag.time, Buffer.from(`${iso.slice(2, 19).replaceAll(/\D/g, "")}Z`));
}

const isAuthority = der(
  tag.sequence,
  der(tag.oid, "551d13"),
  der(tag.boolean, "ff"),
  der(tag.octets, der(tag.sequence, der(tag.boolean, "ff"))),
);

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    /^[\d.]+$/.test(name) ? der(0x87, Buffer.from(name.split(".").map(Number))) : der(0x82, Buffer.from(name)),
  );
  return der(tag.sequence, der(tag.oid, "551d11"), der(tag.octets, der(tag.sequence, ...entries)));
}
