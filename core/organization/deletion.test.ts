import { unguarded } from "@muster/local/testing/broken.ts";
import { injectFaults } from "@muster/local/testing/faults.ts";
import { importsOf } from "@muster/local/testing/imports.ts";
import { openImport } from "@muster/local/testing/mailing.ts";
import { openStage, type Stage } from "@muster/local/testing/stage.ts";
import { told } from "@muster/local/testing/told.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import * as ImportDue from "../import/due.ts";
import * as Answer from "../invitation/answer.ts";
import * as Schedule from "../invitation/schedule.ts";
import { asSystem, provide, rowName } from "../kernel/context.ts";
import * as Bulk from "../mail/bulk.ts";
import * as Mail from "../mail/mail.ts";
import * as Mailing from "../mail/mailing.ts";
import * as Purge from "../purge/run.ts";
import { Keys, Lists } from "../table/keys.ts";
import { type Item, type Table, remove as take, update } from "../table/table.ts";
import * as Team from "../team/team.ts";
import * as Deletion from "./deletion.ts";
import * as Operator from "./operator.ts";
import * as Organization from "./organization.ts";

const daySeconds = 86_400;

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
/** Signed in anew, since deleting asks for it. */
const owner = <R>(run: () => R, { world, ada, organization }: Stage = stage) => {
  const { actor } = ada.context;
  const provenAt = new Date(world.clock.at).toISOString();
  const session = "session" in actor ? { ...actor.session, provenAt } : undefined;
  const member = { ...actor, session, type: "member", organization, role: "owner" };
  return provide({ ...ada.context, actor: member as typeof actor }, run);
};
const remove = (name = "Acme") => owner(() => Deletion.deleteByName({ name }));
const restore = () => owner(() => Deletion.restore({}));
async function purge() {
  const jobs: object[] = stage.world.queued.imports;
  jobs.push({ job: "purge", organization: stage.organization });
  for (let job = jobs.shift(); job; job = jobs.shift()) await asSystem("imports", () => Purge.run(job as Purge.Job));
}
const events = async () => {
  const { items } = await stage.world.table.query(Keys.outbox(stage.organization));
  return items.map(({ type }) => String(type));
};
const mine = async () => (await owner(() => Organization.list({}))).items;

