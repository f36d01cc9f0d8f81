import { getKeyInfo, type KeyInfo, listKeys } from "../../generated/admin-sdk/index.ts";
import { answered, type Gateway } from "./admin-client.ts";
import { CommandFailure } from "./failure.ts";

const pageSize = 100;

/** Which keys; absent members choose nothing. */
export interface KeyChoice {
  readonly user?: string | undefined;
  readonly team?: string | undefined;
  readonly alias?: string | undefined;
}

/** All keys that a filter chooses, page after page. */
export async function allKeys(gateway: Gateway, { user, team, alias }: KeyChoice): Promise<readonly KeyInfo[]> {
  const filter = {
    ...(user !== undefined && { user_id: user }),
    ...(team !== undefined && { team_id: team }),
    ...(alias !== undefined && { key_alias: alias }),
  };
  const found: KeyInfo[] = [];
  for (let page = 1; ; page++) {
    const query = { ...filter, page, size: pageSize, return_full_object: true };
    const { keys, total_pages } = await answered(listKeys({ client: gateway.client, query }), gateway);
    found.push(...keys.filter((key) => typeof key !== "string"));
    if (page >= total_pages) return found;
  }
}

/**
 * A key by its alias, its id or its token.
 * Fails: rejects with a `CommandFailure` where there is none, and for a key itself: others can read the command line.
 */
export async function findKey(gateway: Gateway, name: string): Promise<KeyInfo> {
  if (name.startsWith("sk-")) {
    throw new CommandFailure("name a key by its alias or its id: others can read the words of a command", 2);
  }
  const [named] = await allKeys(gateway, { alias: name });
  if (named !== undefined) return named;
  const asked = await getKeyInfo({ client: gateway.client, query: { key: name } });
  if (asked.response?.status === 404) {
    throw new CommandFailure(`there is no key '${name}'; \`specgate keys list\` shows all`);
  }
  return (await answered(Promise.resolve(asked), gateway)).info;
}
