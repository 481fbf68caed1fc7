import { subscribeAgain } from "@muster/local/testing/fixtures/second-subscription.ts";
import { openPlaces, type Place } from "@muster/local/testing/invariants/billing-place.ts";
import { perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterAll } from "vitest";
import { daySeconds, hourSeconds } from "../base/duration.ts";
import { eventsOf, is, live, mark, type Operation, testCrashes } from "./crashes.testing.ts";

// Payments from an account at a bank that begin a subscription, or renew one: when Stripe submits them, and when the bank
// answers, days later.

const places = openPlaces();
afterAll(() => places.stop());

const [pays, refuses] = ["pm_usBankAccount_success", "pm_usBankAccount_insufficientFunds"];

async function pass({ billing, ...place }: Place, seconds: number) {
  billing.world.clock.pass(seconds);
  billing.server.catchUp();
  await mark({ billing, ...place });
}
async function attach({ billing: { client }, acme }: Place, token: string) {
  const customer = (await acme.row())?.customer ?? "";
  return (await client.paymentMethods.attach(token, { customer })).id;
}
/** The subscription ends for good, and another one begins that a bank pays. */
const begin = (token: string) => async (place: Place) => {
  const { billing, acme } = place;
  const [first] = await live(place);
  await billing.client.subscriptions.cancel(first?.id ?? "");
  await pass(place, 15 * daySeconds);
  await acme.reconcile();
  place.edited.add(acme.organization);
  await subscribeAgain(billing, acme, 6, { default_payment_method: await attach(place, token) });
  await mark(place);
};
const renew = (token: string) => async (place: Place) => {
  const [subscription] = await live(place);
  const method = await attach(place, token);
  await place.billing.client.subscriptions.update(subscription?.id ?? "", { default_payment_method: method });
  await place.acme.reconcile();
  await pass(place, 31 * daySeconds + 2 * hourSeconds);
};
/** The same, and its bank has answered. */
const answered = (prepare: (place: Place) => Promise<void>) => async (place: Place) => {
  await prepare(place);
  await place.acme.reconcile();
  await pass(place, 4 * daySeconds);
};
const reconcile = ({ acme }: Place) => acme.reconcile();
/** The bank answers afterwards. */
const answer = async (place: Place) => {
  await place.billing.sweep();
  await pass(place, 4 * daySeconds);
};
const paidFor = (seats: number) => async (place: Place) => {
  const { billingStatus, capacity, hasPaid } = await place.acme.organizationRow();
  const paid = (await place.acme.invoices()).filter(({ status, total }) => {
    return status === "paid" && total === seats * perSeat.monthly;
  });
  return [
    ...is("status", billingStatus, "active"),
    ...is("seats", capacity, seats),
    ...is("trusted", hasPaid, true),
    ...is("debit", (await place.acme.row())?.debit, undefined),
    ...is("payments", paid.length, seats === 6 ? 1 : 2),
  ];
};
const isRefused = (status: string, seats: number) => async (place: Place) => {
  const { billingStatus, capacity } = await place.acme.organizationRow();
  const { debit } = (await place.acme.row()) ?? {};
  const told = (await eventsOf(place, "billing.updated")).filter(
    ({ data }) => (data as { after: { billingStatus: string } }).after.billingStatus === "past_due",
  );
  return [
    ...is("status", billingStatus, status),
    ...is("seats", capacity, seats),
    // Stripe submits a renewal again at once
    ...is("refused", status === "past_due" || debit?.hasFailed, true),
    ...is("debit of", debit?.amount, status === "past_due" ? 4 * perSeat.monthly : 6 * perSeat.monthly),
    ...is("past due, as events say", told.length, status === "past_due" ? 1 : 0),
  ];
};

const operations: Record<string, Operation> = {
  "a first payment that a bank processes": {
    prepare: begin(pays),
    run: reconcile,
    again: answer,
    wrong: paidFor(6),
    calls: 5,
  },
  "a first payment that a bank has made": {
    prepare: answered(begin(pays)),
    run: reconcile,
    wrong: paidFor(6),
    calls: 5,
  },
  "a first payment that a bank has refused": {
    prepare: answered(begin(refuses)),
    run: reconcile,
    wrong: isRefused("free", 3),
    differs: true,
    calls: 5,
  },
  "a renewal that a bank processes": {
    prepare: renew(pays),
    run: reconcile,
    again: answer,
    wrong: paidFor(4),
    calls: 5,
  },
  "a renewal that a bank has made": { prepare: answered(renew(pays)), run: reconcile, wrong: paidFor(4), calls: 5 },
  "a renewal that a bank has refused": {
    prepare: answered(renew(refuses)),
    run: reconcile,
    wrong: isRefused("past_due", 4),
    calls: 5,
  },
};

testCrashes(places, operations);