describe("an organization", () => {
  test("is deleted by its exact name only", async () => {
    for (const name of ["acme", "Acme ", "", "Acm"]) expect(await told(remove(name))).toBe("organization.misnamed");
    expect(await stage.home()).toMatchObject({ state: "active", growth: true });
    expect(await events()).not.toContain("organization.deleted");
    expect(await remove()).toEqual({
      deletedAt: "2026-11-24T09:00:00.000Z",
      restorableUntil: "2026-12-24T09:00:00.000Z",
    });
    expect(await stage.home()).toMatchObject({
      ...{ state: "deleted", growth: false, deletedBy: stage.ada.account, before: { state: "active", growth: true } },
      ...{ list: "orgs#deleted", rank: `2026-11-24T09:00:00.000Z#${stage.organization}` },
    });
    expect(await events()).toContain("organization.deleted");
    expect(await told(remove())).toBe("organization.missing");
  });

  test("is deleted and restored under a fresh proof of identity only", async () => {
    stage.world.clock.pass(601);
    const asAda = (run: () => Promise<unknown>) => told(stage.as(stage.ada, run));
    expect(await asAda(() => Deletion.deleteByName({ name: "Acme" }))).toBe("actor.stale");
    await remove();
    expect(await asAda(() => Deletion.restore({}))).toBe("actor.stale");
  });

  test("comes back as it was: its rows are those of before, byte for byte", async () => {
    await stage.join("bob@example.com", "admin");
    await stage.invite("carol@example.com");
    await owner(() => Team.create({ name: "Docs" }));
    const rows = async () =>
      (await stage.world.rows.scan()).filter(({ type }) => !String(type).startsWith("organization."));
    const before = await rows();
    await remove();
    expect(await rows()).not.toEqual(before);
    stage.world.clock.pass(29 * daySeconds);
    expect(await restore()).toMatchObject({ name: "Acme", state: "active", seats: { committed: 3 } });
    expect(await rows()).toEqual(before);
    expect((await events()).slice(-2)).toEqual(["organization.deleted", "organization.restored"]);
    const told = await events();
    expect(await restore()).toMatchObject({ state: "active" });
    expect(await events()).toEqual(told);
    expect(await stage.invite("dora@example.com")).toBe("invited");
  });

  test("that was suspended comes back suspended", async () => {
    await asSystem("operator", () => Operator.suspend({ organization: stage.organization }));
    await remove();
    expect(await restore()).toMatchObject({ state: "suspended" });
    expect(await stage.home()).toMatchObject({ state: "suspended", growth: false });
  });

  test("is restored for 30 days, and not a moment longer", async () => {
    await remove();
    stage.world.clock.pass(30 * daySeconds - 1);
    await restore();
    await remove();
    stage.world.clock.pass(30 * daySeconds);
    expect(await told(restore())).toBe("organization.purged");
  });

  test("is listed for its owners while they may restore it, and to others is not there", async () => {
    const bob = await stage.join("bob@example.com", "admin");
    await remove();
    expect(await mine()).toEqual([
      {
        ...{ id: stage.organization, name: "Acme", state: "deleted", plan: "free", standing: "free", role: "owner" },
        ...{ deletedAt: "2026-11-24T09:00:00.000Z", restorableUntil: "2026-12-24T09:00:00.000Z" },
      },
    ]);
    expect(await stage.world.as(bob, () => Organization.list({}))).toEqual({ items: [] });
    expect(await told(owner(() => Organization.get({})))).toBe("organization.missing");
    stage.world.clock.pass(30 * daySeconds);
    expect(await mine()).toEqual([]);
  });

  test("leaves the list of its month for one of its own, and comes back to it", async () => {
    const listed = async (list: string) => (await stage.world.table.query({ list })).items.map(({ pk }) => pk);
    const month = Lists.organizations("2026-11");
    const row = (await stage.world.table.query({ list: month })).items;
    await remove();
    expect([await listed(month), await listed(Lists.deletedOrganizations)]).toEqual([[], [stage.organization]]);
    await restore();
    expect((await stage.world.table.query({ list: month })).items).toEqual(row);
    expect(await listed(Lists.deletedOrganizations)).toEqual([]);
  });
});

