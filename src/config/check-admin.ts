import { digestOf } from "./digest.ts";
import { type Inspection, mistakeAt, namesOfList, shownAt, unknownName, wasRemoved } from "./inspection.ts";
import { masterKeyOf } from "./lets-in.ts";
import { find } from "./tree.ts";

/** A shorter one can be guessed. Many are in use. */
const shortMaster = 16;

/** The name by which the ledger knows the master key. */
const masterName = "master";

/** The admin API: its key, its address, and the key of those who send none. */
export function checkAdmin(inspection: Inspection): void {
  const master = masterKeyOf(inspection.routes);
  if (master !== undefined) checkMaster(inspection, master);
  checkAddress(inspection);
  checkDefaultKey(inspection);
}

function checkMaster(inspection: Inspection, master: string): void {
  const path = ["server", "master_key"];
  const entry = find(inspection.tree, path);
  if (!/^[\x21-\x7e]+$/.test(master)) {
    const message = "`master_key` holds a space, a line break or another character that no header can carry";
    mistakeAt(inspection, path, { message });
  } else if (master.length < shortMaster && entry !== undefined) {
    const message = `\`master_key\` is shorter than ${shortMaster} characters; a long random one cannot be guessed`;
    inspection.report.warning(entry, { message });
  }
  const digest = digestOf({ name: masterName, key: master });
  for (const [index, key] of (inspection.routes.keys ?? []).entries()) {
    const place = ["keys", index];
    if (digestOf(key) === digest) {
      mistakeAt(inspection, place, {
        message: "this is `server.master_key` too; it needs a key of its own",
        at: "key",
      });
    }
    if (key.name !== masterName) continue;
    const message = `\`${masterName}\` is what the ledger calls \`server.master_key\`; give this key another name`;
    mistakeAt(inspection, [...place, "name"], { message });
  }
}

/** Where the admin API is, when it is not at the gateway's own address. */
function checkAddress(inspection: Inspection): void {
  const { admin, host = "127.0.0.1", port = 4000 } = inspection.routes.server ?? {};
  const path = ["server", "admin"];
  if (admin === undefined) return;
  const hasKey = inspection.routes.server?.master_key !== undefined;
  if (!hasKey && !wasRemoved(inspection, ["server"], "master_key")) {
    const message = "`admin` is where the admin API is, and there is none without `master_key`; add it";
    mistakeAt(inspection, path, { message, at: "key" });
  }
  if (admin.host?.trim() === "") mistakeAt(inspection, [...path, "host"], { message: "`host` must not be empty" });
  else if (admin.port === port && port !== 0 && overlap(admin.host ?? "127.0.0.1", host)) {
    const message = "`admin` has the gateway's own address; give it another port, or remove it to share this one";
    mistakeAt(inspection, [...path, "port"], { message });
  }
}

const everywhere: ReadonlySet<string> = new Set(["0.0.0.0", "::", "[::]"]);

function overlap(one: string, other: string): boolean {
  return one === other || everywhere.has(one) || everywhere.has(other);
}

function checkDefaultKey(inspection: Inspection): void {
  const { auth, default_key: name } = inspection.routes.server ?? {};
  const path = ["server", "default_key"];
  if (name === undefined) return;
  const known = namesOfList(inspection, "keys");
  if (auth === "none") {
    const message = "`default_key` does nothing: under `auth: none` no key is asked for";
    mistakeAt(inspection, path, { message, at: "key" });
  } else if (!known.includes(name)) {
    const { message, suggestion } = unknownName(inspection, path, name, known);
    mistakeAt(inspection, path, {
      message: `no key under \`keys\` is named ${shownAt(inspection, path)}${message}`,
      suggestion,
    });
  }
}
