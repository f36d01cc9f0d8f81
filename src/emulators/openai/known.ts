import { isObject } from "../json.ts";
import type { Mistake } from "./mistake.ts";

/** The members a strict server knows: at the top of a request, and of messages by who speaks. */
export interface KnownMembers {
  readonly top: readonly string[];
  readonly messages: Readonly<Record<string, readonly string[]>>;
}

/** Finds the first member of a request that a server does not know, or a role. */
export function strangerTo({ top, messages: byRole }: KnownMembers): (request: unknown) => Mistake | undefined {
  const known = new Set(top);
  const roles = new Map(Object.entries(byRole).map(([role, names]) => [role, new Set(["role", ...names])]));
  return (request) => {
    if (!isObject(request)) return undefined;
    const name = Object.keys(request).find((one) => !known.has(one));
    if (name !== undefined) return stranger([name], request[name]);
    const messages: readonly unknown[] = Array.isArray(request["messages"]) ? request["messages"] : [];
    for (const [at, message] of messages.entries()) {
      if (!isObject(message)) continue;
      const { role } = message;
      const names = typeof role === "string" ? roles.get(role) : undefined;
      if (names === undefined) return { ...stranger(["messages", String(at), "role"], role), keyword: "enum" };
      const other = Object.keys(message).find((one) => !names.has(one));
      if (other !== undefined) return stranger(["messages", String(at), other], message[other]);
    }
    return undefined;
  };
}

const stranger = (path: readonly string[], value: unknown): Mistake => ({
  keyword: "unknown",
  path,
  value,
  types: [],
  words: [],
  limit: 0,
});