describe("in a deleted organization", () => {
  test("nobody is invited or comes in", async () => {
    await stage.invite("bob@example.com");
    const bob = await stage.world.person("bob@example.com");
    const token = await stage.tokenOf("bob@example.com");
    await remove();
    expect(await told(stage.invite("carol@example.com"))).toBe("organization.frozen");
    const accept = () => told(stage.world.as(bob, () => Answer.accept({ token })));
    expect(await accept()).toBe("invitation.organization_gone");
    expect((await stage.world.as(bob, () => Answer.mine({}))).items).toEqual([]);
    await restore();
    expect(await accept()).toBe("done");
  });

  test("no mail is sent, and who restores it sees which were not", async () => {
    await stage.invite("bob@example.com");
    const { organization } = stage;
    const job = { kind: "invitation", organization, address: addressOf("bob@example.com"), attempt: 1 } as const;
    await remove();
    expect(await asSystem("mail", () => Mail.deliver(job))).toEqual({ outcome: "failed" });
    expect(stage.world.sent).toEqual([]);
    expect(await stage.rowOf("bob@example.com")).toMatchObject({ state: "pending", mail: "failed" });
  });

  test("no mail of an import is sent in bulk, and once it is purged none is counted", async () => {
    const acme = await openImport(stage.world, "acme", stage.organization);
    const mailing = await acme.step(["bob@example.com", "carol@example.com"]);
    await asSystem("work", () => Mailing.begin(mailing, 2));
    await remove();
    const { bulk } = stage.world.queued;
    for (const job of bulk.splice(0)) await asSystem("bulk", () => Bulk.perform(job as Bulk.Job));
    expect([stage.world.sent, bulk]).toEqual([[], []]);
    expect(await acme.numbers()).toEqual({ failed: 2 });
    await stage.world.table.write(take(Keys.mailing(mailing.import, mailing.seq)));
    await asSystem("mail-events", () => Mailing.stir(mailing));
    expect([await stage.world.table.get(Keys.mailing(mailing.import, mailing.seq)), bulk]).toEqual([undefined, []]);
  });

  test("nobody is reminded, and invitations expire as ever", async () => {
    await stage.invite("bob@example.com");
    await remove();
    const { organization } = stage;
    const [after, until] = ["2026-11-30T00:00:00.000Z", "2026-12-02T00:00:00.000Z"];
    stage.world.clock.pass(6 * daySeconds);
    expect(await asSystem("work", () => Schedule.remind({ job: "remind", organization, after, until }))).toEqual({
      reminded: 0,
    });
    stage.world.clock.pass(2 * daySeconds);
    await asSystem("work", () => Schedule.expire({ job: "expire", organization, until }));
    expect(await stage.rowOf("bob@example.com")).toMatchObject({ state: "expired" });
    expect(await stage.home()).toMatchObject({ free: 10 });
  });

  test("imports end, uploads are ignored, and no seat is lost", async () => {
    const imports = importsOf(stage);
    const lines = Array.from({ length: 8 }, (_, n) => `p${n}@example.com\n`).join("");
    const [running, waiting, forgotten] = [
      await imports.begin(`email\n${lines}`),
      await imports.upload(`email\n${lines}z@example.com\n`),
      await imports.upload("email\n"),
    ];
    await remove();
    await imports.script("more.csv", "email\nx@example.com\n");
    await imports.tell(imports.keyOf(waiting));
    await imports.work();
    stage.world.bucket.remove(imports.keyOf(forgotten));
    stage.world.clock.pass(3 * 3600);
    await asSystem("clock", () => ImportDue.due({}));
    await imports.work();
    const rows = await Promise.all([running, waiting, forgotten].map(imports.row));
    expect(rows.map(({ state, reason }) => [state, reason])).toEqual([0, 1, 2].map(() => ["failed", "frozen"]));
    expect((await stage.world.table.query({ list: Lists.openImports })).items).toEqual([]);
    expect(await stage.home()).toMatchObject({ free: 10 });
  });
});

