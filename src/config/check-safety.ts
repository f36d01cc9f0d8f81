import type { components } from "../../generated/types/vertex.exact.ts";
import type { Routes } from "./config.ts";
import { type Inspection, mistakeAt, unknownName } from "./inspection.ts";
import type { Path } from "./mistakes.ts";
import { find } from "./tree.ts";
import { splitUse } from "./use.ts";

type Safety = Extract<Routes["models"][string], object>["safety"];
type Category = components["schemas"]["HarmCategory"];

const prefix = "HARM_CATEGORY_";

/** Categories with thresholds, without the beginning that all of Google's names share. */
const categories: Readonly<Record<Exclude<Category, `${string}UNSPECIFIED`>, string>> = {
  HARM_CATEGORY_HATE_SPEECH: "hate_speech",
  HARM_CATEGORY_DANGEROUS_CONTENT: "dangerous_content",
  HARM_CATEGORY_HARASSMENT: "harassment",
  HARM_CATEGORY_SEXUALLY_EXPLICIT: "sexually_explicit",
  HARM_CATEGORY_CIVIC_INTEGRITY: "civic_integrity",
  HARM_CATEGORY_JAILBREAK: "jailbreak",
  HARM_CATEGORY_IMAGE_HATE: "image_hate",
  HARM_CATEGORY_IMAGE_DANGEROUS_CONTENT: "image_dangerous_content",
  HARM_CATEGORY_IMAGE_HARASSMENT: "image_harassment",
  HARM_CATEGORY_IMAGE_SEXUALLY_EXPLICIT: "image_sexually_explicit",
};

/** The newer categories, which the Developer API does not have. */
const newer = /^HARM_CATEGORY_(?:JAILBREAK$|IMAGE_)/;

/** Which of them a host type has; one that is not named has none. */
const categoriesAt: Readonly<Record<string, "all" | "older">> = { vertex: "all", gemini: "older" };

/** Google's name of a category that may be written without its beginning, and in either case. */
export function toCategory(word: string): string {
  const upper = word.toUpperCase();
  return upper.startsWith(prefix) ? upper : prefix + upper;
}

/** Each category is one that Google has, stands there once and is of use. The thresholds are words of the schema. */
export function checkSafety(inspection: Inspection, path: Path, safety: Safety): void {
  const said = new Map<string, string>();
  for (const word of Object.keys(safety ?? {})) {
    const place = [...path, word];
    const category = toCategory(word);
    const other = said.get(category);
    if (!Object.hasOwn(categories, category)) {
      const { message, suggestion } = unknownName(inspection, place, word, Object.values(categories));
      mistakeAt(inspection, place, {
        message: `no harm category is named \`${word}\`${message}`,
        suggestion,
        at: "key",
      });
    } else if (other !== undefined) {
      mistakeAt(inspection, place, { message: `\`${word}\` and \`${other}\` are the same category`, at: "key" });
    }
    said.set(category, word);
    warnOfNoUse(inspection, place, category);
  }
}

/** A model may have deployments at both hosts; where all are the Developer API's, the category does nothing. */
function warnOfNoUse({ routes, tree, report }: Inspection, path: Path, category: string): void {
  const entry = find(tree, path);
  if (entry === undefined || !newer.test(category)) return;
  const [, name, , index] = path;
  const model = routes.models[String(name)];
  const deployments = typeof model === "object" ? model.deployments : [];
  const meant = typeof index === "number" ? deployments.slice(index, index + 1) : deployments;
  const uses = meant.map((one) => splitUse(typeof one === "string" ? one : one.use));
  const known = uses.map((use) => categoriesAt[routes.providers[use?.provider ?? ""]?.type ?? ""]);
  if (known.includes("all") || !known.includes("older")) return;
  const message = `\`${path.at(-1)}\` is Vertex AI's alone: the Developer API has no such category, so this holds for no deployment`;
  report.warning(entry, { message, at: "key" });
}
