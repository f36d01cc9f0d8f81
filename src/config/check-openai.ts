import type { Routes } from "./config.ts";
import { type Inspection, membersAt, mistakeAt } from "./inspection.ts";
import type { Path } from "./mistakes.ts";

type Provider = Routes["providers"][string];

/** Every known server is found somewhere by itself; one that nobody knows is not. */
export function checkOpenAI(inspection: Inspection, path: Path, provider: Provider): void {
  if (!("server" in provider) || provider.server !== "other" || membersAt(inspection, path)("base_url")) return;
  const message = `\`${path.at(-1)}\` needs \`base_url\`: where another server is found is not known`;
  mistakeAt(inspection, path, { message, at: "key" });
}
