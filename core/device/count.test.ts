import { deviceRow, reportOf } from "@muster/local/testing/fixtures/devices.ts";
import { depth } from "@muster/local/testing/random.ts";
import { sections } from "@muster/settings/fields.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import type { Rollout } from "../rollout/row.ts";
import { openCount, type Summary } from "./count.ts";
import type { OrganizationDeviceRow } from "./row.ts";
import { platforms, receiptStates } from "./shape.ts";
import { statuses, statusOf } from "./status.ts";

const acme = ID.derive("organization", "acme");
const now = Date.parse("2026-11-24T09:00:00.000Z");
const revision = 5;
const changed = { features: 5, models: 3, sources: 0 };
const accounts = ["ada", "bob", "eve"].map((name) => ID.derive("account", name));
const [design, sales] = [ID.derive("team", "design"), ID.derive("team", "sales")];
const teams = new Map([
  [accounts[0], [design]],
  [accounts[1], [design, sales]],
]);
const teamNames = new Map([
  [design, "Design"],
  [sales, "Sales"],
]);

function count(rows: readonly OrganizationDeviceRow[], rollout?: Rollout): Summary {
  const settings = { revision, sections: changed, ...(rollout && { rollout }) };
  const counting = openCount({ settings, teamsOf: (account) => teams.get(account) ?? [], at: now });
  for (const row of rows) counting.add(row);
  return counting.result(true, teamNames);
}

// Rows that receipts can lead to, and some that they cannot

const dayMs = 86_400_000;
const within = (days: number) =>
  fc.integer({ min: now - days * dayMs, max: now }).map((ms) => new Date(ms).toISOString());
const instants = within(40);
const reported = fc.record(
  {
    state: fc.constantFrom(...receiptStates),
    revision: fc.integer({ min: 0, max: revision }),
    at: instants,
    code: fc.constantFrom("other", "unknown_key"),
    key: fc.constantFrom("features.telemetry", "models.allowed"),
    message: fc.string(),
  },
  { requiredKeys: ["state", "revision", "at"] },
);
const history = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: revision }), instants), { selector: ([one]) => one, maxLength: 4 })
  .map((entries): [number, number][] =>
    entries
      .map(([one, at]): [number, number] => [one, Date.parse(at) / 1000])
      .toSorted(([, one], [, other]) => one - other),
  );
const report = fc.record(
  {
    revision: fc.integer({ min: 0, max: revision }),
    document: fc.constant("d"),
    sections: fc.dictionary(fc.constantFrom(...sections, "device"), reported),
    seq: fc.nat(),
    history,
  },
  { requiredKeys: ["revision", "document", "sections", "seq"] },
);
const enforced = fc.integer({ min: 0, max: revision }).map((of) => reportOf(of));
const wipe = fc.record({ reason: fc.constant("revoked" as const), at: instants });
const devices = fc.array(
  fc
    .record(
      {
        account: fc.constantFrom(...accounts),
        platform: fc.constantFrom(...platforms),
        app: fc.constantFrom("agent", "editor"),
        appVersion: fc.constantFrom("1.0.0", "1.1.0"),
        linkedAt: instants,
        contactAt: within(120),
        report: fc.oneof(report, enforced),
        wipe,
        wipedAt: instants,
      },
      { requiredKeys: ["account", "platform", "app", "appVersion", "linkedAt", "contactAt"] },
    )
    .map((more) => deviceRow(acme, more))
    .map(afterItsLink),
  { maxLength: 20 },
);

/** Nothing is in force on a device before it is linked. */
function afterItsLink({ report: own, ...row }: OrganizationDeviceRow): OrganizationDeviceRow {
  const later = own?.history?.filter(([, since]) => since * 1000 >= Date.parse(row.linkedAt));
  return own ? { ...row, report: { ...own, ...(later && { history: later }) } } : row;
}

/** Returns when the link of a device ended, or ends. */
const endOf = ({ contactAt, wipe: own, wipedAt }: OrganizationDeviceRow) =>
  Math.min(Date.parse(contactAt) + 90 * dayMs, Date.parse(own?.at ?? wipedAt ?? "9999-01-01"));

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((one, other) => one + other, 0);

