import { addSeatRequest, quoteFor } from "@muster/local/testing/fixtures/seat-requests.ts";
import { openPlaces, type Place } from "@muster/local/testing/invariants/billing-place.ts";
import { perform } from "@muster/local/testing/invariants/billing-steps.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterAll } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { bind, plans } from "../kernel/ports.ts";
import { eventsOf, is, live, mark, testCrashes } from "./crashes.testing.ts";
import { billingKeys } from "./keys.ts";
import { approveSeatRequest } from "./requests/approve.ts";
import * as Seats from "./seats.ts";

// Requests for seats, and payments from an account at a bank, which answers in days.

const places = openPlaces();
afterAll(() => places.stop());

const two = 2 * perSeat.monthly;
const quotes = new Map<string, { requestedAt: string; quote: string }>();

async function pass({ billing, ...place }: Place, days: number) {
  billing.world.clock.pass(days * daySeconds);
  billing.server.catchUp();
  await mark({ billing, ...place });
}
async function attach({ billing: { client }, acme }: Place, token: string) {
  const customer = (await acme.row())?.customer ?? "";
  return (await client.paymentMethods.attach(token, { customer })).id;
}
async function payFrom(place: Place, token: string) {
  const [subscription] = await live(place);
  const method = await attach(place, token);
  await place.billing.client.subscriptions.update(subscription?.id ?? "", { default_payment_method: method });
  await place.acme.reconcile();
}
const resize = ({ acme }: Place) =>
  resultOf(
    acme.as(async () => {
      const { quote } = await Seats.preview({ seats: 6 });
      return Seats.resize({ seats: 6, quote });
    }),
  );
const charges = async ({ acme }: Place) =>
  (await acme.invoices()).filter(({ status, total }) => status === "paid" && total === two).length;
const seatsOf = async (place: Place) => {
  const [subscription] = await live(place);
  const { capacity } = await place.acme.organizationRow();
  return `${String(subscription?.items.data[0]?.quantity)} at Stripe, ${String(capacity)}`;
};
const approve = ({ acme }: Place) => {
  const { requestedAt = "", quote = "" } = quotes.get(acme.organization) ?? {};
  return resultOf(acme.as(() => approveSeatRequest({ account: acme.owner.account, requestedAt, quote })));
};

testCrashes(places, {
  "a deletion that refunds the rest of a paid period": {
    prepare: async (place) => {
      bind({ plans: { ...plans(), unusedTime: "refunded" } });
      place.billing.world.clock.pass(15 * daySeconds);
      await place.acme.reconcile();
    },
    run: (place) => perform(place, { do: "delete", of: 0 }),
    again: (place) => perform(place, { do: "delete", of: 0 }),
    wrong: async (place) => {
      const notes = [...place.billing.server.state.creditNotes.values()];
      const refunds = await eventsOf(place, "billing.duplicate_refunded");
      const { unused, duplicates = [] } = (await place.acme.row()) ?? {};
      return [
        ...is("live", (await live(place)).length, 0),
        ...is("refunded", notes.map(({ amount }) => amount).join(), String(2 * perSeat.monthly)),
        ...is("events", refunds.length, 1),
        ...is("left", [unused, ...duplicates].filter((one) => one !== undefined).length, 0),
      ];
    },
    calls: 8,
  },
  "the approval of a request for seats": {
    prepare: async ({ acme, billing: { world } }) => {
      const { organization, owner } = acme;
      const { requestedAt } = await addSeatRequest(world, organization, owner.account);
      quotes.set(organization, { requestedAt, quote: await quoteFor(world, organization, owner, 2) });
    },
    run: approve,
    again: approve,
    wrong: async (place) => {
      const { acme, billing } = place;
      const request = await billing.world.table.get(billingKeys.seatRequest(acme.organization, acme.owner.account));
      return [
        ...is("seats", await seatsOf(place), "6 at Stripe, 6"),
        ...is("charges", await charges(place), 1),
        ...is("request", request?.state, "approved"),
        ...is("approvals", (await eventsOf(place, "billing.seat_request_approved")).length, 1),
      ];
    },
    calls: 5,
  },
  "more seats that a bank pays": {
    prepare: (place) => payFrom(place, "pm_usBankAccount_success"),
    run: resize,
    again: async (place) => {
      await place.billing.sweep();
      await resize(place);
      await pass(place, 4);
    },
    wrong: async (place) => [
      ...is("seats", await seatsOf(place), "6 at Stripe, 6"),
      ...is("charges", await charges(place), 1),
      ...is("debit", (await place.acme.row())?.debit, undefined),
      ...is("changes", (await eventsOf(place, "billing.resized")).length, 1),
    ],
    calls: 5,
  },
  "a change that Stripe drops while a bank processes its payment": {
    prepare: async (place) => {
      await payFrom(place, "pm_card_chargeCustomerFail");
      await resize(place);
      const [invoice] = await place.acme.invoices();
      const account = await attach(place, "pm_usBankAccount_success");
      await place.billing.client.invoices.pay(invoice?.id ?? "", { payment_method: account });
      await pass(place, 1);
    },
    run: ({ acme }) => acme.reconcile(),
    again: async (place) => {
      await place.billing.sweep();
      await pass(place, 4);
    },
    wrong: async (place) => {
      const { duplicates = [] } = (await place.acme.row()) ?? {};
      return [
        ...is("seats", await seatsOf(place), "4 at Stripe, 4"),
        ...is("payments to return", duplicates.map(({ amount }) => amount).join(), String(two)),
        ...is("dropped", (await eventsOf(place, "billing.resize_dropped")).length, 1),
        ...is("reports", (await eventsOf(place, "billing.duplicate_canceled")).length, 1),
      ];
    },
    calls: 8,
  },
});
