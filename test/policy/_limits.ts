import { randomBytes } from "node:crypto";
import type { TestContext } from "vitest";
import type { LimitsConfig } from "../../src/config/config.ts";
import { type Subject, type SubjectKind, toSubject } from "../../src/policy/limit-subject.ts";
import { createLimits, type Limits, type LimitsDeps, type Refused } from "../../src/policy/limits.ts";
import { Secret } from "../../src/secret.ts";
import type { KeyValueStore } from "../../src/store/key-value.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import { deleteKeys, needRedis, redisUrl } from "../_services.ts";

/** Where limits are counted. */
export interface Place {
  readonly name: string;
  readonly need: (context: TestContext) => void | Promise<void>;
  /** Two stores that share what they count, as two replicas do. */
  readonly open: () => Promise<readonly [KeyValueStore, KeyValueStore]>;
  readonly clean: () => Promise<void>;
}

const prefix = `specgate-test-${randomBytes(6).toString("hex")}:`;

export const places: readonly Place[] = [
  {
    name: "in memory",
    need: () => undefined,
    open: async () => {
      const store = createMemoryStore({ nowMs: () => performance.now() });
      return [store, store];
    },
    clean: async () => undefined,
  },
  {
    name: "in Redis",
    need: needRedis,
    open: () => {
      const open = (): Promise<KeyValueStore> => createRedisStore({ url: new Secret(redisUrl), prefix });
      return Promise.all([open(), open()]);
    },
    clean: () => deleteKeys(prefix),
  },
];

/** What a policy has said. */
export interface Heard {
  readonly refused: Refused[];
  readonly outcomes: string[];
  readonly lines: string[];
}

/** Limits over a store, and what is heard of them. */
export function limitsOver(
  store: LimitsDeps["store"],
  options: Partial<LimitsDeps> = {},
): { readonly limits: Limits; readonly heard: Heard } {
  const heard: Heard = { refused: [], outcomes: [], lines: [] };
  const say = (_fields: object, message: string): void => void heard.lines.push(message);
  const limits = createLimits({
    store,
    onStoreFailure: "closed",
    onRefusal: (one) => heard.refused.push(one),
    count: (outcome) => heard.outcomes.push(outcome),
    log: { info: say, warn: say },
    nowMs: () => performance.now(),
    ...options,
  });
  return { limits, heard };
}

/** A subject with some limits. */
export function subject(kind: SubjectKind, id: string, limits: Partial<LimitsConfig>): Subject {
  const made = toSubject(kind, id, { rpm: undefined, tpm: undefined, parallel: undefined, ...limits });
  if (made === undefined) throw new Error("no limit");
  return made;
}
