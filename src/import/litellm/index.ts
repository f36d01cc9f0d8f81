import { parseRoutes } from "../../config/load.ts";
import { formatPath, type Mistake, type Path } from "../../config/mistakes.ts";
import { type Entry, type MapEntry, memberOf } from "../../config/tree.ts";
import { withNewKeyModels } from "./accounts.ts";
import { buildAliases } from "./aliases.ts";
import { createProviders, type DeploymentDraft, nameProviders, type Settings } from "./draft.ts";
import { readEntry } from "./entry.ts";
import { locate } from "./hosts.ts";
import { buildModels } from "./models.ts";
import { createNotes, type Fate, type Note, type Notes } from "./notes.ts";
import { readSettings } from "./settings.ts";
import { isEmpty, lineFinder, membersOf, problem, readSource, type Source, textAt, textOf } from "./source.ts";
import { sweep } from "./sweep.ts";
import { createVariables, type Variables } from "./variables.ts";
import { writeRoutes } from "./write.ts";

export type { Fate } from "./notes.ts";

/** What became of one line of the source. */
export interface Line {
  readonly fate: Fate;
  /** From 1, in the source. */
  readonly line: number;
  /** As `model_list[2].litellm_params.rpm`. */
  readonly path: string;
  readonly text?: string | undefined;
  /** The nearest word that LiteLLM knows. */
  readonly suggestion?: string | undefined;
  /** Where it stands in the new file. */
  readonly to?: { readonly line: number; readonly path: string } | undefined;
}

/** A variable of the environment that the new file reads. */
export interface ReadVariable {
  readonly name: string;
  /** Where the value stands in the source that is to be put into it. */
  readonly from?: { readonly line: number; readonly path: string } | undefined;
  /** LiteLLM does not know it. */
  readonly isNew: boolean;
}

/** A routes.yaml with an account of every line of its source, or what keeps it from being one. */
export type Imported =
  | { readonly routes: string; readonly lines: readonly Line[]; readonly variables: readonly ReadVariable[] }
  | { readonly mistakes: readonly Mistake[]; readonly lines: readonly Line[] };

/**
 * Makes a routes.yaml of a LiteLLM proxy config.
 *
 * Shape: YAML text → YAML text that {@link parseRoutes} takes, with what was carried over, changed and left. No value
 * that may be a secret is in either; `file` is named in the first line. Fails: never; a text that is no config of
 * LiteLLM's, or of which no model is left, comes back with mistakes at its lines.
 *
 * @see docs/import-litellm.md
 */
export function importLiteLLM(text: string, file: string): Imported {
  const source = readSource(text);
  if (!("root" in source)) return { mistakes: source.mistakes, lines: [] };
  const wrong = whyNot(source);
  if (wrong !== undefined) return { mistakes: [wrong], lines: [] };
  return convert(source, file);
}

/** What is no config of LiteLLM's has no list of models. */
function whyNot({ root, lineOf }: Source): Mistake | undefined {
  const list = memberOf(root, "model_list");
  const isRoutes = memberOf(root, "providers") !== undefined && memberOf(root, "models") !== undefined;
  if (isRoutes) return problem(1, "this is a routes.yaml already");
  if (list === undefined) return problem(1, "this is no config of LiteLLM's: it has no `model_list`");
  if (list.kind === "list" && list.items.length > 0) return undefined;
  const remedy = "models in a database or in an included file are not seen here";
  const message =
    isEmpty(list) || list.kind === "list" ? `\`model_list\` is empty; ${remedy}` : "`model_list` is a list of models";
  return problem(lineOf(list), message);
}

interface Attempt {
  readonly text: string;
  readonly drafts: readonly DeploymentDraft[];
  readonly notes: Notes;
  readonly mistakes: readonly Mistake[];
  readonly variables: Variables;
}

/** What the loader found wrong with entries of an attempt. */
interface Findings {
  /** Entries that are left out, and why. */
  readonly refused: ReadonlyMap<number, string>;
  /** Upstream models by the names the loader wants for them. */
  readonly renamed: ReadonlyMap<number, string>;
}

