import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openFollower } from "@muster/local/testing/worlds/follower.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import type { MailMessage } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Organization from "../organization/organization.ts";
import { rateKeys } from "../rate/keys.ts";
import { update } from "../table/table.ts";
import * as Bulk from "./bulk.ts";
import * as Mail from "./mail.ts";
import * as Reputation from "./reputation.ts";

type Status = "delivered" | "bounced" | "complained";

let fixture: OrganizationFixture;
let invited = 0;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 400 });
});

const change = (set: object, place = fixture) =>
  fixture.world.table.write(update(organizationKeys.organization(place.organization), { set }));
const deliver = (place: OrganizationFixture, email: string) =>
  asSystem("mail", () =>
    Mail.deliver({ kind: "invitation", organization: place.organization, address: addressOf(email), attempt: 1 }),
  );

/** Invites so many people, sends their emails, and says the outcome of each. Returns how often that paused emails. */
async function send(count: number, mailStatus: Status, place = fixture, { permanent = true, times = 1 } = {}) {
  let pauses = 0;
  for (let n = 0; n < count; n++) {
    const email = `p${++invited}@example.com`;
    await place.invite(email);
    fixture.world.clock.pass(30);
    if ((await deliver(place, email)).outcome !== "sent") continue;
    const { tags = {} } = fixture.world.sent.at(-1) ?? {};
    const event = { mailStatus, permanent, recipients: [email], tags };
    for (let time = 0; time < times; time++) {
      if ((await asSystem("events", () => Mail.record(event))).paused) pauses++;
    }
  }
  return pauses;
}
/** Counts so many as delivered this week. */
const delivered = (count: number) => {
  const key = rateKeys.mailOutcomes(fixture.organization, Math.floor(fixture.world.clock.at / 604_800_000));
  return fixture.world.table.write(update(key, { set: { delivered: count } }));
};
const state = async (place = fixture) => (await place.as(place.ada, () => Organization.get({}))).mailsPaused?.why;
const resume = (place = fixture) => asSystem("operator", () => Reputation.resume({ organization: place.organization }));

describe("the emails of an organization are paused", () => {
  test("once, when ten have bounced and they are more than a tenth", async () => {
    await send(20, "delivered");
    expect(await send(9, "bounced")).toBe(0);
    expect(await state()).toBeUndefined();
    expect(await send(3, "bounced")).toBe(1);
    expect(await state()).toBe("bounced");
  });

  test("once, whatever else bounces that had left before", async () => {
    const messages: MailMessage[] = [];
    for (let n = 0; n < 14; n++) {
      const email = `late${n}@example.com`;
      await fixture.invite(email);
      fixture.world.clock.pass(30);
      await deliver(fixture, email);
      messages.push(fixture.world.sent.at(-1) as MailMessage);
    }
    const answers = await Promise.all(
      messages.map(({ to, tags }) =>
        asSystem("events", () => Mail.record({ mailStatus: "bounced", permanent: true, recipients: [to], tags })),
      ),
    );
    expect(answers.filter(({ paused }) => paused)).toHaveLength(1);
  });

  test("when three of them are reported as spam and that is more than one in two hundred", async () => {
    await send(2, "complained");
    expect(await state()).toBeUndefined();
    await send(1, "complained");
    expect(await state()).toBe("complained");
  });

  test("not because of a small share, of what may arrive later, or of what was said twice", async () => {
    await delivered(100);
    await send(11, "bounced");
    expect(await state()).toBeUndefined();
    const other = await openOrganization({ seats: 100, beside: fixture });
    await send(12, "bounced", other, { permanent: false });
    expect(await state(other)).toBeUndefined();
    await send(6, "bounced", other, { times: 3 });
    expect(await state(other)).toBeUndefined();
  });

  test("not because of those of a week ago", async () => {
    await send(9, "bounced");
    fixture.world.clock.pass(8 * 86_400);
    await send(9, "bounced");
    expect(await state()).toBeUndefined();
  });

  test("not because of complaints about emails of a week ago, of which many arrived", async () => {
    const messages: MailMessage[] = [];
    const sentAt = new Date(fixture.world.clock.at).toISOString();
    const say = ({ to, tags }: MailMessage, mailStatus: Status) =>
      asSystem("events", () => Mail.record({ mailStatus, permanent: true, recipients: [to], tags, sentAt }));
    for (let n = 0; n < 5; n++) {
      const email = `once${n}@example.com`;
      await fixture.invite(email);
      await deliver(fixture, email);
      messages.push(fixture.world.sent.at(-1) as MailMessage);
    }
    await delivered(2000);
    fixture.world.clock.pass(7 * 86_400);
    for (const message of messages) await say(message, "complained");
    expect(await state()).toBeUndefined();
  });

  test("because of an account's emails in several, where nobody pays", async () => {
    const [paying, free] = [
      await openOrganization({ seats: 100, beside: fixture }),
      await openOrganization({ seats: 100, beside: fixture }),
    ];
    await change({ grantedSeats: 0 }, free);
    await send(6, "bounced");
    await send(6, "bounced", paying);
    expect([await state(), await state(paying)]).toEqual([undefined, undefined]);
    await send(1, "bounced", free);
    expect([await state(), await state(paying), await state(free)]).toEqual([undefined, undefined, "bounced"]);
    const { items } = await fixture.world.table.query(kernelKeys.outbox(free.organization));
    const [event] = items.filter(({ type }) => type === "organization.mails_paused");
    expect(event?.data).toEqual({ why: "bounced", account: fixture.ada.account });
    await resume(free);
    expect(await send(1, "bounced", free)).toBe(0);
  });
});

