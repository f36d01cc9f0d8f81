import type { Dialect, DialectName } from "./dialect.ts";

/** Every wire language, one line each. A language is loaded for the first deployment that speaks it: each takes room. */
const loaders: Readonly<Record<DialectName, () => Promise<Dialect>>> = {
  anthropic: async () => (await import("./anthropic/index.ts")).anthropic,
  converse: async () => (await import("./converse/index.ts")).converse,
  gemini: async () => (await import("./gemini/index.ts")).gemini,
  openai: async () => (await import("./openai/index.ts")).openai,
};

const everyName: readonly DialectName[] = ["anthropic", "converse", "gemini", "openai"];
const loaded = new Map<DialectName, Dialect>();

/** Loads languages; those that are there already take no time. */
export async function loadDialects(names: Iterable<DialectName> = everyName): Promise<void> {
  const load = async (name: DialectName): Promise<void> => {
    if (!loaded.has(name)) loaded.set(name, await loaders[name]());
  };
  await Promise.all([...new Set(names)].map(load));
}

/** A language by its name. Fails: throws where nobody has loaded it. */
export function dialectNamed(name: DialectName): Dialect {
  const dialect = loaded.get(name);
  if (dialect === undefined) throw new Error(`dialect ${name} is not loaded`);
  return dialect;
}

/** The languages that are loaded by now. */
export function loadedDialects(): ReadonlyMap<DialectName, Dialect> {
  return loaded;
}
