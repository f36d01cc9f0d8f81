import type { VirtualKey } from "./keys.ts";

/**
 * To whom belongs what is kept between requests: nobody else finds it. By the key's name and not by the key, so that a
 * new key under the same name loses nothing.
 */
export function tenantOf({ name }: VirtualKey): string {
  return name === undefined ? "public" : `key:${name}`;
}