test("a summary equals a recount by a plain reading of the rows", () => {
  fc.assert(
    fc.property(devices, (rows) => {
      const summary = count(rows);
      const statusIn = (row: OrganizationDeviceRow) => statusOf(row, { revision }, now);
      const counts = (some: readonly OrganizationDeviceRow[]) =>
        Object.fromEntries(statuses.map((status) => [status, some.filter((row) => statusIn(row) === status).length]));
      const linked = rows.filter((row) => !row.wipe && row.wipedAt === undefined && endOf(row) > now);
      expect(summary.statuses).toEqual(counts(rows));
      expect(summary.devices).toBe(linked.length);
      for (const { platform, statuses: own } of summary.platforms) {
        expect(own).toEqual(counts(rows.filter((row) => row.platform === platform)));
      }
      for (const { app, version, statuses: own } of summary.versions) {
        expect(own).toEqual(counts(rows.filter((row) => row.app === app && row.appVersion === version)));
      }
      for (const { team, statuses: own } of summary.teams) {
        expect(own).toEqual(counts(rows.filter((row) => teams.get(row.account)?.includes(team.id))));
      }
      const all = [summary.platforms, summary.versions].map((list) => list.map((one) => sum(one.statuses)));
      for (const numbers of all) expect(numbers.reduce((one, other) => one + other, 0)).toBe(rows.length);
      for (const name of sections) {
        const least = summary.sections[name].revision;
        const at = (state: string) =>
          linked.filter(({ report: own }) => {
            const one = own?.sections[name];
            return one?.state === state && one.revision >= least;
          }).length;
        expect(summary.sections[name]).toMatchObject({ inForce: at("enforced"), refused: at("refused") });
      }
      for (const { revision: of, devices: number } of summary.revisions) {
        expect(number).toBe(linked.filter((row) => row.report?.history?.at(-1)?.[0] === of).length);
      }
      const refused = linked.flatMap(({ report: own }) =>
        Object.values(own?.sections ?? {}).filter((one) => one.state === "refused" && one.revision >= revision),
      );
      expect(summary.refusals.reduce((all, one) => all + one.devices, 0)).toBe(refused.length);
      for (const { series, firstAt, stepSeconds } of Object.values(summary.timelines)) {
        for (const [i] of (series[0]?.devices ?? []).entries()) {
          const at = Date.parse(firstAt) + i * stepSeconds * 1000;
          const there = rows.filter((row) => Date.parse(row.linkedAt) <= at && at < endOf(row));
          const had = (row: OrganizationDeviceRow) =>
            row.report?.history?.findLast(([, since]) => since * 1000 <= at)?.[0];
          expect(series.reduce((all, one) => all + (one.devices[i] ?? 0), 0)).toBe(there.length);
          for (const one of series) {
            expect(one.devices[i]).toBe(there.filter((row) => had(row) === one.revision).length);
          }
        }
      }
    }),
    { numRuns: depth(200, 10_000) },
  );
});

