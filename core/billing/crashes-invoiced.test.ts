import { openPlaces, type Place } from "@muster/local/testing/invariants/billing-place.ts";
import { perform, sentTo } from "@muster/local/testing/invariants/billing-steps.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterAll } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { eventsOf, is, live, mark, testCrashes } from "./crashes.testing.ts";
import * as Seats from "./seats.ts";

// Changes that are paid by an invoice which is sent: when it is sent, paid, or given up.

const places = openPlaces();
afterAll(() => places.stop());

const of = 0;
const two = 2 * perSeat.monthly;

const sendInvoices = async (place: Place) => {
  await perform(place, { do: "invoice", of, days: 30 });
  await place.acme.reconcile();
};
const resize = ({ acme }: Place) =>
  resultOf(
    acme.as(async () => {
      const { quote } = await Seats.preview({ seats: 6 });
      return Seats.resize({ seats: 6, quote });
    }),
  );
const resolved =
  (how: "pay" | "voidInvoice" | "markUncollectible", days = 0) =>
  async (place: Place) => {
    await sendInvoices(place);
    await resize(place);
    const { billing, acme } = place;
    const [invoice] = sentTo(billing, await acme.row());
    billing.world.clock.pass(days * daySeconds);
    billing.server.catchUp();
    await billing.client.invoices[how](invoice?.id ?? "");
    await mark(place);
  };
const reconcile = ({ acme }: Place) => acme.reconcile();
const pay = async (place: Place) => {
  await resize(place);
  await place.billing.sweep();
  await perform(place, { do: "resolve", of, how: "pay" });
  await mark(place);
};
const ofChange = async ({ acme }: Place) =>
  (await acme.invoices()).filter(({ billing_reason: reason }) => reason === "subscription_update");
const ended = (seats: number, status: string, event: string) => async (place: Place) => {
  const [subscription] = await live(place);
  const { capacity } = await place.acme.organizationRow();
  const found = `${subscription?.items.data[0]?.quantity} at Stripe, ${String(capacity)}`;
  const invoices = (await ofChange(place)).map(({ status, total }) => `${total} ${status}`);
  return [
    ...is("seats", found, `${seats} at Stripe, ${seats}`),
    ...is("invoices", invoices.join(), `${two} ${status}`),
    ...is("events", (await eventsOf(place, event)).length, 1),
    ...is("payments to return", (await place.acme.row())?.duplicates?.length ?? 0, 0),
  ];
};
const dropped = ended(4, "void", "billing.resize_dropped");
/** The renewal is for this many seats, and the rest of the period before is credited or not. */
const renews = (wrong: typeof dropped, isCredited: boolean) => async (place: Place) => {
  const [subscription] = await live(place);
  const { total } = await place.billing.client.invoices.createPreview({ subscription: subscription?.id ?? "" });
  return [...(await wrong(place)), ...is("credited", total < 4 * perSeat.monthly, isCredited)];
};

testCrashes(places, {
  "more seats that an invoice is sent for": {
    prepare: sendInvoices,
    run: resize,
    again: pay,
    wrong: ended(6, "paid", "billing.resized"),
    calls: 12,
  },
  "an invoice for more seats that is paid": {
    prepare: resolved("pay"),
    run: reconcile,
    wrong: ended(6, "paid", "billing.resized"),
    calls: 5,
  },
  "an invoice for more seats that is voided": {
    prepare: resolved("voidInvoice"),
    run: reconcile,
    wrong: renews(dropped, false),
    calls: 8,
  },
  "an invoice for more seats that is marked as uncollectible after a renewal": {
    prepare: resolved("markUncollectible", 31),
    run: reconcile,
    wrong: renews(dropped, true),
    calls: 9,
  },
  "an organization that is deleted while an invoice for more seats is open": {
    prepare: async (place) => {
      await sendInvoices(place);
      await resize(place);
    },
    run: (place) => perform(place, { do: "delete", of }),
    again: (place) => perform(place, { do: "delete", of }),
    wrong: async (place) => [
      ...is("live", (await live(place)).length, 0),
      ...is("invoices", (await ofChange(place)).map(({ status }) => status).join(), "void"),
      ...is("events", (await eventsOf(place, "billing.resize_dropped")).length, 1),
    ],
    calls: 8,
  },
});
