import { daySeconds } from "@muster/core/base/duration.ts";
import * as Customers from "@muster/core/billing/customer.ts";
import * as Dirty from "@muster/core/billing/dirty.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { StripeError } from "@muster/core/kernel/stripe-port.ts";
import { subscribeAgain } from "@muster/local/testing/fixtures/second-subscription.ts";
import { type BillingWorld, type Customer, openAcme } from "@muster/local/testing/worlds/billing.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { asksStripe } from "./arguments.ts";
import { operate } from "./operate.ts";

let billing: BillingWorld;
let acme: Customer;

beforeEach(async () => {
  ({ billing, acme } = await openAcme(5));
});
afterEach(() => billing.stop());

const noSecrets = () => {
  throw new Error("No secrets here.");
};

/** The output and errors of a command line, and its exit code. */
async function run(...words: string[]) {
  let said = "";
  const collect = (text: string) => {
    said += text;
  };
  const exit = await operate(words, { say: collect, complain: collect, boot: () => {}, secrets: noSecrets });
  return { exit, said };
}

const organization = () => acme.organization;
const quantity = async () => (await acme.row())?.mirror?.quantity;

test("compares everything, finds a difference, reconciles it, and finds nothing more", async () => {
  expect(await run("reports")).toEqual({ exit: 0, said: "No sweep has found a difference.\n" });
  expect(await run("compare")).toEqual({ exit: 0, said: "Compared 1: 0 differ.\n" });
  await acme.edit(8);
  expect((await run("compare")).said).toBe("Compared 1: 1 differ, and are marked.\n");
  expect(await quantity()).toBe(5);
  expect((await run("sweep")).said).toBe("Reconciled marked organizations: 1 checked, 1 repaired.\n");
  expect(await quantity()).toBe(8);
  expect((await run("sweep")).said).toBe("Reconciled marked organizations: 0 checked.\n");
  const { said } = await run("reports");
  expect(said).toMatch(/^2026-11-24T09:00:00.000Z {2}rep_\w+ {2}dirty {4}\w.*\n2026-11-24T\S+ {2}rep_\w+ {2}full/m);
});

test("shows a report with every difference", async () => {
  await acme.edit(8);
  await run("compare");
  await run("sweep");
  const [dirty = "", full = ""] = [...(await run("reports")).said.matchAll(/rep_\w+/g)].map(([id]) => id);
  expect((await run("report", dirty)).said.split("\n").slice(1)).toEqual([
    "At            2026-11-24T09:00:00.000Z",
    "Kind          dirty: marked organizations were reconciled",
    "Found         1 checked, 1 repaired",
    `${organization()}  repaired  paymentMethod visa 4242, billingStatus active, capacity 5, status active, quantity 5 ->` +
      "  paymentMethod visa 4242, billingStatus active, capacity 8, status active, quantity 8",
    "",
  ]);
  expect((await run("report", full)).said).toContain(
    `${organization()}  differs  status active, quantity 5 ->  status active, quantity 8\n`,
  );
  const answer = await run("report", dirty, "--json");
  expect(JSON.parse(answer.said)).toMatchObject({ kind: "dirty", differences: [{ result: "repaired" }] });
  expect(await run("report", "rep_01ARZ3NDEKTSV4RRFFQ69G5FAV")).toEqual({
    exit: 1,
    said: "Report not found.\n",
  });
});

test("allows once what the breaker stopped", async () => {
  await acme.edit(8);
  await billing.world.table.write(Dirty.mark(organization()));
  expect(await run("sweep", "0")).toMatchObject({ exit: 1, said: expect.stringContaining("until `reset-breaker`") });
  expect((await run("reports")).said).toContain("STOPPED: too much differed");
  await acme.edit(9);
  await billing.world.table.write(Dirty.mark(organization()));
  expect(await run("sweep", "1")).toMatchObject({ exit: 0 });
  expect(await quantity()).toBe(9);
});