describe("a summary", () => {
  test("of no devices has only zeros", () => {
    const { at, statuses: all, timelines, ...rest } = count([]);
    expect([at, sum(all)]).toEqual(["2026-11-24T09:00:00.000Z", 0]);
    expect(rest).toMatchObject({ devices: 0, platforms: [], versions: [], teams: [], revisions: [], refusals: [] });
    expect(timelines.hour).toEqual({ firstAt: "2026-11-24T08:00:00.000Z", stepSeconds: 120, series: [] });
  });

  test("counts a device that refuses a section as refused, whatever else is in force", () => {
    const { sections: reports, ...rest } = reportOf(revision);
    const refused = { state: "refused" as const, revision, at: "2026-11-24T08:00:00.000Z" };
    const features = { ...refused, code: "unknown_key", key: "features.telemetry", message: "No such setting." };
    const summary = count([deviceRow(acme, { report: { ...rest, sections: { ...reports, features } } })]);
    expect(summary.statuses).toMatchObject({ in_force: 0, refused: 1 });
    expect(summary.sections).toMatchObject({
      features: { inForce: 0, refused: 1 },
      models: { inForce: 1, refused: 0 },
    });
    const { code, key, message } = features;
    expect(summary.refusals).toEqual([{ section: "features", code, key, message, devices: 1 }]);
  });

  test("counts a section as in force by the revision that changed it last", () => {
    const { sections: own } = count([deviceRow(acme, { report: reportOf(3) })]);
    expect(own).toMatchObject({ features: { revision: 5, inForce: 0 }, models: { revision: 3, inForce: 1 } });
  });

  test("of a rollout tells devices that it has reached from those that wait for it", () => {
    const rollout = {
      revision: 5,
      by: accounts[0] as ID.ID<"account">,
      at: "2026-11-24T08:00:00.000Z",
      wave: 1,
      share: 90,
      waveAt: "2026-11-24T08:00:00.000Z",
      maxRefused: 5,
      silenceHours: 24,
      state: "running" as const,
      fields: ["features.telemetry"],
      waves: [{ teams: [sales] }],
    };
    const waits = { account: accounts[0] as ID.ID<"account">, report: reportOf(5, "enforced", undefined, 5) };
    const reached = accounts[1] as ID.ID<"account">;
    const rows = [
      deviceRow(acme, waits),
      deviceRow(acme, { ...waits, account: reached }),
      deviceRow(acme, { account: reached, report: reportOf(5) }),
      deviceRow(acme, { account: reached, report: reportOf(5, "refused") }),
      deviceRow(acme, { account: reached, wipe: { reason: "revoked", at: "2026-11-24T08:00:00.000Z" } }),
    ];
    const summary = count(rows, rollout);
    expect(summary.statuses).toMatchObject({ waiting: 1, behind: 1, in_force: 1, refused: 1, wiping: 1 });
    expect(summary.rollout).toEqual({ revision: 5, wave: 1, released: 3, inForce: 1, refused: 1 });
    expect(summary.sections).toMatchObject({
      features: { inForce: 1, refused: 1 },
      models: { inForce: 2, refused: 1 },
    });
    expect(count([deviceRow(acme, waits)], { ...rollout, wave: 2 }).sections.models.inForce).toBe(0);
  });

  test("shows how a revision arrives: on a device that was linked an hour ago, 30 minutes later", () => {
    const half = Date.parse("2026-11-24T08:30:00.000Z") / 1000;
    const report = { ...reportOf(5), history: [[5, half] as [number, number]] };
    const { hour, day } = count([deviceRow(acme, { report })]).timelines;
    expect(hour.series).toEqual([
      { kind: "none", devices: Array.from({ length: 31 }, (_, i) => (i < 15 ? 1 : 0)) },
      { kind: "revision", revision: 5, devices: Array.from({ length: 31 }, (_, i) => (i < 15 ? 0 : 1)) },
    ]);
    expect(day.series.at(-1)?.devices.at(-1)).toBe(1);
  });

  test("tells seven revisions apart, the newest always, and counts the others together", () => {
    const rows = Array.from({ length: 12 }, (_, i) => {
      const own = { ...reportOf(i), history: [[i, now / 1000 - 60] as [number, number]] };
      return Array.from({ length: i === 11 ? 1 : 2 }, () => deviceRow(acme, { report: own }));
    }).flat();
    const { series } = count(rows).timelines.hour;
    expect(series.map(({ kind, revision: of }) => of ?? kind)).toEqual(["none", "earlier", 5, 6, 7, 8, 9, 10, 11]);
    expect(series.map(({ devices: counts }) => counts.at(-1))).toEqual([0, 10, 2, 2, 2, 2, 2, 2, 1]);
  });

  test("says nothing of what a device no longer remembers", () => {
    const remembered = Array.from({ length: 8 }, (_, i): [number, number] => [i + 1, now / 1000 - 480 + i * 60]);
    const { series } = count([deviceRow(acme, { report: { ...reportOf(8), history: remembered } })]).timelines.day;
    expect(series.map(({ kind }) => kind)).not.toContain("none");
    expect(series.find(({ kind }) => kind === "earlier")?.devices.slice(-3, -1)).toEqual([1, 1]);
  });
});