describe("of what happens to an organization at once", () => {
  /** The first reads, then the second happens, then the first writes: what the first read is old. */
  async function overtaken(
    first: () => Promise<unknown>,
    second: () => Promise<unknown>,
    table?: (good: Table) => Table,
  ) {
    const good = table ? table(stage.world.table) : stage.world.table;
    let isFirst = true;
    const write: Table["write"] = async (...steps) => {
      if (isFirst) {
        isFirst = false;
        await second();
      }
      return good.write(...steps);
    };
    stage.world.rebind({ table: { ...good, write } });
    const answer = await told(first());
    stage.world.rebind();
    return answer;
  }
  const withoutHome = (good: Table) => unguarded(good, ({ key }) => key.sk === "#org");
  const purgingAt = "2026-12-24T09:00:00.000Z";
  const begunPurge = () => update(Keys.organization(stage.organization), { set: { purgingAt } });
  const rename = (name = "New") => owner(() => Organization.rename({ name }));
  const suspend = () => asSystem("operator", () => Operator.suspend({ organization: stage.organization }));

  test("a new name refuses its deletion, and its deletion a new name", async () => {
    expect(await overtaken(remove, rename)).toBe("organization.misnamed");
    expect(
      await overtaken(
        () => rename("Newer"),
        () => remove("New"),
      ),
    ).toBe("setting.changed");
    expect(await stage.home()).toMatchObject({ state: "deleted", name: "New" });
  });

  test("a deletion would go by an old name without its guard", async () => {
    expect(await overtaken(remove, rename, withoutHome)).toBe("done");
  });

  test("who suspends it is not undone, nor undoes", async () => {
    expect(await overtaken(remove, suspend)).toBe("organization.changed");
    await remove();
    expect(await restore()).toMatchObject({ state: "suspended" });
    await asSystem("operator", () => Operator.lift({ organization: stage.organization }));
    expect(await overtaken(suspend, remove)).toBe("organization.changed");
  });

  test("two deletions are one", async () => {
    expect(await overtaken(remove, remove)).toBe("organization.missing");
    expect((await events()).filter((type) => type === "organization.deleted")).toHaveLength(1);
  });

  test("who invites takes no seat once it is deleted, and one that was taken before is kept", async () => {
    expect(await overtaken(() => stage.invite("bob@example.com"), remove)).toBe("organization.frozen");
    expect(await stage.rowOf("bob@example.com")).toBeUndefined();
    await restore();
    expect(await overtaken(remove, () => stage.invite("bob@example.com"))).toBe("done");
    await restore();
    expect(await stage.home()).toMatchObject({ free: 9 });
  });

  test("who accepts in the same moment is a member of what is deleted, and comes back with it", async () => {
    await stage.invite("bob@example.com");
    const bob = await stage.world.person("bob@example.com");
    const token = await stage.tokenOf("bob@example.com");
    expect(await overtaken(() => stage.world.as(bob, () => Answer.accept({ token })), remove)).toBe("done");
    expect((await stage.world.as(bob, () => Organization.list({}))).items).toEqual([]);
    await restore();
    expect((await stage.world.as(bob, () => Organization.list({}))).items).toHaveLength(1);
  });

  test("of restoring and purging one happens, whoever comes second", async () => {
    await remove();
    stage.world.clock.pass(30 * daySeconds - 1);
    const later = async () => {
      stage.world.clock.pass(1);
      await purge();
    };
    expect(await overtaken(restore, later)).toBe("organization.purged");
    expect(await stage.world.table.get(Keys.purged(stage.organization))).toMatchObject({ counts: { members: 1 } });

    stage = await openStage();
    await remove();
    stage.world.clock.pass(30 * daySeconds);
    const earlier = async () => {
      stage.world.clock.pass(-1);
      await restore();
    };
    expect(await overtaken(purge, earlier)).toBe("done");
    expect(await stage.home()).toMatchObject({ state: "active" });
    expect(await stage.home()).not.toHaveProperty("purgingAt");

    stage = await openStage();
    await remove();
    stage.world.clock.pass(30 * daySeconds - 1);
    expect(await overtaken(restore, () => stage.world.table.write(begunPurge()))).toBe("organization.purged");
    expect(await stage.home()).toMatchObject({ state: "deleted", purgingAt });
  });

  test("a purge would take away what was restored without its guard", async () => {
    await remove();
    stage.world.clock.pass(30 * daySeconds);
    const earlier = async () => {
      stage.world.clock.pass(-1);
      await restore();
    };
    await overtaken(purge, earlier, withoutHome);
    expect(await stage.world.table.get(Keys.member(stage.organization, stage.ada.account))).toBeUndefined();
  });

  test("a restoration would bring back what is being purged without its guard", async () => {
    await remove();
    stage.world.clock.pass(30 * daySeconds - 1);
    const answer = await overtaken(restore, () => stage.world.table.write(begunPurge()), withoutHome);
    expect(answer).toBe("done");
  });

  test("20 deletions and 20 restorations at once, with answers lost, leave one of the two states and as many events", async () => {
    const faults = injectFaults(stage.world.rows.client, 5);
    faults.plan({ conflicts: 0.3, lostAnswers: 0.3 });
    await Promise.all(Array.from({ length: 40 }, (_, n) => told(n % 2 ? remove() : restore())));
    faults.clear();
    const all = (await events()).filter((type) => /deleted|restored/.test(type));
    const deletions = all.filter((type) => type === "organization.deleted").length;
    const home: Item = await stage.home();
    expect(deletions - (all.length - deletions)).toBe(home.state === "deleted" ? 1 : 0);
    expect(["active", "deleted"]).toContain(home.state);
  });
});

test("what the door has read ahead decides nothing about a deletion", async () => {
  const key = Keys.organization(stage.organization);
  const ahead = new Map([[rowName(key), await stage.world.table.get(key)]]);
  await owner(() => Organization.rename({ name: "New" }));
  const { actor } = stage.ada.context;
  const member = { ...actor, type: "member", organization: stage.organization, role: "owner" } as typeof actor;
  expect(await told(provide({ actor: member, ahead }, () => Deletion.deleteByName({ name: "Acme" })))).toBe(
    "organization.misnamed",
  );
});
