/**
 * Checks `specs/*.yaml` against the house rules and against what upstream says.
 *
 *   npm run check:specs
 *   npm run check:specs -- --spec openai --upstream openapi.yaml
 *   npm run check:specs -- --spec vertex --upstream request.json --upstream response.json --root GReq=GenerateContentRequest
 *
 * Exit code: 0 fine; 1 a rule is broken or a difference is not in specs/deviations.yaml; 2 wrong usage.
 */
import { parseArgs } from "node:util";
import { checkSpecs, checkSurroundings, messageOf, outlineOf, readDeviations, specNames } from "./spec/check/check.ts";
import { compareSpec, type Roots } from "./spec/check/compare-spec.ts";
import { subtract } from "./spec/check/deviations.ts";
import { reportComparison } from "./spec/check/report.ts";
import { hasComponent, type Outline } from "./spec/readers/description.ts";
import { readUpstream } from "./spec/readers/read.ts";

const help = `usage: npm run check:specs -- [--spec NAME] [--upstream FILE]... [--root UPSTREAM=OURS]...

Without --upstream: the house rules of every spec, or of one, and whether generated/ is up to date.
With --upstream: compares a spec with one or more descriptions of its API, place by place.

  --spec NAME            a spec: ${specNames().join(", ")}
  --upstream FILE        OpenAPI 3.0 or 3.1, Google Discovery or JSON Schema, as JSON or YAML. A file only: addresses
                         are not fetched. Give all descriptions of an API at once; a place counts as known when any
                         of them has it.
  --root UPSTREAM=OURS   a component of upstream's and the one of ours to compare it with, for files without
                         operations. A file that holds one schema is found by the end of its name.

+ upstream has it, we do not    - we have it, upstream does not    ~ both have it, not the same
Differences listed in specs/deviations.yaml do not count.`;

class WrongUsage extends Error {}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  console.error(`${error.message}\n\n${help}`);
  process.exitCode = 2;
}

function run(argv: readonly string[]): number {
  const { spec, upstream = [], root = [], help: asked } = optionsOf(argv);
  if (asked === true) {
    console.log(help);
    return 0;
  }
  if (spec !== undefined && !specNames().includes(spec)) throw new WrongUsage(`there is no spec ${spec}`);
  if (upstream.length === 0) {
    if (root.length > 0) throw new WrongUsage("--root goes with --upstream");
    return checkAlone(spec);
  }
  if (spec === undefined) throw new WrongUsage("--upstream goes with --spec");
  return checkAgainst(spec, upstream.map(readFile), rootsOf(root));
}

function optionsOf(argv: readonly string[]): {
  readonly spec?: string | undefined;
  readonly upstream?: readonly string[] | undefined;
  readonly root?: readonly string[] | undefined;
  readonly help?: boolean | undefined;
} {
  try {
    const options = {
      spec: { type: "string" },
      upstream: { type: "string", multiple: true },
      root: { type: "string", multiple: true },
      help: { type: "boolean" },
    } as const;
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new WrongUsage(messageOf(error));
  }
}

function checkAlone(spec: string | undefined): number {
  const names = spec === undefined ? specNames() : [spec];
  const mistakes = [...checkSpecs(names), ...checkSurroundings()];
  console.log(mistakes.length > 0 ? mistakes.join("\n") : `${names.join(", ")}: fine`);
  return mistakes.length > 0 ? 1 : 0;
}

function checkAgainst(spec: string, upstreams: readonly Outline[], roots: Roots): number {
  const { deviations, mistakes: wrong } = readDeviations();
  const mistakes = [...checkSpecs([spec]), ...wrong];
  if (mistakes.length > 0) {
    console.log(mistakes.join("\n"));
    return 1;
  }
  const ours = outlineOf(spec);
  refuseUnknownRoots(ours, upstreams, roots);
  const comparison = compareSpec(ours, upstreams, roots);
  const [idle] = comparison.idle;
  if (idle !== undefined) {
    throw new WrongUsage(`nothing in ${idle} is like anything in specs/${spec}.yaml; say what with --root`);
  }
  const rest = subtract(
    comparison,
    deviations.filter((deviation) => deviation.spec === spec),
  );
  console.log(reportComparison(spec, comparison, rest));
  return rest.differences.length + rest.stale.length > 0 ? 1 : 0;
}

function readFile(file: string): Outline {
  if (/^[a-z]+:\/\//i.test(file)) throw new WrongUsage(`${file} is an address; download it and give the file`);
  try {
    return readUpstream(file);
  } catch (error) {
    throw new WrongUsage(messageOf(error));
  }
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
    if (!known) throw new WrongUsage(`no upstream file has a component ${theirs}`);
  }
}
