import type { Config } from "../../src/config/config.ts";
import { parseRoutes } from "../../src/config/load.ts";
import { formatMistakes, type Mistake } from "../../src/config/mistakes.ts";
import { expectHidden, secret } from "../_canary.ts";

/** The environment of these tests. No value of it may ever be shown. */
export const env: Readonly<Record<string, string>> = {
  TOKEN: secret("interpolated"),
  LINE: "interpolated\n",
  EMPTY: "",
  MODEL: "x",
  HOST: "localhost",
};

/** The config of a text. Fails with its mistakes when it has some. */
export function configOf(text: string, variables: Readonly<Record<string, string>> = env): Config {
  const loaded = parseRoutes(text, { file: "/etc/specgate/routes.yaml", env: variables });
  if ("config" in loaded) return loaded.config;
  throw new Error(`expected no mistake:\n${formatMistakes(loaded.mistakes, "routes.yaml")}`);
}

/** The mistakes of a text. Fails when it has none. */
export function mistakesOf(text: string, variables: Readonly<Record<string, string>> = env): readonly Mistake[] {
  const loaded = parseRoutes(text, { file: "/etc/specgate/routes.yaml", env: variables });
  if ("config" in loaded) throw new Error("expected mistakes");
  expectHidden(loaded.mistakes);
  return loaded.mistakes;
}
