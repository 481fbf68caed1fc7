import { broken, gate, unguarded } from "@muster/local/testing/faults/broken.ts";
import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openWorkers, type Workers } from "@muster/local/testing/worlds/workers.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { asSystem, use } from "../kernel/context.ts";
import * as Member from "../member/member.ts";
import { type Item, keyOf, type RawTable, type Step, type Table, typed, update } from "../table/table.ts";
import { idOf } from "./invitation.ts";
import { invitationKeys } from "./keys.ts";
import * as Recipient from "./recipient.ts";
import * as Resending from "./resending.ts";
import { due, type Job } from "./schedule.ts";
import * as Sending from "./send.ts";

let fixture: OrganizationFixture;
let workers: Workers;
beforeEach(() => open());

async function open(seats = 10) {
  fixture = await openOrganization({ seats });
  workers = openWorkers(fixture.world);
  fixture.world.clock.pass(600);
  await workers.tick();
}

const pass = (days: number) => fixture.world.clock.pass(days * daySeconds);
const at = () => new Date(fixture.world.clock.at).toISOString();
const free = async () => (await fixture.organizationRow()).free;
const stateOf = async (email: string) => (await fixture.rowOf(email))?.state;
const invite = (lifetimeDays: number, ...emails: string[]) =>
  fixture.as(fixture.ada, () => Sending.send({ invitations: emails.map((email) => ({ email })), lifetimeDays }));
const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const named = async (email: string) => ({ invitation: idOf(String((await fixture.rowOf(email))?.pk)) });
const expiry = () => ({ job: "expire" as const, organization: fixture.organization, until: at() });
const reminded = () => fixture.world.sent.filter(({ tags }) => tags.kind === "reminder").map(({ to }) => to);

/** A run of the clock whose deadline passes as soon as it begins. */
const briefly = () => asSystem("clock.due", () => due({}), 1);

/** Runs the clock and everything that follows. */
async function strike() {
  await workers.tick();
  const messages = await workers.work();
  await workers.mail();
  return messages;
}

/** The table of a caller whose write waits until all others have read, too. */
function together(table: Table, count: number): Table {
  const { pass: read, opened } = gate(count);
  return {
    ...table,
    getMany: async (keys) => {
      const rows = await table.getMany(keys);
      if (keys.some(({ pk }) => ID.is("address", pk))) {
        read();
        await opened;
      }
      return rows;
    },
  };
}

const isEnding = (step: Step) => step.do === "update" && step.key.pk.startsWith("adr_");

describe("an invitation that nobody accepts", () => {
  test("expires at its time and not before, and gives its seat back", async () => {
    const invariants = await openInvariants(fixture);
    await invite(7, "a@example.com", "b@example.com");
    await invite(9, "c@example.com");
    pass(7);
    fixture.world.clock.at -= 1;
    await strike();
    expect(await free()).toBe(7);
    fixture.world.clock.at += 1;
    await strike();
    expect([await stateOf("a@example.com"), await stateOf("b@example.com")]).toEqual(["expired", "expired"]);
    expect(await stateOf("c@example.com")).toBe("pending");
    expect(await free()).toBe(9);
    expect(await invariants.check()).toEqual([]);
  });

  test("gives its seat back once, however many workers run", async () => {
    const invariants = await openInvariants(fixture);
    await invite(1, "a@example.com", "b@example.com", "c@example.com");
    pass(1);
    fixture.world.rebind({ table: together(fixture.world.table, 8) });
    expect(await times(8, () => resultOf(workers.run(expiry())))).toEqual(Array(8).fill("done"));
    fixture.world.rebind();
    expect(await free()).toBe(10);
    expect(await invariants.check()).toEqual([]);

    await invite(1, "a@example.com");
    pass(1);
    fixture.world.rebind({ table: together(unguarded(fixture.world.table, isEnding), 2) });
    await times(2, () => resultOf(workers.run(expiry())));
    expect(await free()).toBe(11);
    expect(await invariants.check()).not.toEqual([]);
  });

  test("expires soon after its time even on the hour", async () => {
    fixture.world.clock.pass(3000);
    await invite(1, "a@example.com");
    pass(1);
    await strike();
    fixture.world.clock.pass(300);
    await strike();
    expect(await stateOf("a@example.com")).toBe("expired");
  });

  test("would hold its seat forever without the job", async () => {
    const invariants = await openInvariants(fixture);
    await invite(1, "a@example.com");
    pass(1);
    const { organization } = fixture;
    const returnsSeat = (step: Step) => "key" in step && step.key.pk === organization;
    fixture.world.rebind({
      table: broken(fixture.world.table, (step) => (returnsSeat(step) && !("item" in step) ? undefined : step)),
    });
    await workers.run(expiry());
    expect(await invariants.check()).not.toEqual([]);
  });

  test("is found by a clock that was stopped for days", async () => {
    const invariants = await openInvariants(fixture);
    await invite(1, "a@example.com");
    await invite(12, "b@example.com");
    await invite(16, "c@example.com");
    pass(14.6);
    await strike();
    expect([await stateOf("a@example.com"), await stateOf("b@example.com")]).toEqual(["expired", "expired"]);
    expect(await free()).toBe(9);
    expect(reminded()).toEqual(["c@example.com"]);
    expect(await strike()).toBe(0);
    expect(await invariants.check()).toEqual([]);
  });

  test("expires over several messages if there are many", async () => {
    await open(1000);
    for (let part = 0; part < 10; part++) {
      await invite(1, ...Array.from({ length: 100 }, (_, n) => `p${part}-${n}@example.com`));
    }
    expect(await free()).toBe(0);
    pass(1);
    await workers.tick();
    expect(fixture.world.queued.work).toHaveLength(1);
    expect(await workers.work()).toBe(2);
    expect(await free()).toBe(1000);
    const before = await fixture.world.rows.scan();
    await workers.run(expiry());
    expect(await fixture.world.rows.scan()).toEqual(before);
  });
});