test("reports a tripped breaker until somebody resets it, and who that was", async () => {
  expect(await run("reset-breaker", "Ada")).toEqual({ exit: 0, said: "The circuit breaker had not tripped.\n" });
  await acme.edit(8);
  await run("compare", "0");
  const [report = ""] = /rep_\w+/.exec((await run("reports")).said) ?? [];
  const at = "2026-11-24T09:00:00.000Z";
  const attention = { exit: 1, said: `The circuit breaker tripped at ${at}: see ${report}, then \`reset-breaker\`.\n` };
  expect(await run("attention")).toEqual(attention);
  for (const name of ["sweep", "compare", "catch-up"]) {
    expect(await run(name)).toMatchObject({ exit: 1, said: expect.stringContaining("until `reset-breaker`") });
  }
  expect(await run("reset-breaker", " ")).toMatchObject({
    exit: 2,
    said: expect.stringContaining("Enter the name."),
  });
  expect(await run("attention")).toEqual(attention);
  expect(await run("reset-breaker", "Ada")).toMatchObject({ exit: 0, said: expect.stringContaining("is reset") });
  expect(await run("attention")).toMatchObject({ exit: 0 });
  const [, release = ""] = /(rep_\w+) {2}reset {4}by Ada$/m.exec((await run("reports")).said) ?? [];
  expect((await run("report", release)).said).toMatch(/^Kind .*reset: .*\nBy {12}Ada$/m);
  expect((await run("compare")).said).toBe("Compared 1: 1 differ, and are marked.\n");
});

test("catches up with Stripe's events", async () => {
  await acme.edit(8);
  expect((await run("catch-up")).said).toMatch(/^Stripe has \d+ events; 1 organizations are marked.\n$/);
  expect(await Dirty.marked()).toMatchObject([{ organization: organization() }]);
});

test("reconciles one organization, and reports what cannot be reconciled", async () => {
  expect(await run("reconcile", organization())).toEqual({ exit: 0, said: "No differences.\n" });
  await acme.edit(8);
  expect(await run("reconcile", organization())).toMatchObject({
    exit: 0,
    said: expect.stringMatching(/^They agree now: .*quantity 5 -> .*quantity 8\n$/),
  });
  billing.server.faults.inject({ fault: "error_before", call: "subscriptions.list" });
  expect(await run("reconcile", organization())).toMatchObject({
    exit: 1,
    said: expect.stringContaining("Try again later"),
  });
});

test("lists the organizations that need attention", async () => {
  expect(await run("attention")).toEqual({ exit: 0, said: "No organization needs attention.\n" });
  const refusing = async () => {
    throw new StripeError("refused", "No such customer.", { code: "resource_missing" });
  };
  billing.world.rebind({ stripe: { ...billing.port, subscriptionsOf: refusing } });
  expect(await run("reconcile", organization())).toMatchObject({ exit: 1 });
  expect(await run("attention")).toEqual({
    exit: 1,
    said: `${organization()}  refused (resource_missing) since 2026-11-24T09:00:00.000Z\n`,
  });
});

describe("the money at risk", () => {
  test("is none while all is well", async () => {
    expect(await run("risk")).toEqual({ exit: 0, said: "No money is at risk.\n" });
  });

  test("is listed by its amount, with what to do", async () => {
    const { client, world } = billing;
    const paidTwice = await billing.createOrganization(acme.owner);
    await paidTwice.buy(9);
    await subscribeAgain(billing, paidTwice, 9);
    await paidTwice.reconcile();
    const crowded = await billing.createOrganization(acme.owner);
    await crowded.buy(1);
    await crowded.edit(0);
    await crowded.reconcile();
    const disputed = await billing.createOrganization(acme.owner);
    await disputed.buy(8);
    const [invoice] = await disputed.invoices();
    const dispute = billing.server.dispute(invoice?.id ?? "").id;
    await asSystem("work", () => Customers.reconcileDispute({ dispute }));
    const customer = (await acme.row())?.customer ?? "";
    const { id } = await client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    await client.customers.update(customer, { invoice_settings: { default_payment_method: id } });
    world.clock.pass(31 * daySeconds);
    billing.server.catchUp();
    for (const one of [acme, paidTwice, crowded]) await one.reconcile();
    const { exit, said } = await run("risk");
    expect(exit).toBe(1);
    const names = new Map(
      [acme, paidTwice, crowded, disputed].map((one, n) => [one.organization as string, String(n)]),
    );
    const lines = said.split("\n").filter((line) => line.startsWith("org_"));
    const short = lines.map((line) => line.split(/ {2,}/).slice(0, 3));
    expect(short.map(([name = "", ...rest]) => [names.get(name), ...rest])).toEqual([
      ["1", "unused", "90.00 USD"],
      ["3", "disputed", "80.00 USD"],
      ["0", "unpaid", "50.00 USD"],
      ["2", "over_capacity", "1 seat"],
    ]);
    expect(said).toContain("unpaid: owners were notified; ask them to pay");
    expect(said).not.toContain("unreconciled");
  });
});

test("knows which commands call Stripe, so that the others need no key", () => {
  const all = [
    "reports",
    "report",
    "attention",
    "reset-breaker",
    "reconcile",
    "sweep",
    "compare",
    "catch-up",
    "show",
  ] as const;
  expect(all.filter(asksStripe)).toEqual(["reconcile", "sweep", "compare", "catch-up"]);
});
