/** Where in the client's body a mended value belongs, seen from the value it was made of. */
interface Place {
  /** The path below the source, as `.image_url` or `[0]`; empty where the value stands for the source itself. */
  readonly at?: string;
  /** Members that the client calls otherwise: our name → the client's path below the value's own. */
  readonly members?: Readonly<Record<string, string>>;
}

interface Origin extends Place {
  readonly source: object;
}

/** What each mended value was made of, so that an error can name the client's own parameter. */
export interface Origins {
  /** Remembers that `made` stands for `source`, and returns `made`. A source may be mended itself. */
  readonly note: <Made extends object>(made: Made, source: object, place?: Place) => Made;
  /** A path into the mended body, `messages[1].content`, as the client's own, `input[2].output`. */
  readonly toClientPath: (mended: object, path: string) => string;
}

/** Steps of a path, as `messages.[1].role` or `tools[0].name`; together they are the whole path. */
const steps = /\.?\[(\d+)\]|\.?([^.[]+)|[.[]/g;

/**
 * Starts to remember. Only what was made is noted: what was taken over as it was is found in the client's body by
 * identity, and only when somebody asks.
 */
export function createOrigins(client: object): Origins {
  const origins = new Map<object, Origin>();
  let known: ReadonlyMap<object, string> | undefined;

  function placeOf(value: unknown): string | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    const origin = origins.get(value);
    if (origin === undefined) {
      known ??= placesIn(client);
      return known.get(value);
    }
    const place = placeOf(origin.source);
    return place === undefined ? undefined : place + (origin.at ?? "");
  }

  function placeOfMember(parent: object, name: string): string | undefined {
    for (let holder = parent; ; ) {
      const origin = origins.get(holder);
      if (origin === undefined) return undefined;
      const renamed = origin.members?.[name];
      if (renamed !== undefined) return (placeOf(holder) ?? "") + renamed;
      holder = origin.source;
    }
  }

  return {
    note(made, source, place) {
      origins.set(made, { source, ...place });
      return made;
    },
    toClientPath(mended, path) {
      if (mended === client) return path;
      let node: unknown = mended;
      let place = "";
      for (const [step, index, member] of path.matchAll(steps)) {
        const name = index ?? member ?? "";
        const parent = node;
        node = memberOf(parent, name);
        const renamed = typeof parent === "object" && parent !== null ? placeOfMember(parent, name) : undefined;
        place = placeOf(node) ?? renamed ?? (place === "" ? `.${step}` : place + step);
      }
      return place.replace(/^\./, "");
    },
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** The path of every object and list in a body. No recursion: bodies may be deeper than the stack. */
function placesIn(body: object): ReadonlyMap<object, string> {
  const places = new Map<object, string>([[body, ""]]);
  const waiting: object[] = [body];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const place = places.get(value) ?? "";
    const isArray = Array.isArray(value);
    for (const [name, member] of Object.entries(value)) {
      if (typeof member !== "object" || member === null || places.has(member)) continue;
      places.set(member, isArray ? `${place}[${name}]` : `${place}.${name}`);
      waiting.push(member);
    }
  }
  return places;
}
