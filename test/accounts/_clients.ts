import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { secrets } from "../_setup.ts";
import { type Told, telling } from "./_counting-upstream.ts";

/** An answer whose end a client has seen: by its id, what it was told to have taken. */
export type Seen = Map<string, Told>;

export interface Load {
  /** Ends the load, whatever is still under way. */
  readonly stop: () => Promise<void>;
  /** How often each status came. */
  readonly statuses: ReadonlyMap<number, number>;
}

let number = 0;

/** Clients that ask one request after the other, whole and streamed in turn, and some that leave in the middle. */
export function startLoad(
  url: string,
  clients: number,
  seen: Seen,
  options: { leaves?: boolean; more?: object } = {},
): Load {
  const pool = new Pool(url, { connections: clients });
  const statuses = new Map<number, number>();
  let isOver = false;
  const run = async (): Promise<void> => {
    while (!isOver) {
      const status = await ask(pool, seen, options).catch(() => undefined);
      if (status === undefined) await sleep(5);
      else statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const running = Array.from({ length: clients }, run);
  return {
    statuses,
    async stop() {
      isOver = true;
      await pool.destroy().catch(() => undefined);
      await Promise.all(running);
    },
  };
}

async function ask(
  pool: Pool,
  seen: Seen,
  { leaves = false, more = {} }: { leaves?: boolean; more?: object },
): Promise<number> {
  const at = ++number;
  const told: Told = { input: 1 + (at % 997), output: 1 + (at % 101) };
  const stream = at % 2 === 0;
  const leaving = new AbortController();
  if (leaves && at % 5 === 0) setTimeout(() => leaving.abort(), at % 7);
  const answer = await pool.request({
    path: "/v1/chat/completions",
    method: "POST",
    headers: { authorization: `Bearer ${secrets.key}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "test-model",
      messages: [{ role: "user", content: telling(told) }],
      max_tokens: 200,
      stream,
      ...more,
    }),
    signal: leaving.signal,
  });
  const text = await answer.body.text();
  const id = String(answer.headers["x-request-id"]);
  const isWhole = stream ? text.endsWith("data: [DONE]\n\n") : text.endsWith("}");
  if (answer.statusCode === 200 && isWhole) {
    if (seen.has(id)) throw new Error(`the id ${id} came twice`);
    seen.set(id, told);
  }
  return answer.statusCode;
}
