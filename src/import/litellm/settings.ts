import { type Entry, type MapEntry, memberOf } from "../../config/tree.ts";
import { accountNames, budgetNames, readAccounts } from "./accounts.ts";
import type { Named, Settings } from "./draft.ts";
import { leftUnknown } from "./entry.ts";
import { generalWords, routerWords, settingWords, topWords } from "./known.ts";
import type { Notes, To } from "./notes.ts";
import { readRedis, redisNames } from "./redis.ts";
import { flagOf, itemsOf, membersOf, textAt, textOf } from "./source.ts";
import { toTimeouts } from "./timeouts.ts";
import type { Variables } from "./variables.ts";

type Handler = (entry: Entry) => void;
type Handlers = Readonly<Record<string, Handler>>;

/** Reads every section but `model_list`. */
export function readSettings(root: MapEntry, notes: Notes, variables: Variables): Settings {
  const settings: Settings = {
    sections: {},
    fallbacks: [],
    defaultFallbacks: [],
    aliases: [],
    newKeyModels: [],
    defaultModel: undefined,
    dropParams: undefined,
    keptLimits: new Set(),
  };
  const context = { settings, notes, variables };
  const sections: Readonly<Record<string, Handler>> = {
    model_list: () => undefined,
    litellm_settings: (entry) => readSection(entry, ofSettings(context), settingWords, notes),
    router_settings: (entry) => {
      readSection(entry, { ...ofRouter(context), ...behind(redisNames) }, routerWords, notes);
      readRedis(entry, context);
    },
    general_settings: (entry) => readSection(entry, ofGeneral(context), generalWords, notes),
    environment_variables: (entry) => {
      for (const [, one] of membersOf(entry)) notes.left(one, "set it in the environment that the gateway starts in");
    },
  };
  readSection(root, sections, topWords, notes);
  readAccounts(root, context);
  return settings;
}

interface Context {
  readonly settings: Settings;
  readonly notes: Notes;
  readonly variables: Variables;
}

function readSection(section: Entry, handlers: Handlers, words: Readonly<Record<string, string>>, notes: Notes): void {
  for (const [name, entry] of membersOf(section)) {
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    const word = Object.hasOwn(words, name) ? words[name] : undefined;
    if (handler !== undefined) handler(entry);
    else if (word !== undefined) notes.left(entry, word);
    else leftUnknown(notes, entry, name, [...Object.keys(handlers), ...Object.keys(words)]);
  }
}

/** Puts a member into a section of the new file. */
function put({ settings }: Context, section: string, member: string, value: unknown): To {
  const { sections } = settings;
  sections[section] = { ...sections[section], [member]: value };
  return () => [section, member];
}

function ofSettings(context: Context): Handlers {
  const { settings, notes } = context;
  const callbacks = (entry: Entry): void => readCallbacks(entry, notes);
  return {
    ...fallbackHandlers(context),
    ...behind(budgetNames),
    drop_params: (entry) => {
      settings.dropParams = entry;
    },
    set_verbose: (entry) => {
      if (flagOf(entry) === true)
        notes.changed(entry, "it is a level of the log", put(context, "log", "level", "debug"));
      else notes.carried(entry, undefined, "it is the default");
    },
    json_logs: (entry) => {
      if (flagOf(entry) === true) notes.carried(entry, put(context, "log", "format", "json"));
      else notes.carried(entry, undefined, "it is the default on a terminal");
    },
    request_timeout: (entry) => readTimeout(entry, context),
    callbacks,
    success_callback: callbacks,
    failure_callback: callbacks,
    service_callbacks: callbacks,
    ssl_verify: (entry) => {
      if (flagOf(entry) === true) notes.carried(entry, undefined, "certificates are always checked");
      else notes.left(entry, "certificates are always checked; name the authority by `tls.ca_file` of each provider");
    },
  };
}

