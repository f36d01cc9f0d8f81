import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import type { Secret } from "./secret.ts";

/** Makes texts unreadable, and readable again. */
export interface Seal {
  /** @param about what must be the same when it is opened, as whose it is. */
  readonly close: (text: string, about: string) => string;
  /** Undefined for what was closed with a secret that is not known, for another, or is no such text. */
  readonly open: (sealed: string, about: string) => string | undefined;
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

const ivBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM with keys derived from the secrets by HKDF. The first one closes, all open: a list rotates. Without a
 * secret the key is this process's own, and nobody else can open.
 *
 * Shape: `1.<id of the key>.<base64 of iv, text and tag>`. The id tells nothing of the key.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function createSeal(secrets: readonly Secret[], purpose: string): Seal {
  const given = secrets.map((secret) => toKey(secret.reveal(), purpose));
  const [first = toKey(randomBytes(32), purpose), ...others] = given;
  const keys = new Map([first, ...others].map((key) => [key.id, key.bytes]));
  return {
    close(text, about) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", first.bytes, iv).setAAD(Buffer.from(about));
      const sealed = Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `1.${first.id}.${sealed.toString("base64")}`;
    },
    open(sealed, about) {
      const [version, id = "", body = ""] = sealed.split(".");
      const key = keys.get(id);
      return version === "1" && key !== undefined ? decrypt(Buffer.from(body, "base64"), key, about) : undefined;
    },
  };
}

function decrypt(sealed: Buffer, key: Buffer, about: string): string | undefined {
  if (sealed.length < ivBytes + tagBytes) return undefined;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, ivBytes)).setAAD(Buffer.from(about));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    return decipher.update(sealed.subarray(ivBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8");
  } catch {
    return undefined;
  }
}

function toKey(secret: string | Buffer, purpose: string): Key {
  const derive = (use: string, size: number): Buffer =>
    Buffer.from(hkdfSync("sha256", secret, "", `specgate ${purpose} ${use}`, size));
  const id = createHash("sha256").update(derive("id", 32)).digest("hex").slice(0, 8);
  return { id, bytes: derive("key", 32) };
}