/** Tries until the loader is content: what it refuses is left out, and what it names otherwise is renamed. */
function convert(source: Source, file: string): Imported {
  let findings: Findings = { refused: new Map(), renamed: new Map() };
  for (;;) {
    const attempt = tryOnce(source, file, findings);
    const lines = toLines(source, attempt);
    if (attempt.drafts.length === 0) {
      const list = memberOf(source.root, "model_list");
      const message = "no model could be carried over";
      return { mistakes: [problem(list === undefined ? 1 : source.lineOf(list), message)], lines };
    }
    if (attempt.mistakes.length === 0) return { routes: attempt.text, lines, variables: toVariables(source, attempt) };
    const next = learn(attempt, findings);
    if (next === undefined) return { mistakes: attempt.mistakes.map((one) => atSource(one, lines)), lines };
    findings = next;
  }
}

/** A mistake of the new file at the line of the source that it comes from. */
function atSource({ message, suggestion, path }: Mistake, lines: readonly Line[]): Mistake {
  const from = lines.find(({ to }) => to !== undefined && (path === to.path || to.path.startsWith(`${path}.`)));
  const text = `this makes no sense as \`${path}\` of routes.yaml: ${message}`;
  return { line: from?.line ?? 1, column: 1, path: from?.path ?? "", message: text, suggestion };
}

function tryOnce({ root }: Source, file: string, { refused, renamed }: Findings): Attempt {
  const notes = createNotes();
  const variables = createVariables(root);
  reserveImplied(root, variables);
  const settings = readSettings(root, notes, variables);
  const drafts = readEntries(root, { notes, variables, providers: createProviders() }, refused);
  for (const draft of drafts) rename(draft, renamed.get(draft.index), notes);
  nameProviders([...new Set(drafts.map(({ provider }) => provider))]);
  const models = buildModels(drafts, settings, notes);
  const aliases = buildAliases(settings, models, notes);
  const sections = {
    ...settings.sections,
    providers: Object.fromEntries(drafts.map(({ provider }) => [provider.name, provider.members])),
    models,
    aliases,
    key_defaults: withNewKeyModels(settings, [...Object.keys(models), ...Object.keys(aliases)], notes),
    server: withDefault(settings, models, notes),
  };
  tellDropParams(settings, notes);
  sweep(root, notes);
  const text = writeRoutes(sections, `Made from ${file} by specgate import litellm.`);
  const loaded = parseRoutes(text, { file: "routes.yaml", env: variables.standIns() });
  return { text, drafts, notes, variables, mistakes: "config" in loaded ? [] : loaded.mistakes };
}

/** A variable that LiteLLM reads or sets by itself means what it means there. */
function reserveImplied(root: MapEntry, variables: Variables): void {
  for (const [name] of membersOf(memberOf(root, "environment_variables"))) variables.reserve(name);
  for (const entry of entriesOf(root)) {
    const params = memberOf(entry, "litellm_params");
    const located = locate(textAt(params, "model") ?? "", textAt(params, "custom_llm_provider"));
    if (typeof located !== "string" && isEmpty(memberOf(params, "api_key"))) variables.reserve(located.host.key);
  }
}

function entriesOf(root: MapEntry): readonly Entry[] {
  const list = memberOf(root, "model_list");
  return list?.kind === "list" ? list.items : [];
}

function readEntries(
  root: MapEntry,
  reading: Parameters<typeof readEntry>[2],
  refused: ReadonlyMap<number, string>,
): readonly DeploymentDraft[] {
  return entriesOf(root).flatMap((entry, index) => {
    const why = refused.get(index);
    if (why !== undefined) reading.notes.left(entry, `left out: ${why}`);
    return why === undefined ? (readEntry(entry, index, reading) ?? []) : [];
  });
}

