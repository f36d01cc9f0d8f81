import { styleText } from "node:util";
import type { Environment } from "../config/config.ts";
import type { Output } from "./check.ts";

/** How wide a screen is taken to be. */
export const screenWidth = 80;

export type Style = "bold" | "dim" | "green" | "yellow" | "red" | "cyan";

/** Gives a text a style; on a screen without colours it leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** The styles of an output: a terminal has some unless the environment says no. */
export function paintFor(out: Output, env: Environment): Paint {
  const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
  const isTerminal = "isTTY" in out && out.isTTY === true;
  const refused = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  if (refused || !(forced || isTerminal)) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/** A text in lines of a width; words that are too long for a line stand alone. */
export function wrapped(text: string, width: number = screenWidth): readonly string[] {
  const [first = "", ...words] = text.split(" ");
  const lines = [first];
  for (const word of words) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length > width) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines;
}
