import { checkAccount, checkAskedFor, checkBelonging, checkLength } from "./check-accounts.ts";
import type { Routes } from "./config.ts";
import { digestOf } from "./digest.ts";
import { type Inspection, mistakeAt, shownAt, wasRemoved } from "./inspection.ts";
import type { Path } from "./mistakes.ts";

type Key = NonNullable<Routes["keys"]>[number];

/** Each key has one name, one secret, and neither is shared with another. */
export function checkKeys(inspection: Inspection): void {
  const names = new Map<string, number>();
  const digests = new Map<string, number>();
  for (const [index, key] of (inspection.routes.keys ?? []).entries()) {
    const path = ["keys", index];
    checkSecret(inspection, path, key);
    checkLength(inspection, [...path, "name"], key.name);
    checkAskedFor(inspection, path, key);
    checkAccount(inspection, path, key);
    checkBelonging(inspection, path, key);
    const digest = digestOf(key);
    if (names.has(key.name)) {
      mistakeAt(inspection, [...path, "name"], {
        message: `two keys are named ${shownAt(inspection, [...path, "name"])}`,
      });
    }
    if (digest !== undefined && digests.has(digest)) {
      mistakeAt(inspection, path, { message: `this is the same key as keys[${digests.get(digest)}]`, at: "key" });
    }
    names.set(key.name, index);
    if (digest !== undefined) digests.set(digest, index);
  }
}

function checkSecret(inspection: Inspection, path: Path, key: Key): void {
  const name = shownAt(inspection, [...path, "name"]);
  if (key.key !== undefined && key.digest !== undefined) {
    mistakeAt(inspection, [...path, "digest"], {
      message: `the key ${name} has \`key\` and \`digest\`; keep one`,
      at: "key",
    });
  } else if (key.key !== undefined && !/^[\x21-\x7e]+$/.test(key.key)) {
    const message =
      key.key === ""
        ? `the key ${name} is empty`
        : `the key ${name} holds a space, a line break or another character that no header can carry`;
    mistakeAt(inspection, [...path, "key"], { message });
  } else if (key.digest !== undefined && !/^[0-9a-f]{64}$/i.test(key.digest)) {
    mistakeAt(inspection, [...path, "digest"], { message: "`digest` is the SHA-256 of the key: 64 hex digits" });
  } else if (key.key === undefined && key.digest === undefined) {
    const known = ["key", "digest"].some((member) => wasRemoved(inspection, path, member));
    if (!known) mistakeAt(inspection, path, { message: `the key ${name} needs \`key\` or \`digest\`` });
  }
}
