/**
 * Checks `specs/*.yaml` against the house rules and against what upstream says.
 *
 *   npm run check:specs
 *   npm run check:specs -- --spec vertex --fetch
 *   npm run check:specs -- --spec openai --upstream openapi.yaml
 *   npm run check:specs -- --spec vertex --upstream request.json --upstream response.json --root GReq=GenerateContentRequest
 *
 * Exit code: 0 fine; 1 a rule is broken or a difference is not in specs/deviations.yaml; 2 wrong usage.
 */
import { parseArgs } from "node:util";
import {
  checkSpecs,
  checkSurroundings,
  messageOf,
  outlineOf,
  readDeviations,
  readSources,
  specNames,
} from "./spec/check/check.ts";
import type { Roots } from "./spec/check/compare-spec.ts";
import { fetched } from "./spec/check/fetch.ts";
import { judge } from "./spec/check/judge.ts";
import { installed, type Oracle, readOracle } from "./spec/check/oracle.ts";
import { prove } from "./spec/check/prove.ts";
import { reportComparison, reportProof } from "./spec/check/report.ts";
import { readSpec } from "./spec/load.ts";
import { hasComponent, type Outline } from "./spec/readers/description.ts";
import { readUpstream } from "./spec/readers/read.ts";

const help = `usage: npm run check:specs -- [--spec NAME] [--fetch] [--upstream FILE|URL]... [--root UPSTREAM=OURS]... [--prove]

Without --upstream: the house rules of every spec, or of one, whether generated/ is up to date, and a comparison with
the types of the installed packages that specs/sources.yaml names.
With --upstream: compares a spec with those types, and with one or more descriptions of its API, place by place.

  --spec NAME            a spec: ${specNames().join(", ")}
  --fetch                also compares with the packages that specs/sources.yaml calls fetched. npm fetches them once,
                         into .cache/specs.
  --upstream FILE|URL    OpenAPI 3.0 or 3.1, Google Discovery, JSON Schema or protos in protobufjs's JSON, from a file or
                         an http address, as JSON or YAML; or a file of TypeScript declarations (.d.ts). Give all
                         descriptions of an API at once; a place counts as known when any of them has it.
  --root UPSTREAM=OURS   a component or type of upstream's and the component of ours to compare it with, for
                         descriptions without operations. A file that holds one schema is found by the end of its name.
  --prove                takes each property, each word of a list and each required out of the spec, one at a time, and
                         tells which of them no comparison notices, neither with packages nor with --upstream.

+ upstream has it, we do not    - we have it, upstream does not    ~ both have it, not the same
Differences listed in specs/deviations.yaml do not count.`;

class WrongUsage extends Error {}
class Broken extends Error {}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof Broken) {
    console.log(error.message);
    process.exitCode = 1;
  } else if (error instanceof WrongUsage) {
    console.error(`${error.message}\n\n${help}`);
    process.exitCode = 2;
  } else throw error;
}

async function run(argv: readonly string[]): Promise<number> {
  const { spec, upstream = [], root = [], fetch: heavy = false, prove: all = false, help: asked } = optionsOf(argv);
  if (asked === true) {
    console.log(help);
    return 0;
  }
  if (spec !== undefined && !specNames().includes(spec)) throw new WrongUsage(`there is no spec ${spec}`);
  if (all && spec === undefined) throw new WrongUsage("--prove goes with --spec");
  if (upstream.length === 0) {
    if (root.length > 0) throw new WrongUsage("--root goes with --upstream");
    return all ? proveAll(spec ?? "", oraclesOf(spec ?? "", heavy)) : checkAlone(spec, heavy);
  }
  if (spec === undefined) throw new WrongUsage("--upstream goes with --spec");
  if (heavy && !all) throw new WrongUsage("--fetch goes without --upstream");
  const oracle = await oracleOf(spec, upstream, rootsOf(root));
  return all ? proveAll(spec, [...oraclesOf(spec, heavy), oracle]) : checkAgainst(spec, oracle);
}

