import type { GatewayError } from "../../../errors.ts";

/** Where a message is from. */
export interface Place {
  readonly message: string;
  /** The places of its parts, where it has any. */
  readonly parts: readonly string[];
}

/** The same places in another order; without any each message stood in its own. */
export function movedPlaces(places: readonly Place[] | undefined, order: readonly number[]): readonly Place[] {
  return order.map((at) => places?.[at] ?? { message: `messages[${at}]`, parts: [] });
}

/** A refusal that names the place the client has a message or a part in; any other error as it is. */
export function atOwnPlace(error: GatewayError, places: readonly Place[] | undefined): GatewayError {
  if (places === undefined) return error;
  const param = error.param === null ? undefined : ownPath(error.param, places);
  const message = inOwnWords(error.message, places);
  return (param ?? null) === error.param && message === error.message ? error : error.with({ param, message });
}

const inText = /\bmessages(?:\.?\[\d+\]|\.\d+)(?:\.?\[\d+\]|\.\w+)*/g;
const byIndex = /\b(messages? (?:at )?index )(\d+)/gi;

/** What a server says of its places, said of the client's. */
function inOwnWords(message: string, places: readonly Place[]): string {
  return message
    .replace(inText, (path) => ownPath(path, places))
    .replace(byIndex, (said, before: string, at: string) => {
      const [, own] = /^messages\[(\d+)\]/.exec(places[Number(at)]?.message ?? "") ?? [];
      return own === undefined ? said : before + own;
    });
}

/** `messages[2].content[0].image_url.url`, `messages.[2].role` and `messages.2.role` are ways servers name a place. */
const placed = /^messages(?:\.?\[(\d+)\]|\.(\d+))(?:\.content(?:\.?\[(\d+)\]|\.(\d+)))?/;

function ownPath(path: string, places: readonly Place[]): string {
  const [whole, inBrackets, bare, partInBrackets, barePart] = placed.exec(path) ?? [];
  const place = places[Number(inBrackets ?? bare)];
  if (whole === undefined || place === undefined) return path;
  const part = partInBrackets ?? barePart;
  const rest = path.slice(whole.length);
  if (part !== undefined) return (place.parts[Number(part)] ?? `${place.message}.content[${part}]`) + rest;
  // Of the message that was made for them, the first one tells.
  return place.message + (place.message.includes(".") ? "" : rest);
}
