import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import { auditKeys } from "../audit/keys.ts";
import { asSystem } from "../kernel/context.ts";
import { reactsTo } from "../kernel/reaction.ts";
import * as Organization from "../organization/organization.ts";
import { project } from "../search/search.ts";
import * as Setting from "../setting/setting.ts";
import * as Contact from "./contact.ts";

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
});

/** The announcements of the log's events, of one type or of all with reactions. */
async function announced(type?: string): Promise<Audit.Announcement[]> {
  await asSystem("follow", () => Audit.follow({ owner: acme.organization }));
  const { items } = await billing.world.table.query({ ...auditKeys.log(acme.organization), to: "9" });
  const all = items.flatMap((row) => Audit.announcement(row) ?? []);
  return all.filter((one) => (type === undefined ? reactsTo(one.type, Contact.reactions) : one.type === type));
}
const reactTo = async (announcements: Audit.Announcement[]) => {
  for (const one of announcements) await asSystem("work", () => Contact.react(one));
  return announcements.map(({ type }) => type);
};
/** Runs everything that follows from the events so far. */
const follow = async () => reactTo(await announced());
const updates = () => billing.server.requests().filter(({ call }) => call === "customers.update").length;
const customer = async () => billing.client.customers.retrieve((await acme.row())?.customer ?? "");
const contact = { name: "Ada", email: "billing@example.com" };
const save = () => acme.as(() => Setting.saveGeneral({ contact, revision: 0 }));

test("what was saved before the first purchase is sent with it, and a rename after it", async () => {
  await save();
  expect(await follow()).toEqual(["setting.saved"]);
  expect(updates()).toBe(0);
  await acme.buy(5);
  expect(await follow()).toContain("billing.checkout_started");
  expect(await customer()).toMatchObject({ name: "Acme", email: "billing@example.com" });
  await acme.as(() => Organization.rename({ name: "Acme Robotics" }));
  await follow();
  expect(await customer()).toMatchObject({ name: "Acme Robotics", email: "billing@example.com" });
});

test("invoices go to the billing address, whatever else changes, and to the contact again without it", async () => {
  await acme.buy(5);
  await save();
  const general = (billingEmail: string | null, revision: number) =>
    acme.as(() => Setting.saveGeneral({ contact: { billingEmail }, revision }));
  await general("invoices@example.com", 1);
  await follow();
  expect(await customer()).toMatchObject({ email: "invoices@example.com" });
  await acme.as(() => Organization.rename({ name: "Acme Robotics" }));
  await acme.as(() => Setting.saveGeneral({ contact: { email: "grace@example.com" }, revision: 3 }));
  await follow();
  expect(await customer()).toMatchObject({ name: "Acme Robotics", email: "invoices@example.com" });
  await general(null, 4);
  await follow();
  expect(await customer()).toMatchObject({ email: "grace@example.com" });
});

test("without a contact, they go to an owner again once the billing address is removed", async () => {
  await acme.buy(5);
  const rows = (await billing.world.rows.scan()).filter(({ stream }) => stream === "view");
  await asSystem("view", () => project({ changes: rows.map((after) => ({ after })) }));
  const general = (billingEmail: string | null, revision: number) =>
    acme.as(() => Setting.saveGeneral({ contact: { billingEmail }, revision }));
  await general("invoices@example.com", 0);
  await follow();
  expect(await customer()).toMatchObject({ email: "invoices@example.com" });
  await general(null, 1);
  await follow();
  expect(await customer()).toMatchObject({ email: acme.owner.email });
});

test("while Stripe cannot be reached it fails, so that it is retried", async () => {
  await acme.buy(5);
  await save();
  billing.server.faults.inject({ fault: "error_before", call: "customers.update", times: 9 });
  await expect(reactTo(await announced("setting.saved"))).rejects.toMatchObject({ name: "StripeError" });
  billing.server.faults.clear();
  await reactTo(await announced("setting.saved"));
  expect(await customer()).toMatchObject({ email: "billing@example.com" });
});

test("nothing is sent for an account, for other events, or without Stripe", async () => {
  await acme.buy(5);
  const before = updates();
  expect(
    ["member.left", "billing.updated", "organization.created"].filter((type) => reactsTo(type, Contact.reactions)),
  ).toEqual([]);
  billing.world.rebind({ stripe: undefined as never });
  expect(await reactTo(await announced("billing.checkout_started"))).toEqual(["billing.checkout_started"]);
  expect(updates()).toBe(before);
});