function readCallbacks(entry: Entry, notes: Notes): void {
  for (const item of itemsOf(entry)) {
    if (textOf(item) === "prometheus") notes.carried(item, undefined, "counts are at /metrics");
    else notes.left(item, settingWords["callbacks"] ?? "");
  }
  if (itemsOf(entry).length === 0) notes.carried(entry, undefined, "it is empty");
}

function readTimeout(entry: Entry, context: Context): void {
  const timeouts = toTimeouts(entry);
  if (timeouts === undefined) context.notes.left(entry, "a timeout is a number of seconds, written in the file");
  else {
    context.settings.sections["timeouts"] = timeouts;
    context.notes.changed(entry, "it is how long an upstream may say nothing", () => ["timeouts"]);
  }
}

function fallbackHandlers({ settings, notes }: Context): Handlers {
  return {
    fallbacks: (entry) => {
      for (const [name, targets] of itemsOf(entry).flatMap(membersOf)) {
        const named = namesIn(targets, notes);
        if (name === "*") settings.defaultFallbacks.push(...named);
        else settings.fallbacks.push({ entry: targets, name, targets: named });
      }
      if (itemsOf(entry).length === 0) notes.carried(entry, undefined, "it is empty");
    },
    default_fallbacks: (entry) => {
      settings.defaultFallbacks.push(...namesIn(entry, notes));
    },
  };
}

function namesIn(entry: Entry, notes: Notes): readonly Named[] {
  return itemsOf(entry).flatMap((item) => {
    const name = textOf(item);
    if (name === undefined) notes.left(item, "a fallback is the name of a model");
    return name === undefined ? [] : [{ entry: item, name }];
  });
}

/** Ways to spread requests; LiteLLM's own default is by weight too. */
const byWeight = "simple-shuffle";

/** Makes `rpm` and `tpm` more than shares. */
const keepsLimits = "enforce_model_rate_limits";

function ofRouter(context: Context): Handlers {
  const { settings, notes } = context;
  return {
    ...fallbackHandlers(context),
    routing_strategy: (entry) => {
      if (textOf(entry) === byWeight)
        notes.carried(entry, undefined, "deployments of one model are `strategy: weighted`");
      else notes.changed(entry, "deployments of one model are spread by weight: `strategy: weighted`");
      if (/^usage-based-routing/.test(textOf(entry) ?? "")) settings.keptLimits.add("rpm").add("tpm");
    },
    timeout: (entry) => readTimeout(entry, context),
    enable_pre_call_checks: (entry) => {
      if (flagOf(entry) === true) settings.keptLimits.add("rpm");
      notes.left(entry, "a prompt that is too long is refused by the upstream");
    },
    optional_pre_call_checks: (entry) => {
      for (const item of itemsOf(entry)) {
        if (textOf(item) === keepsLimits) {
          settings.keptLimits.add("rpm").add("tpm");
          notes.changed(item, "`rpm` and `tpm` are limits of models");
        } else notes.left(item, "a conversation may go to another deployment with each request");
      }
    },
    model_group_alias: (entry) => {
      for (const [name, one] of membersOf(entry)) {
        const target = textOf(one) ?? textAt(one, "model");
        if (target === undefined) notes.left(one, "an alias leads to a model");
        else settings.aliases.push({ entry: one, name, target });
        const hidden = memberOf(one, "hidden");
        if (hidden !== undefined) notes.left(hidden, "aliases are never among the models of /v1/models");
      }
    },
  };
}

/** Read together, behind the others. */
function behind(names: readonly string[]): Handlers {
  return Object.fromEntries(names.map((name) => [name, () => undefined]));
}

function ofGeneral(context: Context): Handlers {
  const { settings, notes } = context;
  return {
    ...behind(accountNames),
    completion_model: (entry) => {
      const name = textOf(entry);
      if (name !== undefined) settings.defaultModel = { entry, name };
    },
    max_request_size_mb: (entry) => {
      const text = textOf(entry) ?? "";
      if (/^[1-9]\d{0,5}$/.test(text)) notes.carried(entry, put(context, "server", "max_body", `${text}MB`));
      else notes.left(entry, "a size is a whole number of megabytes");
    },
  };
}
