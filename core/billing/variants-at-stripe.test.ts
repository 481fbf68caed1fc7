import { broken } from "@muster/local/testing/faults/broken.ts";
import type { Actors } from "@muster/local/testing/invariants/billing-actors.ts";
import { openPlaces } from "@muster/local/testing/invariants/billing-place.ts";
import type { ScenarioStep } from "@muster/local/testing/invariants/billing-steps.ts";
import { afterAll } from "vitest";
import { daySeconds } from "../base/duration.ts";
import type { StripeInvoice } from "../kernel/stripe-invoice.ts";
import { type Stripe, StripeError, type StripeSubscription } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Step, type Table, typed } from "../table/table.ts";
import { detect, type Scenario, seats } from "./variants.testing.ts";

// What the property must detect of grants, operators, and of what somebody changes at Stripe.

const places = openPlaces();
afterAll(() => places.stop());

const of = 0;
const look: ScenarioStep = { do: "look", of };
const grant = (granted: number, days?: number): ScenarioStep => ({
  do: "grant",
  of,
  seats: granted,
  ...(days !== undefined && { days }),
});
const refuse: ScenarioStep = { do: "refuse", cancels: false };
const double: ScenarioStep = { do: "double", of, seats: 3 };

const scenarios: Record<string, Scenario> = {
  "granted seats are not part of the capacity": {
    history: [[grant(3)], [{ do: "portal", of, seats: 6 }]],
    broken: { table: (table) => broken(table, withoutGrant) },
    seen: /^capacity: 6 here, 9 at Stripe/,
  },
  "the end of a grant is not noticed": {
    history: [[grant(3, 1)], [{ do: "pass", seconds: 3 * daySeconds }]],
    broken: { table: endless },
    seen: /^3 seats are granted until/,
  },
  "the label at Stripe decides before the recorded id": {
    history: [[{ do: "label", of, to: "nobody" }], [{ do: "stop", of }]],
    broken: { port: byLabel },
    seen: /^status: active here, canceled at Stripe/,
  },
  "a label that was moved is not moved back": {
    history: [[{ do: "label", of, to: "other" }]],
    broken: { port: (port) => ({ ...port, label: async () => {} }) },
    seen: /^a second sweep found a difference/,
  },
  "a customer who was deleted at Stripe is kept": {
    history: [[{ do: "erase", of }], [look], [{ do: "buy", of, seats: 5 }]],
    broken: { port: (port) => ({ ...port, hasCustomer: async () => true }) },
    wrong: async ({ customers: [acme] }) =>
      (await acme?.row())?.mirror?.status === "active" ? [] : ["nobody can buy again"],
    seen: /^nobody can buy again/,
  },
  "an item is taken for the seats because of its place": {
    history: [[{ do: "foreign", of, replaces: false }], [seats(8)]],
    broken: { port: byPlace },
    seen: /^quantity: |^price: /,
  },
  "what was paid twice is not recorded": {
    history: [[double]],
    broken: { port: withoutPayments },
    seen: /^paid twice and not recorded/,
  },
  "the invoice of a change that is dropped stays open": {
    history: [[{ do: "card", of, pays: false }], [seats(9)], [{ do: "stop", of }], [look], [{ do: "link", of }]],
    broken: { port: (port) => ({ ...port, voidInvoice: async () => {} }) },
    seen: /^paid for nothing, and nobody is told/,
  },
  "what is paid after the end is not recorded": {
    history: [
      [{ do: "card", of, pays: false }],
      [{ do: "pass", seconds: 31 * daySeconds }],
      [{ do: "sweep" }],
      [{ do: "stop", of }],
      [{ do: "link", of }],
    ],
    broken: { table: (table) => broken(table, withoutDuplicates) },
    seen: /^paid for nothing, and nobody is told/,
  },
  "a refund is not recorded": {
    history: [[refuse], [double], [look], [{ do: "refund", of, to: "elsewhere" }], [look]],
    broken: { table: (table) => broken(table, withoutRefunds) },
    seen: /^refunded, and recorded again/,
  },
  "a cancellation that Stripe refuses is taken as done": {
    history: [[refuse], [double]],
    broken: { port: (port) => ({ ...port, cancel: (id) => port.cancel(id).catch(ignoreRefusal) }) },
    seen: /^said to be canceled, and active/,
  },
  "a price is shown without the discount": {
    history: [[{ do: "coupon", of, code: "HALF" }], [{ do: "seats", of, seats: 9, quoted: true }]],
    broken: { port: atFullPrice },
    seen: /was shown, and .* charged$/,
  },
  "a suspended organization grows because it pays": {
    history: [[{ do: "suspend", of }], [{ do: "portal", of, seats: 9 }]],
    broken: { table: (table) => broken(table, growing) },
    seen: /^growth: true here, false at Stripe/,
  },
  "an end that was chosen at Stripe is not copied": {
    history: [[{ do: "endAt", of, days: 20 }]],
    broken: { port: (port) => reading(port, (one) => ({ ...one, cancelAt: undefined })) },
    seen: /^end: undefined here/,
  },
};

