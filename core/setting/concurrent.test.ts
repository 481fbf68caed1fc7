import { openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { depth } from "@muster/local/testing/random.ts";
import type { FieldKey } from "@muster/settings/fields.ts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isFailure } from "../base/failure.ts";
import type { Table } from "../table/table.ts";
import * as Team from "../team/team.ts";
import * as Document from "./document.ts";
import * as History from "./history.ts";
import { settingKeys } from "./keys.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import { failures } from "./section.ts";
import * as Setting from "./setting.ts";
import * as TeamLayer from "./team-layer.ts";

// Two admins, a script and a file change the settings at once; whose call to the table is next is decided by chance.

/** A step: the revision that it saw, and what a file was said to change. */
type Taken = { seen: number; note: string; shown?: Changed[] };
type Changed = History.Revision["changes"][number];

const toggles = ["features.telemetry", "features.externalCloud", "sources.audioCapture", "websites.isManaged"] as const;
const lists = ["models.allowed", "websites.denied"] as const;
const models = ["openai/gpt-4.1", "openai/gpt-4o", "google/gemini-2.5-pro"];
const websites = ["a.example", "b.example", "c.example"];

const step = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), key: fc.constantFrom(...toggles), value: fc.boolean() }),
  fc.record({ kind: fc.constant("leave" as const), key: fc.constantFrom(...toggles, ...lists) }),
  fc
    .constantFrom(...[models, websites].flatMap((entries, i) => entries.map((entry) => ({ entry, key: lists[i] }))))
    .chain(({ entry, key = "models.allowed" }) =>
      fc.record({
        kind: fc.constant("list" as const),
        key: fc.constant(key),
        how: fc.constantFrom("add" as const, "remove" as const),
        entry: fc.constant(entry),
      }),
    ),
  fc.record({ kind: fc.constant("open" as const), keys: fc.subarray([...toggles]) }),
  fc.record({ kind: fc.constant("general" as const), city: fc.constantFrom("Berlin", "Paris", "Rome") }),
  fc.record({ kind: fc.constant("team" as const), key: fc.constantFrom(...toggles), value: fc.boolean() }),
  fc.record({ kind: fc.constant("file" as const), key: fc.constantFrom(...toggles), value: fc.boolean() }),
  fc.record({ kind: fc.constant("restore" as const), back: fc.nat({ max: 3 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function everybody(plans: readonly Step[][], scheduler: fc.Scheduler) {
  const fixture = await openOrganization();
  const bob = await fixture.join("bob@example.com", "admin");
  const { id: team } = await fixture.as(fixture.ada, () => Team.create({ name: "Design" }));
  const { table: good } = fixture.world;
  let isStarted = false;
  const schedule = scheduler.scheduleFunction(async (run: () => Promise<void>) => run());
  async function scheduled<R>(call: () => Promise<R>): Promise<R> {
    if (!isStarted) return call();
    const [outcome] = await new Promise<PromiseSettledResult<R>[]>((resolve) => {
      void schedule(async () => resolve(await Promise.allSettled([call()])));
    });
    if (outcome?.status !== "fulfilled") throw outcome?.reason;
    return outcome.value;
  }
  const table: Table = {
    ...good,
    write: async (...steps) => scheduled(async () => good.write(...steps)),
    getMany: async (keys, options) => scheduled(async () => good.getMany(keys, options)),
  };
  fixture.world.rebind({ table });

  const taken: Taken[] = [];
  async function take(one: Step): Promise<void> {
    const { revision: seen } = await OrganizationLayer.get({});
    const done: Taken = { seen, note: `Step ${taken.length}` };
    taken.push(done);
    const own = { revision: seen, note: done.note };
    switch (one.kind) {
      case "set":
        await OrganizationLayer.change({ ...own, fields: { [one.key]: { value: one.value } } });
        break;
      case "leave":
        await OrganizationLayer.change({ ...own, fields: { [one.key]: null } });
        break;
      case "list":
        await OrganizationLayer.change({ ...own, fields: { [one.key]: { [one.how]: [one.entry] } } });
        break;
      case "open":
        await OrganizationLayer.change({ ...own, openToTeams: one.keys });
        break;
      case "general":
        await Setting.saveGeneral({ revision: seen, address: { city: one.city } });
        break;
      case "team":
        await TeamLayer.changeTeam({ ...own, team, fields: { [one.key]: { value: one.value } } });
        break;
      case "file": {
        const [section, name] = one.key.split(".");
        const document = `${section}: { ${name}: { value: ${one.value} } }`;
        const check = await Document.importDocument({ document, revision: seen, isCheck: true });
        Object.assign(done, { seen: check.revision, shown: check.changes });
        await Document.importDocument({ ...own, document, revision: check.revision });
        break;
      }
      case "restore":
        await History.restore({ ...own, to: Math.max(0, seen - one.back) });
        break;
    }
  }

  isStarted = true;
  const work = Promise.all(
    plans.map((plan, i) =>
      fixture.as(i % 2 === 0 ? fixture.ada : bob, async () => {
        for (const one of plan) {
          try {
            await take(one);
          } catch (error) {
            if (!isFailure(error, failures.changed)) throw error;
          }
        }
      }),
    ),
  );
  await scheduler.waitFor(work);
  isStarted = false;
  const rows = await good.query(settingKeys.revisions(fixture.organization));
  const final = await fixture.as(fixture.ada, async () => ({
    fields: (await OrganizationLayer.get({})).fields as Record<
      string,
      { value: unknown; isLocked: boolean } | undefined
    >,
    openToTeams: (await OrganizationLayer.get({})).openToTeams,
    team: (await TeamLayer.getTeam({ team })).fields as Record<string, { value: unknown } | undefined>,
    general: await Setting.getGeneral({}),
    history: (await History.history({})).items.toReversed(),
  }));
  return { taken, final, team, sections: rows.items.map((row) => (row as { sections: string[] }).sections) };
}

/** Replays the history: each change begins where the last one of its field ended. */
function replayed(history: History.Revision[]): Map<string, unknown> {
  const now = new Map<string, unknown>();
  for (const { changes } of history) {
    for (const { field, team, from, to, added = [], removed = [] } of changes) {
      const name = team === undefined ? field : `${team} ${field}`;
      expect([name, from]).toEqual([name, now.get(name) ?? (name.endsWith(".openToTeams") ? [] : undefined)]);
      const [before, after] = [new Set(listIn(from)), listIn(to)];
      for (const entry of removed) before.delete(entry);
      expect([...before, ...added].toSorted()).toEqual(after.toSorted());
      if (to === undefined) now.delete(name);
      else now.set(name, to);
    }
  }
  return now;
}

const listIn = (said: unknown): string[] => {
  const value = valueOf(said);
  return Array.isArray(value) ? (value as string[]) : [];
};
const byField = (changes: Changed[]) => changes.toSorted((one, other) => (one.field < other.field ? -1 : 1));
const valueOf = (said: unknown) => (said as { value?: unknown } | undefined)?.value;

test("no change of a field is lost, and nobody overwrites what they have not seen", async () => {
  const property = fc.asyncProperty(
    fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 }),
    fc.scheduler(),
    async (plans, scheduler) => {
      const { taken, final, team, sections } = await everybody(plans, scheduler);
      const { history } = final;
      expect(history.map(({ revision }) => revision)).toEqual(history.map((_, i) => i + 1));
      const now = replayed(history);
      for (const key of [...toggles, ...lists] as FieldKey[]) {
        expect([key, final.fields[key]?.value]).toEqual([key, valueOf(now.get(key))]);
        expect([key, final.team[key]?.value]).toEqual([key, valueOf(now.get(`${team} ${key}`))]);
      }
      expect(final.general.address.city).toBe(now.get("address.city"));
      const open = [...now].flatMap(([name, keys]) => (name.endsWith(".openToTeams") ? (keys as string[]) : []));
      expect(final.openToTeams.toSorted()).toEqual(open.toSorted());
      for (const { seen, note, shown } of taken) {
        const at = history.findIndex((one) => one.note === note);
        if (at === -1) continue;
        const between = sections.slice(seen, at).flat();
        expect(between.filter((section) => sections[at]?.includes(section))).toEqual([]);
        const { changes = [] } = history[at] ?? {};
        expect(byField(changes)).toEqual(byField(shown ?? changes));
      }
    },
  );
  await fc.assert(property, { numRuns: depth(4, 1_000) });
});

test("every revision is read back, however many, each with what it changed, and any of them is restored", async () => {
  const { as, ada } = await openOrganization();
  const count = depth(30, 1_000);
  const states: unknown[] = [{}];
  await as(ada, async () => {
    for (let revision = 0; revision < count; revision++) {
      const key = toggles[revision % toggles.length] as FieldKey;
      const { fields } = await OrganizationLayer.change({
        revision,
        fields: { [key]: { value: revision % 8 < 4, isLocked: revision % 3 === 0 } },
        note: `Change ${revision + 1}`,
      });
      states.push(plain(fields));
    }
    const read: History.Revision[] = [];
    let cursor: string | undefined;
    do {
      const page: { items: History.Revision[]; next?: string | undefined } = await History.history({
        ...(cursor !== undefined && { cursor }),
      });
      read.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(read.map(({ revision, note }) => [revision, note])).toEqual(
      Array.from({ length: count }, (_, i) => [count - i, `Change ${count - i}`]),
    );
    expect(plainOf(replayed(read.toReversed()))).toEqual(states[count]);
    let revision = count;
    for (const to of [0, 1, Math.floor(count / 2), count - 1, count]) {
      const restored = await History.restore({ revision, to });
      expect(plain(restored.fields)).toEqual(states[to]);
      revision = restored.revision;
    }
  });
});

const plain = (fields: object) =>
  Object.fromEntries(
    Object.entries(fields as Record<string, { value: unknown; isLocked?: boolean }>).map(
      ([key, { value, isLocked }]) => [key, { value, ...(isLocked && { isLocked }) }],
    ),
  );
const plainOf = (now: Map<string, unknown>) => Object.fromEntries(now);
