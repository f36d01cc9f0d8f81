import type { ArgDef, ArgsDef, CommandDef, SubCommandsDef } from "citty";
import { suggest } from "../config/suggest.ts";

/**
 * What is wrong with a command line, before anything runs: an unknown command or option, an option without its value,
 * too many words, a port that is none. Undefined when it can run, and when it asks for help or the version.
 */
export async function wrongUsage(commands: SubCommandsDef, rawArgs: readonly string[]): Promise<string | undefined> {
  const [name, ...rest] = rawArgs;
  if (rawArgs.includes("--help") || rawArgs.includes("-h")) return undefined;
  if (rawArgs.length === 1 && (name === "--version" || name === "-v")) return undefined;
  const every = Object.keys(commands).join(" | ");
  if (name === undefined) return `usage: specgate ${every}`;
  const leaf = await leafOf(commands, name, rest, []);
  if (typeof leaf === "string") return leaf;
  const wrong = wrongArgs(leaf.args, leaf.rest);
  return wrong && `${wrong}\nusage: ${toUsage(leaf.name, leaf.args)}`;
}

/** A command that runs: its whole name, its options, and the words that are its own. */
interface Leaf {
  readonly name: string;
  readonly args: ArgsDef;
  readonly rest: readonly string[];
}

/** The command that words lead to, through commands that have some of their own; or what is wrong with them. */
async function leafOf(
  commands: SubCommandsDef,
  word: string | undefined,
  rest: readonly string[],
  above: readonly string[],
): Promise<Leaf | string> {
  const every = Object.keys(commands);
  const usage = `usage: ${["specgate", ...above, every.join(" | ")].join(" ")}`;
  const name = word ?? "";
  if (word === undefined || (above.length > 0 && word.startsWith("-"))) return usage;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) return `${unknown("command", name, every)}\n${usage}`;
  const def: CommandDef = await resolved(command);
  const path = [...above, name];
  const below = await resolved(def.subCommands);
  if (below === undefined) return { name: path.join(" "), args: (await resolved(def.args)) ?? {}, rest };
  const [next, ...more] = rest;
  const standard = await resolved(def.default);
  // Words of the standard one begin with an option, or there are none.
  const isStandard = standard !== undefined && (next === undefined || next.startsWith("-"));
  return isStandard ? leafOf(below, standard, rest, path) : leafOf(below, next, more, path);
}

async function resolved<Value>(value: Value | Promise<Value> | (() => Value | Promise<Value>)): Promise<Value> {
  return isLater(value) ? value() : value;
}

function isLater<Value>(
  value: Value | Promise<Value> | (() => Value | Promise<Value>),
): value is () => Value | Promise<Value> {
  return typeof value === "function";
}

function wrongArgs(args: ArgsDef, given: readonly string[]): string | undefined {
  const room = Object.values(args).filter(isPositional).length;
  const words: string[] = [];
  for (let i = 0; i < given.length; i++) {
    const word = given[i] ?? "";
    if (!word.startsWith("-") || word === "-") words.push(word);
    else {
      const [option = "", written] = splitOption(word);
      const arg = Object.hasOwn(args, option) ? args[option] : undefined;
      if (arg === undefined || isPositional(arg)) return unknown("option", word, optionsOf(args));
      if (arg.type === "boolean") continue;
      const value = written ?? given[++i];
      if (value === undefined || value === "") return `--${option} needs a value`;
      if (option === "port" && !isPort(value)) return `--port ${value}: expected a number from 0 to 65535`;
    }
  }
  return words.length > room ? `unexpected '${words[room]}'` : undefined;
}

/** `--port=1` is an option with its value; `--no-json` is `--json` said the other way. */
function splitOption(word: string): readonly [name: string, value?: string] {
  const [, name = "", value] = /^--(?:no-)?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  return value === undefined ? [name] : [name, value];
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function isPositional(arg: ArgDef): boolean {
  return arg.type === "positional";
}

function optionsOf(args: ArgsDef): readonly string[] {
  return Object.keys(args)
    .filter((name) => args[name]?.type !== "positional")
    .map((name) => `--${name}`);
}

function unknown(what: string, word: string, known: readonly string[]): string {
  const near = suggest(word, known);
  return `unknown ${what} '${word}'${near === undefined ? "" : `; did you mean '${near}'?`}`;
}

/** `specgate check [FILE] [--json]` */
function toUsage(command: string, args: ArgsDef): string {
  const parts = Object.entries(args).map(([name, { type }]) => {
    if (type === "positional") return `[${name.toUpperCase()}]`;
    return type === "boolean" ? `[--${name}]` : `[--${name} ${name.toUpperCase()}]`;
  });
  return ["specgate", command, ...parts].join(" ");
}
