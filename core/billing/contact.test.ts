import { depth, seed } from "@muster/local/testing/random.ts";
import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { type Arbitrary, assert, asyncProperty, constantFrom, integer, option, record, string } from "fast-check";
import { describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as Sending from "../invitation/send.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { plans } from "../kernel/ports.ts";
import { reactsTo } from "../kernel/reaction.ts";
import { type StripeContact, StripeError } from "../kernel/stripe-port.ts";
import * as Deletion from "../organization/deletion.ts";
import * as Organization from "../organization/organization.ts";
import { project } from "../search/search.ts";
import { settingKeys } from "../setting/keys.ts";
import * as Setting from "../setting/setting.ts";
import { update } from "../table/table.ts";
import { attention as attentionOf } from "./attention.ts";
import * as Billing from "./billing.ts";
import * as Contact from "./contact.ts";
import * as ContactSync from "./contact-sync.ts";
import * as Report from "./report.ts";
import { save as saveRow } from "./save.ts";

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
});

/** The announcements of the log's events, of one type or of all with reactions. */
async function announced(type?: string): Promise<Audit.Announcement[]> {
  await asSystem("follow", () => Audit.follow({ owner: acme.organization }));
  const { items } = await billing.world.table.query({ ...kernelKeys.log(acme.organization), to: "9" });
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

test("a setting that Stripe does not get makes no call, and one that it gets makes one", async () => {
  await acme.buy(5);
  await follow();
  const before = updates();
  await acme.as(() => Setting.saveGeneral({ contact: { name: "Ada" }, updates: { posting: "off" }, revision: 0 }));
  await acme.as(() => Setting.saveGeneral({ contact: { name: "Ada" }, revision: 1 }));
  const [others, ours] = [await announced("setting.saved"), { contact: { phone: "030 1234" } }];
  expect(await reactTo(others)).toEqual(["setting.saved"]);
  expect(updates()).toBe(before);
  await acme.as(() => Setting.saveGeneral({ ...ours, address: { city: "Berlin" }, revision: 1 }));
  await reactTo((await announced("setting.saved")).slice(1));
  expect(updates()).toBe(before + 1);
  expect(await customer()).toMatchObject({ phone: "030 1234", address: { city: "Berlin" } });
});

describe("what Stripe refuses", () => {
  const long = "+49 (30) 123 456 789 - 123 456";
  const sync = () => asSystem("work", () => ContactSync.sync({ organization: acme.organization }));
  const refusals = async () => (await acme.as(() => Billing.get({}))).contactRefusals;
  const attention = async () => (await asSystem("operator", () => attentionOf({}))).items;
  /** Stores General as it could be saved once. */
  const store = async (value: { contact?: object; address?: object }) => {
    const { revision } = await acme.as(() => Setting.getGeneral({}));
    if (revision === 0) await acme.as(() => Setting.saveGeneral({ contact: { name: "Ada" }, revision }));
    const all = { contact: {}, address: {}, ...value };
    await billing.world.table.write(update(settingKeys.section(acme.organization, "general"), { set: { value: all } }));
  };
  /** Stripe refuses a call for the first of these reasons that holds for it. Returns what was sent. */
  const refuse = (reasonOf: (contact: StripeContact) => { param?: string; code?: string } | undefined) => {
    const sent: StripeContact[] = [];
    const updateCustomer = async (one: string, contact: StripeContact) => {
      sent.push(contact);
      const reason = sent.length > 20 ? undefined : reasonOf(contact);
      if (reason) throw new StripeError("refused", `Stripe: Not this ${reason.param}.`, reason);
      return billing.port.updateCustomer(one, contact);
    };
    billing.world.rebind({ stripe: { ...billing.port, updateCustomer } });
    return sent;
  };

  test("is left out, and all else arrives: a phone number that was saved while it could be longer", async () => {
    await acme.buy(5);
    await store({ contact: { phone: "030 1234" } });
    await sync();
    await store({ contact: { phone: long } });
    const before = updates();
    await acme.as(() =>
      Setting.saveGeneral({ contact: { email: "new@example.com" }, address: { city: "Berlin" }, revision: 1 }),
    );
    await reactTo((await announced("setting.saved")).slice(-1));
    expect(updates()).toBe(before + 2);
    const arrived = { email: "new@example.com", phone: "030 1234", address: { city: "Berlin" } };
    expect(await customer()).toMatchObject(arrived);
    expect(await refusals()).toEqual([
      { field: "contact.phone", reason: "Invalid string: +49 (30) 1... - 123 456; must be at most 20 characters" },
    ]);
  });

  test("is told to an operator until Stripe has accepted it", async () => {
    await acme.buy(5);
    await store({ contact: { phone: long }, address: { city: "Berlin" } });
    expect(await sync()).toEqual({ synced: false });
    const { version } = (await acme.row()) ?? {};
    expect(await sync()).toEqual({ synced: false });
    expect((await acme.row())?.version).toBe(version);
    await billing.sweep();
    await billing.sweep();
    const { organization } = acme;
    const refused = [{ field: "contact.phone", reason: expect.stringContaining("at most 20") }];
    expect(await attention()).toMatchObject([{ organization, why: "contact_refused", refusals: refused }]);
    const { items } = await asSystem("operator", () => Report.reports({}));
    const [report, ...more] = items;
    expect(more).toEqual([]);
    const { differences } = await asSystem("operator", () => Report.report({ report: report?.id ?? "" }));
    expect(differences).toMatchObject([{ organization, result: "contact_refused" }]);
    await acme.as(() => Setting.saveGeneral({ contact: { phone: "030 1234" }, revision: 1 }));
    expect(await sync()).toEqual({ synced: true });
    expect(await refusals()).toBeUndefined();
    expect(await customer()).toMatchObject({ phone: "030 1234" });
    await billing.sweep();
    expect(await attention()).toEqual([]);
  });

  test("is told no longer once it is accepted, although the organization waits for something else", async () => {
    await acme.buy(5);
    await store({ contact: { phone: long } });
    await sync();
    await acme.reconcile();
    expect(await attention()).toMatchObject([{ why: "contact_refused" }]);
    await store({});
    await sync();
    await acme.as(() => Sending.send({ invitations: [{ email: "bob@example.com", role: "read" }] }));
    await acme.edit(1);
    await acme.reconcile();
    expect((await acme.organizationRow())["billingStatus"]).toBe("over_limit");
    expect(await attention()).toEqual([]);
  });

  test("is no matter of a deleted organization", async () => {
    await acme.buy(5);
    await store({ contact: { phone: long } });
    await sync();
    await acme.reconcile();
    await acme.as(() => Deletion.deleteByName({ name: "Acme" }));
    await acme.reconcile();
    expect(await attention()).toEqual([]);
  });

  test("is each field that Stripe names, one call for each, and the address by its parts", async () => {
    await acme.buy(5);
    const address = { country: "DE", street: "Weg 1", city: "Berlin", state: "Berlin", postalCode: "10115" };
    await store({
      contact: { email: "ada@example.com", billingEmail: "bills@example.com", phone: "030 1234" },
      address,
    });
    await sync();
    await store({ contact: { email: "x@example.com", billingEmail: "y@example.com", phone: "040 1234" }, address });
    const sent = refuse(({ keeps, ...contact }) =>
      contact.street
        ? { param: "address[line1]" }
        : contact.country
          ? { param: "address[country]" }
          : keeps.includes("email")
            ? undefined
            : { param: "email" },
    );
    expect(await sync()).toEqual({ synced: false });
    expect(sent).toHaveLength(4);
    expect((await refusals())?.map(({ field }) => field)).toEqual([
      "address.street",
      "address.country",
      "contact.billingEmail",
    ]);
    expect(await customer()).toMatchObject({
      email: "bills@example.com",
      phone: "040 1234",
      address: { country: null, line1: null, city: "Berlin", postal_code: "10115" },
    });
  });

  test("is all of the address if taxes are computed by it and its country is refused", async () => {
    await acme.buy(5);
    await store({ contact: { phone: "030 1234" }, address: { country: "DE", city: "Berlin" } });
    await sync();
    billing.world.rebind({ plans: { ...plans(), tax: true } });
    await store({ contact: { phone: "040 1234" }, address: { country: "FR", city: "Paris" } });
    const sent = refuse(({ keeps }) => (keeps.includes("address") ? undefined : { param: "address[country]" }));
    await sync();
    expect(sent).toHaveLength(2);
    expect(await customer()).toMatchObject({ phone: "040 1234", address: { country: "DE", city: "Berlin" } });
    expect(await refusals()).toMatchObject([{ field: "address.country" }]);
  });

  test.each<[string, { param?: string; code?: string }, string[]]>([
    ["nothing", {}, ["contact"]],
    ["what was not sent", { param: "shipping" }, ["contact"]],
    ["the same again", { param: "phone" }, ["contact.phone", "contact"]],
    ["a part of the address that is empty", { param: "address[city]" }, ["address", "contact"]],
    ["the location", { code: "customer_tax_location_invalid" }, ["address", "contact"]],
    ["the name", { param: "name" }, ["name", "contact"]],
  ])("is not sent again and again where Stripe names %s", async (_, reason, fields) => {
    await acme.buy(5);
    await store({ contact: { phone: "030 1234" } });
    const sent = refuse(() => reason);
    expect(await sync()).toEqual({ synced: false });
    expect(sent).toHaveLength(fields.length);
    expect((await refusals())?.map(({ field }) => field)).toEqual(fields);
  });

  test("waits where Stripe cannot be reached in between, and nothing is called refused", async () => {
    await acme.buy(5);
    await store({ contact: { phone: long, email: "ada@example.com" } });
    const sent = refuse(() => {
      if (sent.length > 1) throw new StripeError("lost", "Stripe: No answer.", { param: "email" });
      return { param: "phone" };
    });
    await expect(sync()).rejects.toMatchObject({ outcome: "lost" });
    expect(await refusals()).toBeUndefined();
    billing.world.rebind({ stripe: billing.port });
    await sync();
    expect(await customer()).toMatchObject({ email: "ada@example.com" });
    expect(await refusals()).toMatchObject([{ field: "contact.phone" }]);
  });

  test("does not overwrite what has changed since", async () => {
    await acme.buy(5);
    await store({ contact: { phone: long } });
    const { port, world } = billing;
    const updateCustomer = async () => {
      const row = await acme.row();
      if (row) await world.table.write(saveRow(acme.organization, row, { ...row, changes: ["one"] }));
      throw new StripeError("refused", "Stripe: No.", {});
    };
    world.rebind({ stripe: { ...port, updateCustomer } });
    await expect(sync()).rejects.toMatchObject({ code: "billing.moved" });
    expect(await acme.row()).toMatchObject({ changes: ["one"] });
  });

  test("is all that does not arrive, whatever is saved", async () => {
    await acme.buy(5);
    const some = <T>(one: Arbitrary<T>) => option(one, { nil: undefined });
    const text = (max: number) =>
      some(string({ minLength: 1, maxLength: max }).filter((one) => one.trim() === one && !one.includes("\0")));
    const email = some(integer({ min: 1, max: 600 }).map((length) => `${"x".repeat(length)}@example.com`));
    const phone = some(string({ minLength: 3, maxLength: 40, unit: constantFrom(..."0123456789 -") }));
    const contacts = record({ phone, email, billingEmail: email });
    const country = constantFrom(undefined, "DE", "US");
    const addresses = record({ country, line1: text(120), city: text(80), state: text(80), postal_code: text(20) });
    const run = asyncProperty(contacts, addresses, async (contact, place) => {
      const [before, called] = [await customer(), updates()];
      const { line1: street, postal_code: postalCode, ...rest } = place;
      await store({ contact, address: { ...rest, street, postalCode } });
      await sync();
      const recipient = contact.billingEmail === undefined ? "email" : "billingEmail";
      const given = { phone: contact.phone ?? null, email: contact[recipient] };
      const refused = {
        ...(isLong(given.phone, 20) && { phone: "contact.phone" }),
        ...(isLong(given.email, 512) && { email: `contact.${recipient}` }),
      };
      expect((await refusals())?.map(({ field }) => field).toSorted() ?? []).toEqual(Object.values(refused).toSorted());
      expect(updates() - called).toBe(1 + Object.keys(refused).length);
      const keeps = (field: "phone" | "email") => field in refused || given[field] === undefined;
      const at = (field: "phone" | "email") => (keeps(field) ? before : given)[field as never];
      const address = Object.fromEntries(Object.entries(place).map(([part, value]) => [part, value ?? null]));
      expect(await customer()).toMatchObject({ name: "Acme", phone: at("phone"), email: at("email"), address });
    });
    await assert(run, { seed, numRuns: depth(25, 300) });
  });
});

const isLong = (value: string | null | undefined, max: number) => (value ?? "").length > max;
