import { type BillingWorld, type Customer, openBilling } from "@muster/local/testing/worlds/billing.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import type * as Audit from "../audit/audit.ts";
import { asSystem } from "../kernel/context.ts";
import * as ID from "../kernel/id.ts";
import * as Organization from "../organization/organization.ts";
import * as Setting from "../setting/setting.ts";
import * as Contact from "./contact.ts";

let billing: BillingWorld;
let acme: Customer;

beforeEach(async () => {
  billing = await openBilling();
  acme = await billing.createOrganization(await billing.world.person("ada@example.com"));
});
afterEach(() => billing.stop());

const announcement = (type: string, owner: Audit.Announcement["owner"] = acme.organization): Audit.Announcement => ({
  ...{ owner, type, seq: 1, event: ID.derive("event", type) },
});
const react = (one: Audit.Announcement) => asSystem("work", () => Contact.react(one));
/** Carries out all that follows from what has happened so far. */
async function follow() {
  const types = (await acme.events()).map(({ type }) => String(type)).filter(Contact.follows);
  for (const type of types) await react(announcement(type));
  return types;
}
const updates = () => billing.server.requests().filter(({ call }) => call === "customers.update").length;
const customer = async () => billing.client.customers.retrieve((await acme.row())?.customer ?? "");
const contact = { name: "Ada", email: "billing@example.com" };
const save = () => acme.as(() => Setting.saveGeneral({ contact, revision: 0 }));

test("what was saved before anything was bought is told with the first order, and a change of the name after it", async () => {
  await save();
  expect(await follow()).toEqual(["setting.saved"]);
  expect(updates()).toBe(0);
  await acme.buy(5);
  expect(await follow()).toContain("billing.checkout_begun");
  expect(await customer()).toMatchObject({ name: "Acme", email: "billing@example.com" });
  await acme.as(() => Organization.rename({ name: "Acme Robotics" }));
  await follow();
  expect(await customer()).toMatchObject({ name: "Acme Robotics", email: "billing@example.com" });
});

test("while Stripe cannot be reached it fails, so that it comes again", async () => {
  await acme.buy(5);
  await save();
  billing.server.faults.inject({ fault: "error_before", call: "customers.update", times: 9 });
  await expect(react(announcement("setting.saved"))).rejects.toMatchObject({ name: "StripeTrouble" });
  billing.server.faults.clear();
  await react(announcement("setting.saved"));
  expect(await customer()).toMatchObject({ email: "billing@example.com" });
});

test("nothing is told of an account, of other events, and where there is no Stripe", async () => {
  await acme.buy(5);
  await react(announcement("setting.saved", acme.owner.account));
  expect(["member.left", "billing.copied", "organization.created"].filter(Contact.follows)).toEqual([]);
  billing.world.rebind({ stripe: undefined as never });
  await react(announcement("setting.saved"));
  expect(updates()).toBe(0);
});
