import { injectFaults } from "@muster/local/testing/faults/faults.ts";
import { sampled } from "@muster/local/testing/faults/sample.ts";
import { openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { openWorkers } from "@muster/local/testing/worlds/workers.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { asSystem } from "../kernel/context.ts";
import * as Mail from "../mail/mail.ts";
import * as Member from "../member/member.ts";
import * as Sending from "./send.ts";

/** A deployment with two expired invitations, one that is about to expire, and one whose inviter has left. */
async function begin() {
  const fixture = await openOrganization();
  const { world, ada, organization } = fixture;
  const workers = openWorkers(world);
  const invariants = await openInvariants(fixture);
  world.clock.pass(600);
  const bob = await fixture.join("bob@example.com", "admin");
  await fixture.invite("theirs@example.com", "read", bob);
  await invariants.check();
  const invite = (email: string, lifetimeDays: number) =>
    fixture.as(ada, () => Sending.send({ invitations: [{ email }], lifetimeDays }));
  await invite("one@example.com", 1);
  await invite("other@example.com", 1);
  await invite("near@example.com", 3);
  world.clock.pass(daySeconds - 60);
  await workers.tick();
  world.clock.pass(60);
  await fixture.as(ada, () => Member.remove({ account: bob.account }));
  world.queued.work.push({ job: "revokeSent", organization, by: bob.account });

  async function strike() {
    await workers.tick();
    await workers.work();
    await workers.mail();
  }
  /** The provider reports what it has accepted, and has had the time to. */
  async function report() {
    for (const { to, tags } of world.sent) {
      await asSystem("events", () => Mail.record({ mailStatus: "sent", permanent: false, recipients: [to], tags }));
    }
    world.clock.pass(900);
  }
  /** Returns what is wrong once everything was repeated. */
  async function wrong(): Promise<string[]> {
    const [theirs, one, other, near] = await Promise.all(
      ["theirs", "one", "other", "near"].map((name) => fixture.rowOf(`${name}@example.com`)),
    );
    const states = [theirs?.state, one?.state, other?.state, near?.state].join();
    const reminders = world.sent.filter(({ tags }) => tags.kind === "reminder").length;
    const isReminded = near?.reminder === "sent" && reminders === 1;
    return [
      ...(states === "revoked,expired,expired,pending" ? [] : [states]),
      ...(isReminded ? [] : [`${reminders} reminders, and the row says ${String(near?.reminder)}`]),
      ...(await invariants.check()),
    ];
  }
  return { fixture, strike, report, wrong, faults: injectFaults(world.rows.client, 4) };
}

/** Runs without a crash. Returns how many calls that takes. */
async function undisturbed(): Promise<number> {
  const place = await begin();
  place.faults.plan({});
  await place.strike();
  const count = place.faults.calls();
  await place.strike();
  expect(await place.wrong()).toEqual([]);
  expect(count).toBeGreaterThan(15);
  return count;
}

describe("the schedule and its workers", () => {
  let calls: number[];
  beforeAll(async () => {
    const count = await undisturbed();
    calls = sampled(Array.from({ length: count }, (_, n) => n + 1));
  });

  test.each(["before", "after"] as const)("lose and duplicate nothing when they crash %s a call", async (moment) => {
    const wrong: string[] = [];
    for (const call of calls) {
      const place = await begin();
      place.faults.plan({ crash: moment === "before" ? { before: call } : { after: call } });
      await resultOf(place.strike());
      if (place.faults.struck.crash === 0) wrong.push(`call ${call}: nothing crashed`);
      place.faults.clear();
      await place.report();
      await place.strike();
      wrong.push(...(await place.wrong()).map((one) => `call ${call}: ${one}`));
      await place.fixture.world.rows.stop();
    }
    expect(wrong).toEqual([]);
  });

  test("only need repetition when the table refuses, or its answers are lost", async () => {
    const place = await begin();
    place.faults.plan({ conflicts: 0.3, throttling: 0.2, lostAnswers: 0.3 });
    for (let round = 0; round < 6; round++) await resultOf(place.strike());
    place.faults.clear();
    await place.strike();
    expect(await place.wrong()).toEqual([]);
    expect(place.faults.struck.lostAnswers).toBeGreaterThan(3);
  });

  test("would lose what they forgot", async () => {
    const place = await begin();
    place.fixture.world.queued.work.length = 0;
    await place.strike();
    expect(await place.wrong()).not.toEqual([]);
  });
});
