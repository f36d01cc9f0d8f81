/** Keys of well-known hosts, tokens and private keys, wherever they stand. */
export const keyShapes: RegExp =
  /\bsk-[\w-]{8,}|\bAIza[\w-]{20,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bya29\.[\w.-]{10,}|\bBearer\s+[\w.~+/=-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY/g;

/** Members that hold a secret, for texts that do not parse. */
const secretMembers =
  /(?<=\b(?:api_key|bearer|key|value|master_key|secret|webhook)["']?:\s+["']?)[^\s"',}\]$[{][^\s"',}\]]*/g;

/** User and password in a URL. */
const userInfo = /(?<=:\/\/)[^\s/@${]+(?=@)/g;

/** The text with `*` where a key stands, of the same length. */
export function maskKeys(text: string): string {
  const blot = (found: string): string => found.replaceAll(/\S/g, "*");
  return [keyShapes, secretMembers, userInfo].reduce((masked, shape) => masked.replaceAll(shape, blot), text);
}