describe("at the very instant of expiration", () => {
  /** The workers' clock is slightly ahead of the API's. */
  const skewed = () => {
    const end = fixture.world.clock.at;
    return { now: () => new Date(use().actor.type === "system" ? end : end - 1) };
  };

  test("an invitation is accepted or expires, whichever is written first, and its seat is used or free", async () => {
    const invariants = await openInvariants(fixture);
    const interleaving = openInterleaving(fixture.world.table);
    const meet = async (n: number, slow: "accept" | "end") => {
      const person = await fixture.world.person(`p${n}@example.com`);
      await invite(1, person.email);
      const token = await fixture.tokenOf(person.email);
      pass(1);
      fixture.world.rebind({ ...skewed(), table: interleaving.table });
      const accept = () => resultOf(fixture.world.as(person, () => Recipient.accept({ token })));
      const end = () => resultOf(workers.run(expiry()));
      const answers = await (slow === "accept"
        ? interleaving.overtake(accept, end)
        : interleaving.overtake(end, accept));
      fixture.world.rebind();
      const state = await stateOf(person.email);
      if (state === "member") await asAda(() => Member.remove({ account: person.account }));
      expect(await free()).toBe(10);
      return { answers, state };
    };
    expect(await meet(0, "accept")).toEqual({ answers: ["invitation.expired", "done"], state: "expired" });
    expect(await meet(1, "end")).toEqual({ answers: ["done", "done"], state: "member" });
    expect(await invariants.check()).toEqual([]);
  });

  test("it can no longer be accepted, and one moment earlier it does not expire", async () => {
    const bob = await fixture.world.person("bob@example.com");
    await invite(1, bob.email);
    const token = await fixture.tokenOf(bob.email);
    const accept = () => resultOf(fixture.world.as(bob, () => Recipient.accept({ token })));
    pass(1);
    expect(await accept()).toBe("invitation.expired");
    fixture.world.clock.at -= 1;
    await workers.run({ ...expiry(), until: new Date(fixture.world.clock.at + 1000).toISOString() });
    expect(await stateOf(bob.email)).toBe("pending");
    expect(await accept()).toBe("done");
  });
});

