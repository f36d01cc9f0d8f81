/** The members of the manifest that mean something to whoever installs the package. */
const published = ["name", "version", "description", "license", "type", "engines", "dependencies"] as const;

/** What is published. Named, because compiled code is kept in the folder too once the command has run there. */
const files: readonly string[] = ["specgate.js", "src", "generated", "routes.yaml", "CHANGELOG.md"];

/**
 * The manifest of the compiled package: without scripts and tools, and with the compiled command.
 * Fails: throws for a manifest that lacks one of the members.
 */
export function toPublished(manifest: unknown): Readonly<Record<string, unknown>> {
  const members = published.map((name) => [name, memberOf(manifest, name)] as const);
  return { ...Object.fromEntries(members), bin: { specgate: "specgate.js" }, files };
}

function memberOf(manifest: unknown, name: string): unknown {
  const value: unknown = typeof manifest === "object" && manifest !== null ? Reflect.get(manifest, name) : undefined;
  if (value === undefined) throw new Error(`package.json has no ${name}`);
  return value;
}
