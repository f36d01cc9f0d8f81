import { createHash } from "node:crypto";
import { canonicalJson } from "../json.ts";
import type { Part } from "./types.ts";

/** What a signature stands for: the call or the text it was issued with. */
type Signed = Pick<Part, "functionCall" | "text">;

const mark = "specgate-emulator:";

/**
 * The signature the emulator issues for a call or a text.
 *
 * It can be recomputed, so a signature that comes back on another call is found out without keeping any state.
 */
export function signatureOf({ functionCall, text }: Signed): string {
  const content = functionCall === undefined ? text : [functionCall.name, functionCall.args ?? {}];
  const hash = createHash("sha256")
    .update(canonicalJson(content ?? ""))
    .digest("hex");
  return Buffer.from(`${mark}${hash.slice(0, 32)}`).toString("base64");
}

/** Whether a call carries a signature of ours that was issued for another one. Foreign signatures are taken as they are. */
export function isForged({ thoughtSignature, functionCall }: Part): boolean {
  if (thoughtSignature === undefined || functionCall === undefined) return false;
  if (!Buffer.from(thoughtSignature, "base64").toString("latin1").startsWith(mark)) return false;
  return thoughtSignature !== signatureOf({ functionCall });
}
