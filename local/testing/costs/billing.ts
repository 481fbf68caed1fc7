import type { ID } from "@muster/core/base/id.ts";
import * as Dirty from "@muster/core/billing/dirty.ts";
import * as Receive from "@muster/core/billing/receive.ts";
import * as Reconcile from "@muster/core/billing/reconcile.ts";
import * as Sweep from "@muster/core/billing/sweep.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { addSeatRequest, quoteFor } from "../fixtures/seat-requests.ts";
import { billingOf, codeOf, subscribe, unusedPaymentOf } from "../fixtures/subscription.ts";
import type { TestApi } from "../worlds/api.ts";
import { card } from "../worlds/billing.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

/** The costs of buying seats, of changing them, and of checking that both sides agree. */
export function billingCases(place: () => { api: TestApi }): Case[] {
  let organization: ID<"organization">;
  let owner: Person;
  let page = "";
  const world = () => place().api.world;
  const call = (method: string, more: string, json?: object) =>
    place().api.call(method, `/organizations/${organization}/billing${more}`, {
      token: owner.token,
      ...(json && { json }),
    });
  const requestOf =
    (method: string, more: string, json?: object): Case["prepare"] =>
    async () =>
    () =>
      call(method, more, json);
  const ofUnused =
    (method: string, more: string, json?: object): Case["prepare"] =>
    async () =>
    () =>
      place().api.call(method, `/organizations/${organization}/unused-seats${more}`, {
        token: owner.token,
        ...(json && { json }),
      });
  const member = "member" as const;
  const nobody = "nobody" as const;

  return [
    {
      of: "billing.checkout",
      auth: member,
      why: "The customer, the name, then the checkout: customer and checkout are stored, and have keys.",
      prepare: async () => {
        await billingOf(world());
        owner = await place().api.stranger();
        organization = await place().api.organization(owner, "Epsilon");
        return async () => {
          const answer = await call("POST", "/checkout", { plan: "monthly", seats: 5 });
          page = String(answer.body.url);
          return answer;
        };
      },
    },
    {
      of: "billing.checkout",
      case: "repeated",
      auth: member,
      why: "The open checkout is read with authentication; Stripe says whether the customer is there and it still is open.",
      prepare: requestOf("POST", "/checkout", {
        plan: "monthly",
        seats: 5,
      }),
    },
    {
      of: "billing.confirm",
      case: "paid just now",
      auth: member,
      why: "The checkout at Stripe and its invoice, then a reconciliation: marker, pending change, both rows; one write with its event and the row of the seat ledger.",
      prepare: async () => {
        const paid = await fetch(page, {
          method: "POST",
          body: new URLSearchParams(card),
          redirect: "manual",
        });
        const [, checkout] = /session=(\w+)/.exec(paid.headers.get("location") ?? "") ?? [];
        return () => call("POST", "/confirm", { checkout });
      },
    },
    {
      of: "billing.get",
      auth: member,
      why: "The billing row is read with authentication; Stripe is not called.",
      prepare: requestOf("GET", ""),
    },
    {
      of: "billing.preview",
      auth: member,
      why: "The row is read with authentication; Stripe computes what is due now, or the next invoice.",
      prepare: requestOf("POST", "/preview", { seats: 7 }),
    },
    {
      of: "billing.resize",
      case: "more seats, at the displayed price",
      auth: member,
      why: "The price again, the change, its result, its invoice. Stored before and after, with the row of the seat ledger; the marker is written and removed.",
      prepare: async () => {
        const { seats, quote } = (await call("POST", "/preview", { seats: 7 })).body;
        return () =>
          call("POST", "/resize", {
            seats,
            quote,
          });
      },
    },
    {
      of: "billing.resize",
      case: "fewer seats",
      auth: member,
      why: "The change, and its result. Stored before and after, with the row of the seat ledger.",
      prepare: requestOf("POST", "/resize", { seats: 6 }),
    },
    {
      of: "billing.changeAutomaticSeats",
      auth: member,
      why: "The row, its place in a list, and the event, with the organization checked.",
      prepare: requestOf("POST", "/automatic-seats", { limit: 20 }),
    },
    {
      of: "billing.requestSeats",
      auth: member,
      why: "A counter of the day; the request and its event, with the membership checked.",
      prepare: requestOf("POST", "/seat-requests", { seats: 2, note: "For the support team." }),
    },
    {
      of: "billing.getSeatRequest",
      auth: member,
      why: "The row is read with authentication.",
      prepare: requestOf("GET", "/seat-requests/own"),
    },
    {
      of: "billing.listSeatRequests",
      auth: member,
      why: "The requests, and the names of those who made them.",
      prepare: requestOf("GET", "/seat-requests"),
    },
    {
      of: "billing.revokeSeatRequest",
      auth: member,
      why: "The request and its event.",
      prepare: requestOf("POST", "/seat-requests/revoke"),
    },
    {
      of: "billing.approveSeatRequest",
      auth: member,
      why: "Like adding seats. The request is decided with the change and ends with it, with an event of its own.",
      prepare: async () => {
        const which = await addSeatRequest(world(), organization, owner.account);
        const quote = await quoteFor(world(), organization, owner, 2);
        return () => call("POST", "/seat-requests/approve", { ...which, quote });
      },
    },
    {
      of: "billing.declineSeatRequest",
      auth: member,
      why: "Like revoking.",
      prepare: async () => {
        const which = await addSeatRequest(world(), organization, owner.account);
        return () => call("POST", "/seat-requests/decline", { ...which, reason: "Not this month." });
      },
    },
    {
      of: "reclaim.listUnused",
      auth: member,
      why: "A page of the list of members.",
      prepare: ofUnused("GET", "?of=members"),
    },
    {
      of: "reclaim.start",
      auth: member,
      why: "The order and its event; the name of its author.",
      prepare: ofUnused("POST", "/reclaim", { inactiveSince: "2020-01-31", members: 5, invitations: 5 }),
    },
    {
      of: "reclaim.get",
      auth: member,
      why: "The row is read with authentication; the name of its author.",
      prepare: ofUnused("GET", "/reclaim"),
    },
    { of: "reclaim.cancel", auth: member, why: "The row and its event.", prepare: ofUnused("POST", "/reclaim/cancel") },
    {
      of: "billing.cancel",
      auth: member,
      why: "The actor is recorded; the request; then a reconciliation.",
      prepare: requestOf("POST", "/cancel"),
    },
    {
      of: "billing.resume",
      auth: member,
      why: "Like canceling.",
      prepare: requestOf("POST", "/resume"),
    },
    {
      of: "billing.discount",
      auth: member,
      why: "Like canceling; what applies now and the code are looked up first.",
      prepare: async () => {
        const code = await codeOf(world());
        return () => call("POST", "/discount", { code });
      },
    },
    {
      of: "billing.refundPayment",
      auth: member,
      why: "What was returned before is looked up, then the credit note; the row and its event are one write, and a reconciliation follows.",
      prepare: async () => {
        const invoice = await unusedPaymentOf(world(), organization);
        return () => call("POST", "/refund", { invoice, to: "card" });
      },
    },
    {
      of: "billing.portal",
      auth: member,
      why: "The customer is read with authentication. The portal's configuration, then its page.",
      prepare: requestOf("POST", "/portal"),
    },
    {
      of: "billing.upcoming",
      auth: member,
      why: "The subscription is read with authentication; Stripe computes the invoice.",
      prepare: requestOf("GET", "/upcoming-invoice"),
    },
    {
      of: "billing.unusedTime",
      auth: member,
      why: "The same.",
      prepare: requestOf("GET", "/unused-time"),
    },
    {
      of: "billing.invoices",
      auth: member,
      why: "The customer is read with authentication; Stripe has the invoices.",
      prepare: requestOf("GET", "/invoices"),
    },
    {
      of: "billing.ledger",
      auth: member,
      why: "Stripe has the invoices, and one query the changes, all of them; then the members that they name.",
      prepare: requestOf("GET", "/ledger"),
    },
    {
      of: "billing.months",
      auth: member,
      why: "The customer is read with authentication; Stripe has the payments.",
      prepare: requestOf("GET", "/ledger/months"),
    },
    {
      of: "billing.export",
      auth: member,
      why: "The same.",
      prepare: requestOf("GET", "/ledger/export"),
    },
    {
      of: "receive",
      case: "an event of Stripe",
      auth: nobody,
      why: "The marker; the content is ignored.",
      prepare: async () => () => asSystem("costs", () => Receive.receive({ organization })),
    },
    {
      of: "reconcile",
      case: "nothing differs",
      auth: nobody,
      why: "Marker, pending change, both rows; the marker is removed, nothing else is written.",
      prepare: async () => () => asSystem("costs", () => Reconcile.reconcile({ organization })),
    },
    {
      of: "reconcile",
      case: "other seats at Stripe",
      auth: nobody,
      why: "+8 WRU: both rows, the event, and the row of the seat ledger.",
      prepare: async () => {
        const { client } = await billingOf(world());
        const customer = await subscribe(world(), organization);
        const [one] = (await client.subscriptions.list({ customer })).data;
        const [item] = one?.items.data ?? [];
        await client.subscriptions.update(one?.id ?? "", {
          items: [
            {
              id: item?.id ?? "",
              quantity: 9,
            },
          ],
        });
        await world().table.write(Dirty.mark(organization));
        return async () => {
          const found = await asSystem("costs", () => Reconcile.reconcile({ organization }));
          if (found.result !== "repaired") throw new Error(`Nothing to measure: ${found.result}`);
        };
      },
    },
    {
      of: "clock",
      case: "no organization is marked",
      auth: nobody,
      why: "The breaker, then a query of each of the 16 shards of the markers, all at once.",
      prepare: async () => {
        await asSystem("costs", () => Sweep.sweep({}));
        return () => asSystem("costs", () => Sweep.sweep({}));
      },
    },
  ];
}
