import { drainBulk, type Import, openImport, people } from "@muster/local/testing/fixtures/mailing.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import * as Audit from "../audit/audit.ts";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { idOf } from "../invitation/invitation.ts";
import { invitationKeys } from "../invitation/keys.ts";
import * as Resending from "../invitation/resending.ts";
import * as Sending from "../invitation/send.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { MailRefused } from "../kernel/mail-error.ts";
import type { MailMessage } from "../kernel/ports.ts";
import * as Bulk from "../mail/bulk.ts";
import { mailKeys } from "../mail/keys.ts";
import * as Mail from "../mail/mail.ts";
import * as Mailing from "../mail/mailing.ts";
import * as React from "../mail/react.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Item, type Key, type Step, type Table, update } from "../table/table.ts";
import * as Mails from "./mails.ts";
import * as Manage from "./manage.ts";

let fixture: OrganizationFixture;
let acme: Import;
const id = ID.derive("import", "acme");
let followed = 0;

beforeEach(async () => {
  fixture = await openOrganization({ seats: 400 });
  acme = await openImport(fixture.world, "acme", fixture.organization);
  followed = 0;
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const origin = { src: id, line: 1, lifetimeDays: 7, sentAt: "2026-11-24T08:00:00.000Z", by: "" };

/** Imports these. The provider refuses emails to addresses that begin with `f`, and does not respond for `u`. */
async function sent(emails: readonly string[]) {
  const mailing = await acme.step(emails, { ...origin, by: fixture.ada.account });
  await asSystem("work", () => Mailing.begin(mailing, emails.length));
  fixture.world.rebind({
    mail: {
      send: async (message) => {
        if (message.to.startsWith("f")) throw new MailRefused("No.");
        if (message.to.startsWith("u")) throw new Error("socket hang up");
        return `${fixture.world.sent.push(message)}`;
      },
      rate: async () => 100_000,
    },
  });
  await drain();
  fixture.world.rebind();
  return mailing;
}
async function drain() {
  await drainBulk(fixture.world, (job) => asSystem("bulk", () => Bulk.perform(job)));
  for (const job of fixture.world.queued.mail.splice(0)) {
    await asSystem("mail", () => Mail.deliver(job as Mail.Job));
  }
}
/** Runs the reactions to what has happened since. */
async function follow() {
  await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
  const { items } = await fixture.world.table.query({
    ...kernelKeys.log(fixture.organization),
    to: "9",
    consistent: true,
  });
  const own = items.filter(({ sk }) => Number(sk) < 1000);
  for (const row of own.slice(followed)) {
    const announced = Audit.announcement(row);
    if (announced) await asSystem("work", () => React.react(announced));
  }
  followed = own.length;
}
const resend = (mail: "failed" | "unconfirmed" = "failed", cursor?: string) =>
  asAda(() => Mails.resendMails({ import: id, mail, ...(cursor && { cursor }) }));
const numbers = async () => {
  const { sent, left, failed, unconfirmed, state } = (await asAda(() => Manage.get({ import: id }))).mails;
  return { sent, left, failed, unconfirmed, state };
};
const addressees = () => fixture.world.sent.map(({ to }) => to).toSorted();
const none = { resent: 0, tooSoon: 0, notAllowed: 0, limited: 0, contended: 0 };
const record = (message: MailMessage | undefined) =>
  asSystem("events", () =>
    Mail.record({
      mailStatus: "delivered",
      permanent: false,
      recipients: [String(message?.to)],
      tags: message?.tags ?? {},
    }),
  );

test("emails of an import that failed are sent again in bulk, and its numbers follow", async () => {
  await sent([...people(4, "f"), ...people(2, "u"), ...people(3, "a")]);
  expect(await numbers()).toEqual({ sent: 3, left: 0, failed: 4, unconfirmed: 2, state: "done" });
  expect(await resend()).toEqual({ ...none, resent: 4 });
  expect(await numbers()).toEqual({ sent: 3, left: 4, failed: 0, unconfirmed: 2, state: "sending" });
  expect(await resend()).toEqual(none);
  await follow();
  expect(fixture.world.queued.mail).toEqual([]);
  await drain();
  expect(addressees()).toEqual([...people(3, "a"), ...people(4, "f")]);
  expect(await numbers()).toEqual({ sent: 7, left: 0, failed: 0, unconfirmed: 2, state: "done" });
  fixture.world.clock.pass(300);
  expect(await resend("unconfirmed")).toEqual({ ...none, resent: 2 });
  await follow();
  await drain();
  expect(await numbers()).toEqual({ sent: 9, left: 0, failed: 0, unconfirmed: 0, state: "done" });
});

test("only those that are named are counted and looked at again, in the request and when they are sent", async () => {
  const others = people(96, "a");
  const mailing = await sent([...others.slice(0, 60), "f-0@example.com", ...others.slice(60)]);
  const read: string[] = [];
  const { table } = fixture.world;
  const noting: Table = {
    ...table,
    getMany: (async (keys: readonly Key[]) => {
      read.push(...keys.map(({ pk }) => pk));
      return table.getMany(keys);
    }) as Table["getMany"],
  };
  fixture.world.rebind({ table: noting });
  expect(await resend()).toEqual({ ...none, resent: 1 });
  await follow();
  expect(read.filter((pk) => pk === addressOf("f-0@example.com"))).not.toEqual([]);
  expect(read.filter((pk) => others.some((email) => addressOf(email) === pk))).toEqual([]);
  expect(fixture.world.queued.bulk).toEqual([{ job: "send", ...mailing, from: 60 }]);
  fixture.world.rebind();
  await drain();
  expect(await numbers()).toMatchObject({ sent: 97, failed: 0, left: 0 });
});

describe("although others keep counting the same mailing", () => {
  async function resendUncounted() {
    const mailing = await sent(people(3, "f"));
    const { table } = fixture.world;
    const isCount = (step: Step) => step.key.sk === mailKeys.mailing(id, mailing.seq).sk;
    const write: Table["write"] = async (...steps) => {
      if (steps.some(isCount)) throw implied.contended();
      return table.write(...steps);
    };
    fixture.world.rebind({ table: { ...table, write } });
    expect(await resend()).toEqual({ ...none, resent: 3 });
    fixture.world.rebind();
  }

  test("they are sent again", async () => {
    await resendUncounted();
    await follow();
    await drain();
    expect(await numbers()).toMatchObject({ sent: 3, failed: 0, left: 0 });
  });

  test("they are sent again when a pause ends", async () => {
    await resendUncounted();
    await asAda(() => Mails.pauseMails({ import: id }));
    await follow();
    await drain();
    expect(fixture.world.sent).toEqual([]);
    await asAda(() => Mails.resumeMails({ import: id }));
    await follow();
    await drain();
    expect(addressees()).toEqual(people(3, "f"));
  });
});

test("what failed and can no longer be resent, because its invitation has ended, counts as ended", async () => {
  await sent([...people(2, "f"), "u-0@example.com"]);
  const end = (email: string) =>
    fixture.world.table.write(
      update(invitationKeys.addressIn(fixture.organization, addressOf(email)), { set: { state: "revoked" } }),
    );
  await end("f-0@example.com");
  await end("u-0@example.com");
  expect(await resend()).toEqual({ ...none, resent: 1 });
  expect(await resend("unconfirmed")).toEqual(none);
  const { failed, unconfirmed, ended, left } = (await asAda(() => Manage.get({ import: id }))).mails;
  expect({ failed, unconfirmed, ended, left }).toEqual({ failed: 0, unconfirmed: 0, ended: 2, left: 1 });
});

test("a pause of the import holds them, and they are sent when it ends", async () => {
  await sent(people(3, "f"));
  await asAda(() => Mails.pauseMails({ import: id }));
  await resend();
  await follow();
  await drain();
  expect(fixture.world.sent).toEqual([]);
  expect(await numbers()).toMatchObject({ state: "paused", left: 3, failed: 0 });
  await asAda(() => Mails.resumeMails({ import: id }));
  await follow();
  await drain();
  expect(addressees()).toEqual(people(3, "f"));
});

test("a pause of the organization's emails holds them too, and a suppressed address gets none", async () => {
  await sent(people(2, "f"));
  const pause = { mailPaused: { at: "2026-11-24T08:00:00.000Z", why: "bounced" as const } };
  await fixture.world.table.write(update(organizationKeys.organization(fixture.organization), { set: pause }));
  await resend();
  await follow();
  await drain();
  expect(fixture.world.sent).toEqual([]);
  await fixture.world.table.write(
    update(organizationKeys.organization(fixture.organization), { unset: ["mailPaused"] }),
    update(mailKeys.suppression(addressOf("f-0@example.com")), { set: { complained: "2026-11-24T08:00:00.000Z" } }),
  );
  fixture.world.queued.bulk.push({ job: "requeue", organization: fixture.organization, of: "imports" });
  await drain();
  expect(addressees()).toEqual(["f-1@example.com"]);
});

test("an invitation of an import that was changed and emailed is sent after a pause of its organization", async () => {
  await sent(["a-0@example.com"]);
  fixture.world.clock.pass(600);
  const invitations = [{ email: "a-0@example.com", role: "write" }];
  await asAda(() => Sending.send({ invitations, ifPending: "change_and_email" }));
  fixture.world.queued.bulk.push({ job: "requeue", organization: fixture.organization, of: "imports" });
  await drain();
  await drain();
  expect(addressees()).toEqual(["a-0@example.com", "a-0@example.com"]);
});

test("what was invited otherwise since is not the import's to send again", async () => {
  await sent(people(2, "f"));
  await fixture.world.table.write(
    update(invitationKeys.addressIn(fixture.organization, addressOf("f-0@example.com")), { set: { src: "request" } }),
  );
  expect(await resend()).toEqual({ ...none, resent: 1 });
});

test("very many are sent again page after page; another organization's import is missing", async () => {
  await sent(people(60, "fa"));
  await sent(people(60, "fb"));
  await sent(people(5, "fc"));
  const first = await resend();
  expect(first).toEqual({ ...none, resent: 120, next: expect.any(String) });
  expect(await resend("failed", first.next)).toEqual({ ...none, resent: 5 });
  expect(await resultOf(resend("unconfirmed", first.next))).toBe("cursor.invalid");
  const theirs = await openImport(fixture.world, "umbrella");
  expect(await resultOf(asAda(() => Mails.resendMails({ import: theirs.id, mail: "failed" })))).toBe("import.missing");
});

test("one that a person resends by itself counts in its import, once it is delivered", async () => {
  await sent(["f-0@example.com", "a-0@example.com"]);
  const invitation = idOf(addressOf("f-0@example.com"));
  await asAda(() => Resending.resend({ invitation }));
  await follow();
  await drain();
  expect(addressees()).toEqual(["a-0@example.com", "f-0@example.com"]);
  await record(fixture.world.sent.find(({ to }) => to === "f-0@example.com"));
  await drain();
  expect(await numbers()).toMatchObject({ sent: 2, failed: 0, left: 0 });
  const row: Item = (await fixture.rowOf("f-0@example.com")) ?? {};
  expect([row.src, row.line]).toEqual([id, undefined]);
});
