import type { Entry } from "../../config/tree.ts";
import type { Notes } from "./notes.ts";
import { isEmpty } from "./source.ts";

/** A note on these is about what is missing in them, and says nothing of what they hold. */
const open: ReadonlySet<string | number | undefined> = new Set([undefined, "litellm_params"]);

/** Tells of what nobody has told of: values of another shape than LiteLLM's, and what says nothing. */
export function sweep(root: Entry, notes: Notes): void {
  const told = new Set(notes.all().map(({ entry }) => entry));
  visit(root);

  function visit(entry: Entry): void {
    if (told.has(entry) && !open.has(entry.path.at(-1))) return;
    if (entry.kind === "map") for (const member of entry.members.values()) visit(member);
    else if (entry.kind === "list") for (const item of entry.items) visit(item);
    else notes.left(entry, isEmpty(entry) ? "it says nothing" : "LiteLLM has nothing of this kind here");
  }
}
