import type { Continuity, Dialect, Identity } from "../dialects/dialect.ts";
import type { ChatRequest } from "../operations/types.ts";

/** As much of a target as matters here. */
export interface Place extends Pick<Identity, "upstreamModel" | "host"> {
  readonly dialect: Dialect;
  readonly deployment: { readonly family: string | undefined; readonly provider: { readonly name: string } };
}

/** What the language of a target says of turns; undefined where every client keeps all there is. */
export function continuityAt({ dialect, host }: Place): Continuity | undefined {
  const continuity = dialect.operations.chat?.continuity;
  return continuity?.at?.(host) === false ? undefined : continuity;
}

/** For whom a turn is kept that was made here, in one word: nobody else gets it. */
export function makerAt(place: Place): string {
  const maker = continuityAt(place)?.maker(identityAt(place));
  const where = maker?.portable === true ? "" : place.deployment.provider.name;
  return JSON.stringify([place.dialect.name, maker?.name, where]);
}

/** The places in `messages` of the turns of which a target misses something. */
export function missingAt(place: Place, request: ChatRequest): readonly number[] {
  try {
    return continuityAt(place)?.missing(request, identityAt(place)) ?? none;
  } catch {
    // What cannot be said in this dialect is refused, in its own words, where it is translated.
    return none;
  }
}

const none: readonly number[] = [];

function identityAt({ upstreamModel, host, deployment: { family } }: Place): Identity {
  return { upstreamModel, host, family };
}
