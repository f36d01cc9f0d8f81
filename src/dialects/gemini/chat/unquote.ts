/** Pieces of a JSON text in quotes: plain characters, the end, a whole escape, or all from one that is cut off. */
const pieces = /[^"\\]+|"|\\(?:u[0-9a-fA-F]{4}|[^u])|\\.*/gs;
const longestEscape = 6;

/**
 * Takes the quotes and escapes off a JSON text that comes in pieces, cut anywhere. What does not begin with a quote is
 * passed as it is.
 */
export function createUnquoter(): (text: string) => string {
  let place: "before" | "within" | "after" | "unquoted" = "before";
  let held = "";
  return (text) => {
    if (place === "unquoted") return text;
    if (place === "after") return "";
    let rest = held + text;
    held = "";
    if (place === "before") {
      const start = rest.search(/\S/);
      if (start < 0) {
        held = rest;
        return "";
      }
      place = rest[start] === '"' ? "within" : "unquoted";
      if (place === "unquoted") return rest;
      rest = rest.slice(start + 1);
    }
    let said = "";
    for (const [piece] of rest.matchAll(pieces)) {
      if (piece === '"') {
        place = "after";
        break;
      }
      if (!piece.startsWith("\\")) said += piece;
      else if (piece.length === 1 || (piece[1] === "u" && piece.length < longestEscape)) held = piece;
      else said += plain(piece);
    }
    return said;
  };
}

function plain(piece: string): string {
  try {
    return String(JSON.parse(`"${piece}"`));
  } catch {
    return piece.slice(1);
  }
}
