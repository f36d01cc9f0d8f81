import { describe, expect, test } from "vitest";
import { secret } from "../_canary.ts";
import { databases, digestOf, startAdmin } from "./_admin.ts";

type Entry = { readonly action: string; readonly before: unknown; readonly after: unknown };

describe.each(databases)("the audit log on $name", (database) => {
  test("tells who changed what, before and after, and no secret", async (context) => {
    await database.need(context);
    const { ask } = await startAdmin({ database });
    // A secret where people put them: no answer may show it, and asking for one looks at all of them.
    const hidden = { metadata: { api_key: secret("in-metadata") } };
    const made = (await ask("POST /key/generate", { key_alias: "a", max_budget: 1, metadata: { floor: 3 } })).body;
    await ask("POST /key/update", { key: made.key, max_budget: 2.5, rpm_limit: 9 });
    await ask("POST /key/block", { key: made.key });
    const next = (await ask("POST /key/regenerate", { key: made.key })).body;
    await ask("POST /key/delete", { keys: [next.key] });
    await ask("POST /team/new", { team_id: "red", tpm_limit: 5 });
    await ask("POST /team/delete", { team_ids: ["red"] });
    await ask("POST /customer/block", { user_ids: ["visitor"] });
    const { body, text } = await ask("GET /audit/logs");
    const logs: readonly Entry[] = body.audit_logs.toReversed();
    expect(logs.map(({ action, before, after }) => [action, before, after])).toEqual([
      ["key.generate", null, expect.objectContaining({ key_alias: "a", max_budget: 1, metadata: { floor: 3 } })],
      ["key.update", { max_budget: 1, rpm_limit: null }, { max_budget: 2.5, rpm_limit: 9 }],
      ["key.block", { blocked: false }, { blocked: true }],
      [
        "key.regenerate",
        expect.objectContaining({ key_name: made.key_name }),
        expect.objectContaining({ key_name: next.key_name }),
      ],
      ["key.delete", expect.objectContaining({ max_budget: 2.5, blocked: true }), null],
      ["team.new", null, expect.objectContaining({ tpm_limit: 5 })],
      ["team.delete", expect.objectContaining({ tpm_limit: 5 }), null],
      ["customer.new", null, expect.objectContaining({ blocked: true })],
    ]);
    expect(body.audit_logs.every(({ actor }: { actor: string }) => actor === "master key")).toBe(true);
    for (const key of [made.key, next.key]) {
      expect(text).not.toContain(key);
      expect(text).not.toContain(digestOf(key));
    }
    // The metadata's owner may read it; the log hides what looks like a secret.
    await ask("POST /team/new", { team_id: "blue", ...hidden }).catch(() => undefined);
    const [last] = (await ask("GET /audit/logs?limit=1&target=blue")).body.audit_logs;
    expect(last.after.metadata).toEqual({ api_key: "[secret]" });
  });

  test("is chosen from and paged", async (context) => {
    await database.need(context);
    const { ask } = await startAdmin({ database });
    for (const team_id of ["one", "two", "three"]) await ask("POST /team/new", { team_id });
    const idsOf = async (query: string) =>
      (await ask(`GET /audit/logs?${query}`)).body.audit_logs.map(({ target_id: id }: { target_id: string }) => id);
    expect(await idsOf("target=two&target_kind=team&action=team.new&actor=master%20key")).toEqual(["two"]);
    expect(await idsOf("action=key.generate")).toEqual([]);
    expect(await idsOf("from=2000-01-01&to=2000-12-31")).toEqual([]);
    const first = (await ask("GET /audit/logs?limit=2")).body;
    expect(first.audit_logs).toHaveLength(2);
    expect(await idsOf(`limit=2&after=${first.next}`)).toEqual(["one"]);
  });

  test("has an entry for nothing that was refused", async (context) => {
    await database.need(context);
    const { ask } = await startAdmin({ database });
    await ask("POST /key/generate", { key_alias: "a" });
    expect((await ask("POST /key/generate", { key_alias: "a" })).status).toBe(409);
    expect((await ask("POST /key/update", { key: "key_nobody", rpm_limit: 1 })).status).toBe(404);
    expect((await ask("GET /audit/logs")).body.audit_logs).toHaveLength(1);
  });
});