function rename(draft: DeploymentDraft, name: string | undefined, notes: Notes): void {
  if (name === undefined) return;
  draft.upstreamModel = name;
  notes.changed(draft.modelEntry, `the host calls it ${name}`, () => draft.place);
}

function withDefault(settings: Settings, models: Readonly<Record<string, unknown>>, notes: Notes): unknown {
  const { defaultModel, sections } = settings;
  if (defaultModel === undefined) return sections["server"];
  if (!Object.hasOwn(models, defaultModel.name)) {
    notes.left(defaultModel.entry, "no model that is carried over has this name");
    return sections["server"];
  }
  notes.carried(defaultModel.entry, () => ["server", "default_model"]);
  return { ...sections["server"], default_model: defaultModel.name };
}

function tellDropParams({ dropParams }: Settings, notes: Notes): void {
  if (dropParams === undefined) return;
  const said = textOf(dropParams)?.toLowerCase();
  if (said === "false") notes.changed(dropParams, "each model that says nothing else has `unsupported: refuse`");
  else notes.carried(dropParams, undefined, "it is the default, and each answer tells what was dropped");
}

/** What the loader says of deployments and their providers; undefined where it is about something else, or nothing new. */
function learn(attempt: Attempt, findings: Findings): Findings | undefined {
  // What stands in for a model fails at its own place too, and the model itself is none the worse for it.
  return learnBy([ownPlace, providersPlace], attempt, findings) ?? learnBy([modelsPlace], attempt, findings);
}

type PlaceOf = (draft: DeploymentDraft) => Path;

const ownPlace: PlaceOf = ({ place }) => place ?? [];
const providersPlace: PlaceOf = ({ provider }) => ["providers", provider.name];
const modelsPlace: PlaceOf = ({ modelName }) => ["models", modelName];

function learnBy(
  ways: readonly PlaceOf[],
  { mistakes, drafts }: Attempt,
  { refused, renamed }: Findings,
): Findings | undefined {
  const next = { refused: new Map(refused), renamed: new Map(renamed) };
  for (const { path, message, suggestion } of mistakes) {
    for (const draft of concerned(path, drafts, ways)) {
      const name = suggestion?.startsWith(`${draft.provider.name}/`)
        ? suggestion.slice(draft.provider.name.length + 1)
        : undefined;
      if (name !== undefined && !next.renamed.has(draft.index)) next.renamed.set(draft.index, name);
      else next.refused.set(draft.index, message.replaceAll(`${draft.provider.name}/`, ""));
    }
  }
  const isNews = next.refused.size > refused.size || next.renamed.size > renamed.size;
  return isNews ? next : undefined;
}

/** The deployments that a place of the new file is about, by the first way in which it is about any. */
function concerned(
  path: string,
  drafts: readonly DeploymentDraft[],
  ways: readonly PlaceOf[],
): readonly DeploymentDraft[] {
  const found = ways.map((way) => drafts.filter((draft) => isWithin(path, way(draft))));
  return found.find((some) => some.length > 0) ?? [];
}

function isWithin(path: string, own: Path): boolean {
  const text = formatPath(own);
  if (text === "") return false;
  return path === text || path.startsWith(`${text}.`) || path.startsWith(`${text}[`);
}

function toLines({ lineOf }: Source, { notes, text }: Attempt): readonly Line[] {
  const newLine = lineFinder(text);
  const lines = notes.all().map(({ fate, entry, text: said, suggestion, to }: Note): Line => {
    const place = to();
    return {
      fate,
      line: lineOf(entry),
      path: formatPath(entry.path),
      text: said,
      suggestion,
      to: place && { line: newLine(place), path: formatPath(place) },
    };
  });
  return lines.toSorted((a, b) => a.line - b.line);
}

function toVariables({ lineOf }: Source, { variables }: Attempt): readonly ReadVariable[] {
  return variables.all().map(({ name, from, isNew }) => ({
    name,
    from: from && { line: lineOf(from), path: formatPath(from.path) },
    isNew,
  }));
}