detect(places, scenarios);

// Broken parts

/** Stripe, whose subscriptions are read otherwise. */
function reading(port: Stripe, change: (one: StripeSubscription) => StripeSubscription): Stripe {
  return {
    ...port,
    subscriptionsOf: async (customer) => (await port.subscriptionsOf(customer)).map(change),
    subscriptions: async (after) => {
      const { items, next } = await port.subscriptions(after);
      return { items: items.map(change), next };
    },
  };
}

function byLabel(port: Stripe, { customers }: Actors): Stripe {
  const known = customers.map(({ organization }): string => organization);
  return {
    ...port,
    subscriptionsOf: async (customer) =>
      (await port.subscriptionsOf(customer)).filter(({ organization = "" }) => known.includes(organization)),
  };
}

/** Stripe lists an item that is not for seats first, and so it passes for the seats. */
function byPlace(port: Stripe, { billing: { prices } }: Actors): Stripe {
  return reading(port, (one) => {
    const first = one.items.find(({ price }) => price !== prices.monthly) ?? one.items[0];
    return { ...one, items: first ? [{ ...first, price: prices.monthly }] : [] };
  });
}

function atFullPrice(port: Stripe): Stripe {
  return {
    ...port,
    preview: async (change) => {
      const price = await port.preview(change);
      return { ...price, amount: 2 * price.amount };
    },
  };
}

/** Nothing that was paid for three seats is known. */
function withoutPayments(port: Stripe): Stripe {
  const unpaid = (one: StripeInvoice): StripeInvoice =>
    one.lines.some((line) => line.quantity === 3) ? { ...one, status: "void" } : one;
  return {
    ...port,
    invoices: async (...all) => {
      const { items, ...page } = await port.invoices(...all);
      return { ...page, items: items.map(unpaid) };
    },
  };
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof StripeError) || error.outcome !== "refused") throw error;
}

const isJudgment = (step: Step) =>
  step.do === "update" && step.key.sk === "#org" && step.change.set?.plan !== undefined;

function withoutGrant(step: Step): Step {
  const { change } = step.do === "update" && isJudgment(step) ? step : {};
  const capacity = change?.set?.capacity;
  if (step.do !== "update" || typeof capacity !== "number" || change?.set?.grantedSeats !== undefined) return step;
  const free = Number(change?.add?.free ?? 0) - 3;
  return { ...step, change: { ...step.change, set: { ...step.change.set, capacity: capacity - 3 }, add: { free } } };
}

const growing = (step: Step): Step =>
  step.do === "update" && isJudgment(step)
    ? { ...step, change: { ...step.change, set: { ...step.change.set, growth: true } } }
    : step;

function withoutDuplicates(step: Step): Step {
  if (step.do !== "put" || step.key.sk !== "#billing") return step;
  const { duplicates: _, ...item } = step.item;
  return { ...step, item };
}

function withoutRefunds(step: Step): Step {
  if (step.do !== "put" || step.key.sk !== "#billing") return step;
  const { refunded: _, ...item } = step.item;
  return { ...step, item };
}

/** Nothing is listed as due. */
function endless(table: Table): Table {
  return typed({
    ...table,
    query: async (query) =>
      "list" in query && query.list === organizationKeys.dueGrants
        ? { items: [], next: undefined }
        : table.query(query),
  });
}
