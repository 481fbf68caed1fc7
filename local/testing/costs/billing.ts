import type { ID } from "@muster/core/base/id.ts";
import * as Dirty from "@muster/core/billing/dirty.ts";
import * as Receive from "@muster/core/billing/receive.ts";
import * as Reconcile from "@muster/core/billing/reconcile.ts";
import * as Sweep from "@muster/core/billing/sweep.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { addSeatRequest, quoteFor } from "../fixtures/seat-requests.ts";
import { billingOf, codeOf, subscribe } from "../fixtures/subscription.ts";
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
      prepare: requestOf("POST", "/checkout", {
        plan: "monthly",
        seats: 5,
      }),
    },
    {
      of: "billing.confirm",
      case: "paid just now",
      auth: member,
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
      prepare: requestOf("GET", ""),
    },
    {
      of: "billing.preview",
      auth: member,
      prepare: requestOf("POST", "/preview", { seats: 7 }),
    },
    {
      of: "billing.resize",
      case: "more seats, at the displayed price",
      auth: member,
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
      prepare: requestOf("POST", "/resize", { seats: 6 }),
    },
    {
      of: "billing.changeAutomaticSeats",
      auth: member,
      prepare: requestOf("POST", "/automatic-seats", { limit: 20 }),
    },
    {
      of: "billing.requestSeats",
      auth: member,
      prepare: requestOf("POST", "/seat-requests", { seats: 2, note: "For the support team." }),
    },
    { of: "billing.getSeatRequest", auth: member, prepare: requestOf("GET", "/seat-requests/own") },
    { of: "billing.listSeatRequests", auth: member, prepare: requestOf("GET", "/seat-requests") },
    { of: "billing.revokeSeatRequest", auth: member, prepare: requestOf("POST", "/seat-requests/revoke") },
    {
      of: "billing.approveSeatRequest",
      auth: member,
      prepare: async () => {
        const which = await addSeatRequest(world(), organization, owner.account);
        const quote = await quoteFor(world(), organization, owner, 2);
        return () => call("POST", "/seat-requests/approve", { ...which, quote });
      },
    },
    {
      of: "billing.declineSeatRequest",
      auth: member,
      prepare: async () => {
        const which = await addSeatRequest(world(), organization, owner.account);
        return () => call("POST", "/seat-requests/decline", { ...which, reason: "Not this month." });
      },
    },
    { of: "reclaim.listUnused", auth: member, prepare: ofUnused("GET", "?of=members") },
    {
      of: "reclaim.start",
      auth: member,
      prepare: ofUnused("POST", "/reclaim", { inactiveSince: "2020-01-31", members: 5, invitations: 5 }),
    },
    { of: "reclaim.get", auth: member, prepare: ofUnused("GET", "/reclaim") },
    { of: "reclaim.cancel", auth: member, prepare: ofUnused("POST", "/reclaim/cancel") },
    {
      of: "billing.cancel",
      auth: member,
      prepare: requestOf("POST", "/cancel"),
    },
    {
      of: "billing.resume",
      auth: member,
      prepare: requestOf("POST", "/resume"),
    },
    {
      of: "billing.discount",
      auth: member,
      prepare: async () => {
        const code = await codeOf(world());
        return () => call("POST", "/discount", { code });
      },
    },
    {
      of: "billing.portal",
      auth: member,
      prepare: requestOf("POST", "/portal"),
    },
    {
      of: "billing.upcoming",
      auth: member,
      prepare: requestOf("GET", "/upcoming-invoice"),
    },
    {
      of: "billing.invoices",
      auth: member,
      prepare: requestOf("GET", "/invoices"),
    },
    {
      of: "billing.ledger",
      auth: member,
      prepare: requestOf("GET", "/ledger"),
    },
    {
      of: "billing.export",
      auth: member,
      prepare: requestOf("GET", "/ledger/export"),
    },
    {
      of: "receive",
      case: "an event of Stripe",
      auth: nobody,
      prepare: async () => () => asSystem("costs", () => Receive.receive({ organization })),
    },
    {
      of: "reconcile",
      case: "nothing differs",
      auth: nobody,
      prepare: async () => () => asSystem("costs", () => Reconcile.reconcile({ organization })),
    },
    {
      of: "reconcile",
      case: "other seats at Stripe",
      auth: nobody,
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
      prepare: async () => {
        await asSystem("costs", () => Sweep.sweep({}));
        return () => asSystem("costs", () => Sweep.sweep({}));
      },
    },
  ];
}
