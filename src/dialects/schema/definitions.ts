import type { JsonObject } from "./json.ts";
import type { Target } from "./references.ts";

/** An entry of `$defs` as it leaves. */
export interface Definition {
  readonly schema: JsonObject;
  /** The client's path to what was referred to. */
  readonly path: string;
  /** The definitions it refers to. */
  readonly refersTo: ReadonlySet<string>;
}

/** What a document refers to, gathered while it is rewritten. */
export interface Definitions {
  /** The name of what a reference leads to, the same for every reference that leads there. */
  readonly nameOf: (target: Target) => string;
  /** Rewrites all that is referred to, and what that refers to in turn. */
  readonly drain: (rewrite: (schema: JsonObject, path: string) => JsonObject | false) => void;
  /** Whether a definition is being rewritten, and not the root. */
  readonly isInside: () => boolean;
  readonly all: () => ReadonlyMap<string, Definition>;
}

/** Definitions of one document, in the order in which they are asked for. */
export function createDefinitions(rootPath: string): Definitions {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const waiting: { readonly name: string; readonly target: Target }[] = [];
  const made = new Map<string, Definition>();
  let refersTo: Set<string> | undefined;
  return {
    nameOf(target) {
      const key = JSON.stringify(target.steps);
      let name = names.get(key);
      if (name === undefined) {
        name = freeName(target.steps, taken);
        names.set(key, name);
        taken.add(name);
        waiting.push({ name, target });
      }
      refersTo?.add(name);
      return name;
    },
    drain(rewrite) {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { name, target } = next;
        refersTo = new Set();
        const path = rootPath + target.path;
        const schema = typeof target.schema === "boolean" ? {} : rewrite(target.schema, path);
        made.set(name, { schema: schema === false ? {} : schema, path, refersTo });
      }
      refersTo = undefined;
    },
    isInside: () => refersTo !== undefined,
    all: () => made,
  };
}

/** Names mean nothing to a model: what a pointer would have to escape is left out. */
function freeName(steps: readonly string[], taken: ReadonlySet<string>): string {
  const wanted = (steps.at(-1) ?? "Root").replace(/[^A-Za-z0-9_.-]/g, "_").replace(/^(?=\d|$)|^__proto__$/, "_$&");
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
  return name;
}