describe("while they are paused", () => {
  const performBulk = async () => {
    const { queued, clock } = fixture.world;
    for (let round = 0; round < 5; round++) {
      for (const job of queued.bulk.splice(0)) {
        await asSystem("bulk", () => Bulk.perform(job as Bulk.Job), clock.at + 60_000);
      }
    }
  };

  beforeEach(async () => {
    await send(10, "bounced");
  });

  test("invitations and imports wait, and leave when the operator resumes them, each once", async () => {
    const { world, organization } = fixture;
    const follower = await openFollower(fixture);
    const already = world.sent.length;
    await fixture.invite("waits@example.com");
    expect(await deliver(fixture, "waits@example.com")).toEqual({ outcome: "paused" });
    await world.table.write(
      update(invitationKeys.addressIn(organization, addressOf(`p${invited}@example.com`)), {
        set: { reminder: "queued" },
      }),
    );
    await follower.work();
    world.queued.mail.splice(0);
    expect(await resume()).toEqual({ changed: true });
    expect(await resume()).toEqual({ changed: false });
    await follower.work();
    await performBulk();
    const jobs = world.queued.mail.splice(0).filter((job) => "kind" in job && job.kind !== "notification");
    for (const job of [...jobs, ...jobs]) await asSystem("mail", () => Mail.deliver(job as Mail.Job));
    expect(world.sent.slice(already).map(({ to }) => to)).toEqual(["waits@example.com"]);
    expect(jobs).toHaveLength(2); // the reminder goes to an address that bounced
  });

  test("an invitation whose result is unknown waits too, and leaves when they are resumed", async () => {
    const { world } = fixture;
    await resume();
    const follower = await openFollower(fixture);
    await fixture.invite("unknown@example.com");
    world.rebind({ mail: { send: () => Promise.reject(new Error("socket hang up")), rate: async () => 100 } });
    await expect(deliver(fixture, "unknown@example.com")).rejects.toThrow("unknown whether");
    world.rebind();
    await send(10, "bounced");
    world.clock.pass(900);
    expect(await deliver(fixture, "unknown@example.com")).toEqual({ outcome: "paused" });
    await follower.work();
    world.queued.mail.splice(0);
    await resume();
    await follower.work();
    await performBulk();
    for (const job of world.queued.mail.splice(0)) {
      if ("kind" in job && job.kind === "invitation") await asSystem("mail", () => Mail.deliver(job as Mail.Job));
    }
    expect(world.sent.map(({ to }) => to)).toContain("unknown@example.com");
  });

  test("other organizations send", async () => {
    const other = await openOrganization({ seats: 10, beside: fixture });
    await send(1, "delivered", other);
    expect(fixture.world.sent.at(-1)?.tags).toMatchObject({ organization: other.organization });
  });

  test.each([true, false])(
    "what was counted before is forgotten when they are resumed, granted: %s",
    async (granted) => {
      await change({ granted });
      await resume();
      expect(await send(9, "bounced")).toBe(0);
      expect(await state()).toBeUndefined();
    },
  );

  test("owners and admins are told, and again when they are resumed", async () => {
    const events = async () =>
      (await fixture.world.table.query(kernelKeys.outbox(fixture.organization))).items
        .map(({ type, data }) => ({ type, data }))
        .filter(({ type }) => type.startsWith("organization.mails"));
    await resume();
    expect(await events()).toEqual([
      { type: "organization.mails_paused", data: { why: "bounced", delivered: 0, bounced: 10, complained: 0 } },
      { type: "organization.mails_resumed", data: {} },
    ]);
  });
});