function optionsOf(argv: readonly string[]): {
  readonly spec?: string | undefined;
  readonly upstream?: readonly string[] | undefined;
  readonly root?: readonly string[] | undefined;
  readonly fetch?: boolean | undefined;
  readonly prove?: boolean | undefined;
  readonly help?: boolean | undefined;
} {
  try {
    const options = {
      spec: { type: "string" },
      upstream: { type: "string", multiple: true },
      root: { type: "string", multiple: true },
      fetch: { type: "boolean" },
      prove: { type: "boolean" },
      help: { type: "boolean" },
    } as const;
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new WrongUsage(messageOf(error));
  }
}

function checkAlone(spec: string | undefined, heavy: boolean): number {
  const names = spec === undefined ? specNames() : [spec];
  const broken = checkSpecs(names);
  const mistakes = [...broken, ...checkSurroundings()];
  console.log(mistakes.length > 0 ? mistakes.join("\n") : `${names.join(", ")}: fine`);
  if (broken.length > 0) return 1;
  const codes = names.flatMap((name) => oraclesOf(name, heavy).map((oracle) => report(name, oracle)));
  return Math.max(mistakes.length > 0 ? 1 : 0, ...codes);
}

/** The packages that describe a spec's API: those installed as one oracle, those fetched as another. */
function oraclesOf(name: string, heavy: boolean): readonly Oracle[] {
  const sources = readSources().sources.filter((source) => source.spec === name && source.content !== undefined);
  const [here, there] = [false, true].map((far) => sources.filter(({ content }) => content?.fetched === far));
  try {
    return [
      ...(here !== undefined && here.length > 0 ? [readOracle(here, installed)] : []),
      ...(heavy && there !== undefined && there.length > 0 ? [readOracle(there, fetched)] : []),
    ];
  } catch (error) {
    throw new Broken(messageOf(error));
  }
}

function checkAgainst(spec: string, oracle: Oracle): number {
  const mistakes = [...checkSpecs([spec]), ...readDeviations().mistakes];
  if (mistakes.length > 0) {
    console.log(mistakes.join("\n"));
    return 1;
  }
  return Math.max(...[...oraclesOf(spec, false), oracle].map((one) => report(spec, one)));
}

function report(name: string, oracle: Oracle): number {
  const { comparison, rest, fine } = judge(name, outlineOf(name), oracle, readDeviations().deviations);
  const [idle] = comparison.idle;
  if (idle !== undefined) {
    throw new WrongUsage(`nothing in ${idle} is like anything in specs/${name}.yaml; say what with --root`);
  }
  console.log(reportComparison(name, oracle.upstreams, comparison, rest));
  return fine ? 0 : 1;
}

function proveAll(spec: string, oracles: readonly Oracle[]): number {
  if (oracles.length === 0) throw new WrongUsage(`nothing describes specs/${spec}.yaml; give it with --upstream`);
  const proof = prove(spec, readSpec(spec), oracles, readDeviations().deviations);
  console.log(reportProof(spec, proof));
  return proof.unnoticed.length > 0 ? 1 : 0;
}

async function oracleOf(spec: string, locations: readonly string[], roots: Roots): Promise<Oracle> {
  const upstreams: Outline[] = [];
  for (const location of locations) {
    try {
      upstreams.push(...(await readUpstream(location, [...roots.keys()])));
    } catch (error) {
      const message = messageOf(error);
      throw new WrongUsage(message.includes(location) ? message : `${location}: ${message}`);
    }
  }
  refuseUnknownRoots(outlineOf(spec), upstreams, roots);
  return { upstreams, roots };
}

function rootsOf(given: readonly string[]): Roots {
  return new Map(
    given.map((one) => {
      const [theirs, ours, ...more] = one.split("=");
      if (!theirs || !ours || more.length > 0) throw new WrongUsage(`--root takes UPSTREAM=OURS, not ${one}`);
      return [theirs, ours] as const;
    }),
  );
}

function refuseUnknownRoots(ours: Outline, upstreams: readonly Outline[], roots: Roots): void {
  for (const [theirs, own] of roots) {
    if (!hasComponent(ours.document, own)) throw new WrongUsage(`${ours.name} has no component ${own}`);
    const known = upstreams.some(({ document }) => hasComponent(document, theirs));
    if (!known) throw new WrongUsage(`no upstream description has a component ${theirs}`);
  }
}
