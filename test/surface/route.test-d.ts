/** Every route says who may call it: one that does not say so does not compile, and `tsc --noEmit` runs this. */
import type { Route } from "../../src/surface/route.ts";

const line = { method: "GET", path: "/somewhere", handle: () => undefined } as const;

export const said: Route = { ...line, access: "master" };

// @ts-expect-error nobody has said who may call it
export const silent: Route = line;

// @ts-expect-error there is no such role
export const wrong: Route = { ...line, access: "everybody" };

// @ts-expect-error it cannot be left open either
export const open: Route = { ...line, access: undefined };
