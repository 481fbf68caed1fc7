import { type BillingWorld, type Customer, openAcme } from "@muster/local/testing/worlds/billing.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import * as Audit from "../audit/audit.ts";
import * as Manage from "../billing/manage.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import { notificationKeys } from "../notification/keys.ts";
import * as Notification from "../notification/notification.ts";
import * as Setting from "../setting/setting.ts";
import { put } from "../table/table.ts";
import { mailKeys } from "./keys.ts";
import * as Mail from "./mail.ts";

const billingEmail = "invoices@example.com";

let billing: BillingWorld;
let acme: Customer;
beforeEach(async () => {
  ({ billing, acme } = await openAcme(5));
});
afterEach(() => billing.stop());

const save = (contact: { billingEmail: string | null }, revision: number) =>
  acme.as(() => Setting.saveGeneral({ contact, revision }));
/** Everything that follows from the events so far, twice. Returns the mails of this kind that are queued. */
async function react() {
  await asSystem("follow", () => Audit.follow({ owner: acme.organization }));
  const { items } = await billing.world.table.query({ ...kernelKeys.log(acme.organization), to: "9" });
  for (const announcement of items.flatMap((row) => Audit.announcement(row) ?? [])) {
    if (!reactsTo(announcement.type, Notification.reactions)) continue;
    for (let times = 0; times < 2; times++) await asSystem("work", () => Notification.react(announcement));
  }
  const queued = billing.world.queued.mail.splice(0) as Mail.Job[];
  return queued.filter(({ kind }) => kind === "billing");
}
const deliver = (job: Mail.Job) => asSystem("mail", () => Mail.deliver(job));
const sent = () => billing.world.sent.filter(({ tags }) => tags.kind === "billing");
/** The subscription is canceled, of which owners are notified. */
const cancel = () => acme.as(() => Manage.cancel({}));

test("the billing address gets one mail about payment, and its row has the status of it", async () => {
  await save({ billingEmail }, 0);
  await cancel();
  const [job, ...again] = await react();
  if (!job) throw new Error("Nothing is queued.");
  expect(await deliver(job)).toEqual({ outcome: "sent" });
  for (const one of [...again, ...(await react())]) expect(await deliver(one)).toEqual({ outcome: "sent already" });
  const [mail, ...others] = sent();
  expect(others).toEqual([]);
  expect(mail).toMatchObject({
    to: billingEmail,
    subject: expect.stringMatching(/^The subscription of Acme ends on /),
  });
  expect(mail?.text).toContain("because this is the billing address of Acme");
  const tags = mail?.tags ?? {};
  await asSystem("mail-events", () =>
    Mail.record({ mailStatus: "bounced", permanent: true, recipients: [billingEmail], tags }),
  );
  const row =
    job.kind === "billing" &&
    (await billing.world.table.get(notificationKeys.billingMail(acme.organization, job.notification)));
  expect(row).toMatchObject({ kind: "billing.ending", mail: "bounced" });
});

test("nobody gets one without a billing address, nor once it is removed", async () => {
  await cancel();
  expect(await react()).toEqual([]);
  await acme.as(() => Manage.resume({}));
  await save({ billingEmail }, 0);
  await cancel();
  const [job] = await react();
  await save({ billingEmail: null }, 1);
  expect(job && (await deliver(job))).toEqual({ outcome: "failed" });
  expect(sent()).toEqual([]);
});

test("one address gets only so many in an hour, however often somebody cancels and resumes", async () => {
  await save({ billingEmail }, 0);
  const jobs = new Map<string, Mail.Job>();
  for (let times = 0; times < 7; times++) {
    await cancel();
    await acme.as(() => Manage.resume({}));
  }
  for (const job of await react()) if (job.kind === "billing") jobs.set(job.notification, job);
  const outcomes: unknown[] = [];
  for (const job of jobs.values()) outcomes.push(await deliver(job));
  expect([jobs.size, sent().length]).toEqual([7, 6]);
  expect(outcomes.at(-1)).toEqual({ outcome: "suppressed" });
});

test("an owner gets no second mail, and an address that bounces gets none", async () => {
  await save({ billingEmail: acme.owner.email }, 0);
  await cancel();
  const [own] = await react();
  expect(own && (await deliver(own))).toEqual({ outcome: "suppressed" });
  await save({ billingEmail }, 1);
  await billing.world.table.write(
    put(mailKeys.suppression(addressOf(billingEmail)), { bounced: "2026-11-24T09:00:00.000Z" }),
  );
  await acme.as(() => Manage.resume({}));
  await cancel();
  const last = (await react()).at(-1);
  expect(last && (await deliver(last))).toEqual({ outcome: "suppressed" });
  expect(sent()).toEqual([]);
});
