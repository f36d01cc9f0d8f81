import { randomBytes } from "node:crypto";
import type { TestContext } from "vitest";
import { secret } from "../_canary.ts";
import { deleteKeys, needRedis, redisUrl } from "../_services.ts";

/** A database of its own: a gateway's keys have no prefix of a test's. */
const database = 12;

/** Where a gateway counts. */
export interface Store {
  readonly name: string;
  /** Sections of routes.yaml. */
  readonly routes: string;
  readonly need: (context: TestContext) => void | Promise<void>;
}

export const stores: readonly Store[] = [
  { name: "in memory", routes: "", need: () => undefined },
  { name: "in Redis", routes: 'redis: { url: "${REDIS}" }\nserver: { secret: "${SECRET}" }', need: needRedis },
];

/** What those sections need of the environment. */
export const storeEnv: Readonly<Record<string, string>> = {
  REDIS: `${redisUrl}/${database}`,
  SECRET: secret("limits-server-secret"),
};

/** A name of its own, for a key or a model whose limits nobody else uses up. */
export function ownName(name: string): string {
  return `${name}-${randomBytes(5).toString("hex")}`;
}

export async function forgetCounts(): Promise<void> {
  for (const kind of ["rate", "slot"]) await deleteKeys(`specgate:${kind}:limit:`, database).catch(() => undefined);
}
