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
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) return `${unknown("command", name, Object.keys(commands))}\nusage: specgate ${every}`;
  const args = await argsOf(command);
  const wrong = wrongArgs(args, rest);
  return wrong && `${wrong}\nusage: ${toUsage(name, args)}`;
}

async function argsOf(command: SubCommandsDef[string]): Promise<ArgsDef> {
  const { args }: CommandDef = await (typeof command === "function" ? command() : command);
  return (await (typeof args === "function" ? args() : args)) ?? {};
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