describe("a reminder", () => {
  test("is sent once, two days before the expiration, and after one day for an invitation of three days", async () => {
    await invite(7, "week@example.com");
    await invite(3, "three@example.com");
    await invite(2, "two@example.com");
    await invite(1, "one@example.com");
    pass(0.99);
    await strike();
    expect(reminded()).toEqual([]);
    pass(0.01);
    await strike();
    expect(reminded()).toEqual(["three@example.com"]);
    pass(3.99);
    await strike();
    expect(reminded()).toHaveLength(1);
    for (let n = 0; n < 600; n += 5) {
      fixture.world.clock.pass(1500);
      await strike();
    }
    expect(reminded()).toEqual(["three@example.com", "week@example.com"]);
  });

  test("from a late clock is not sent for an invitation of two days", async () => {
    await invite(2, "two@example.com");
    pass(1.5);
    await strike();
    expect(reminded()).toEqual([]);
  });

  test("is sent once even if its job runs twice, at once and again", async () => {
    await invite(7, "bob@example.com");
    pass(5);
    await workers.tick();
    const [job] = fixture.world.queued.work as [Job];
    await times(4, () => workers.run(job));
    await workers.work();
    await workers.mail();
    await workers.run(job);
    await workers.mail();
    expect(reminded()).toEqual(["bob@example.com"]);
    expect(await fixture.rowOf("bob@example.com")).toMatchObject({ reminder: "sent", state: "pending" });
  });

  test("is not sent again by a job that has read before another had it sent", async () => {
    await invite(7, "bob@example.com");
    pass(5);
    await workers.tick();
    const [job] = fixture.world.queued.work as [Job];
    const { table } = fixture.world;
    let isOvertaken = false;
    const getMany: Table["getMany"] = async (keys) => {
      const rows = await table.getMany(keys);
      if (!isOvertaken && keys.some(({ sk }) => sk === fixture.organization)) {
        isOvertaken = true;
        await workers.run(job);
        await workers.mail();
      }
      return rows;
    };
    fixture.world.rebind({ table: typed({ ...table, getMany }) });
    await workers.run(job);
    await workers.mail();
    expect(isOvertaken).toBe(true);
    expect(reminded()).toEqual(["bob@example.com"]);
  });

  test("is not sent to a suppressed address, nor for an invitation that was just resent", async () => {
    await invite(7, "bounced@example.com", "anew@example.com");
    const row = (await fixture.rowOf("bounced@example.com")) as Item;
    await fixture.world.table.write(update(keyOf(row), { set: { mail: "bounced" } }));
    pass(5);
    const stale = fixture.world.table;
    const listed = new Map<string, Awaited<ReturnType<Table["query"]>>>();
    const remembering = async (query: Parameters<Table["query"]>[0]) => {
      const name = "list" in query ? query.list : JSON.stringify(query);
      const answer = listed.get(name) ?? (await stale.query(query));
      listed.set(name, answer);
      return answer;
    };
    await workers.tick();
    const job = fixture.world.queued.work.find((one) => "after" in one) as Extract<Job, { job: "remind" }>;
    const { after, until } = job;
    await remembering({
      list: invitationKeys.invitations(fixture.organization),
      from: `p#${after}`,
      to: `p#${until}~`,
      limit: 100,
    });
    fixture.world.queued.work = [];
    await asAda(async () => Resending.resend(await named("anew@example.com")));
    const anew = (await fixture.rowOf("anew@example.com")) as Item;
    await fixture.world.table.write(update(keyOf(anew), { set: { mail: "sent" } }));
    fixture.world.rebind({ table: typed({ ...stale, query: remembering }) });
    await workers.run(job);
    await workers.mail();
    expect([...listed.values()][0]?.items).toHaveLength(2);
    expect(reminded()).toEqual([]);
  });
});

test("a clock with little time advances a day per run, and skips nothing", async () => {
  await invite(5, "bob@example.com");
  pass(9);
  let runs = 0;
  for (; runs < 100 && (await stateOf("bob@example.com")) === "pending"; runs++) {
    await briefly();
    await workers.work();
  }
  expect(await stateOf("bob@example.com")).toBe("expired");
  expect(runs).toBe(6);
});

test("after an outage each hour is processed once, the current one for both jobs, and progress is saved per day", async () => {
  const { table } = fixture.world;
  const looked: string[] = [];
  let writes = 0;
  const query: RawTable["query"] = (one) => {
    if ("pk" in one) looked.push(one.pk);
    return table.query(one);
  };
  const write: Table["write"] = (...steps) => {
    writes++;
    return table.write(...steps);
  };
  fixture.world.rebind({ table: typed({ ...table, query, write }) });
  pass(30);
  await asSystem("clock.due", () => due({}));
  // the hours that passed and the two days ahead; in the current hour some have expired, and some will
  expect(new Set(looked).size).toBe(30 * 24 + 1 + 48);
  expect(looked).toHaveLength(30 * 24 + 1 + 49);
  expect(writes).toBe(31);
});
