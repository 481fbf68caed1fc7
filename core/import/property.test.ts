import { broken } from "@muster/local/testing/faults/broken.ts";
import { injectFaults } from "@muster/local/testing/faults/faults.ts";
import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { depth } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bind } from "../kernel/ports.ts";
import * as Member from "../member/member.ts";
import type { Table } from "../table/table.ts";
import * as Manage from "./manage.ts";

type Case = {
  rows: { who: number; role: string; isLong: boolean }[];
  seats: number;
  /** An action after so many writes, if any. */
  event: { after: number; action: "cancel" | "demote" | "nothing" };
  workers: 1 | 2;
  faultRate: number;
};

const filler = "x".repeat(60_000);
const isAddress = (who: number) => who % 7 !== 6;
const emailOf = (who: number) => (isAddress(who) ? `p${who}@x.example` : `p${who}`);

const cases: fc.Arbitrary<Case> = fc.record({
  rows: fc.array(
    fc.record({
      who: fc.nat({ max: 40 }),
      role: fc.constantFrom("", "read", "Write", "admin", "owner", "boss"),
      isLong: fc.boolean(),
    }),
    { minLength: 1, maxLength: 45 },
  ),
  seats: fc.nat({ max: 30 }),
  event: fc.record({ after: fc.nat({ max: 6 }), action: fc.constantFrom("cancel", "demote", "nothing", "nothing") }),
  workers: fc.constantFrom(1, 2),
  faultRate: fc.constantFrom(0, 0.1, 0.3),
}) as fc.Arbitrary<Case>;

const fileOf = ({ rows }: Case) =>
  `email,role,notes\n${rows.map(({ who, role, isLong }) => `${emailOf(who)},${role},${isLong ? filler : ""}\n`).join("")}`;

/** The outcomes of an undisturbed import by an admin. */
function expected({ rows }: Case, seats: number): string[] {
  const invited = new Set<number>();
  return rows.map(({ who, role }) => {
    if (!isAddress(who)) return "invalid_email";
    if (role === "boss") return "unknown_role";
    if (invited.has(who)) return "duplicate";
    if (role === "owner") return "not_allowed";
    if (invited.size >= seats) return "no_seat";
    invited.add(who);
    return "invited";
  });
}

/** Runs a case, and returns what is wrong afterwards. */
async function play(one: Case, change: (table: Table) => Table = (table) => table): Promise<string[]> {
  const fixture = await openOrganization({ seats: one.seats + 1 });
  const { world, ada } = fixture;
  const imports = importsOf(fixture);
  const bob = await fixture.join("bob@example.com", "admin");
  const invariants = await openInvariants(fixture);
  const id = await imports.begin(fileOf(one), bob);
  const { queued } = world;

  let writes = 0;
  const disturbed: Table = {
    ...world.table,
    write: async (...steps) => {
      await world.table.write(...steps);
      if (++writes !== one.event.after + 1) return;
      if (one.event.action === "cancel") await resultOf(fixture.as(ada, () => Manage.cancel({ import: id })));
      if (one.event.action === "demote") {
        await resultOf(fixture.as(ada, () => Member.changeRole({ account: bob.account, role: "write" })));
      }
    },
  };
  bind({ table: change(disturbed) });
  const faults = injectFaults(world.rows.client, 7);
  faults.plan({ conflicts: one.faultRate / 3, throttling: one.faultRate / 6, lostAnswers: one.faultRate / 3 });
  for (let round = 0; round < 40 && queued.imports.length > 0; round++) {
    const [message] = queued.imports.splice(0, 1);
    const answers = await Promise.all(
      Array.from({ length: one.workers }, () => resultOf(imports.run(message as object))),
    );
    if (!answers.includes("done")) queued.imports.push(message as object);
  }
  faults.clear();
  bind({ table: change(world.table) });

  const info = await imports.get(id);
  const outcomes = await imports.outcomes(id);
  const model = expected(one, one.seats);
  const stop = info.reason;
  const from = outcomes.indexOf(String(stop));
  const meant = model.map((outcome, i) =>
    from >= 0 && i >= from && !["invalid_email", "unknown_role"].includes(outcome) ? stop : outcome,
  );
  const rows = await world.rows.scan();
  const invited = rows.filter(({ src }) => src === id).length;
  return [
    ...(outcomes.join() === meant.join() ? [] : [`outcomes: ${outcomes.join()} and not ${meant.join()}`]),
    ...(["done", "failed", "canceled"].includes(info.state) ? [] : [`it is ${info.state}`]),
    ...(info.rows === one.rows.length ? [] : [`${info.rows} rows are counted of ${one.rows.length}`]),
    ...Object.entries(info.counts).flatMap(([name, count]) =>
      outcomes.filter((outcome) => outcome === name).length === count ? [] : [`${count} are counted as ${name}`],
    ),
    ...(info.counts.invited === (invited || undefined)
      ? []
      : [`${invited} are invited, and counted ${info.counts.invited}`]),
    ...(await invariants.check()),
  ];
}

test("whatever happens to an import, each row has one correct outcome, and seats are exact", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      expect(await play(one)).toEqual([]);
    }),
    { numRuns: depth(6, 400), endOnFailure: true },
  );
});

const someCase: Case = {
  rows: Array.from({ length: 12 }, (_, who) => ({
    who,
    role: "read",
    isLong: true,
  })),
  seats: 9,
  event: {
    after: 0,
    action: "nothing" as const,
  },
  workers: 1 as const,
  faultRate: 0,
};

/** Each breaks one invariant, and the property must detect it. */
const variants: Record<string, (table: Table) => Table> = {
  "seats are not given back": (table) =>
    broken(table, (step) =>
      step.key.sk === "#org" && step.do === "update" && !step.change.set && step.change.add?.free ? undefined : step,
    ),
  "seats are not taken": (table) =>
    broken(table, (step) => {
      const takes = step.key.sk === "#org" && step.do === "update" && Number(step.change.add?.free) < 0;
      return takes ? undefined : step;
    }),
  "outcomes are lost": (table) => broken(table, (step) => (step.key.sk.startsWith("out#") ? undefined : step)),
  "counts are not added to the import": (table) =>
    broken(table, (step) =>
      step.key.sk.startsWith("imp_") && step.do === "update" ? { ...step, change: { ...step.change, add: {} } } : step,
    ),
};

test("a case of it is sound", async () => {
  expect(await play(someCase)).toEqual([]);
});

test.each(Object.entries(variants))("it would be detected that %s", async (_, change) => {
  expect(await resultOf(play({ ...someCase, seats: 20 }, change).then((wrong) => expect(wrong).toEqual([])))).not.toBe(
    "done",
  );
});
