import { readFileSync, writeFileSync } from "node:fs";
import { organizationPut } from "@muster/local/testing/fixtures/rows.ts";
import { openWorld } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { bind } from "../kernel/ports.ts";
import type { StripeInvoice, StripeLine } from "../kernel/stripe-invoice.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import type { OrganizationRow } from "../organization/row.ts";
import type { Attributes, Item, Step } from "../table/table.ts";
import { type Answers, type Command, nameOf } from "./commands.ts";
import { decide, factsOf, situations } from "./decide.ts";
import { lateOf } from "./duplicate.ts";
import type { Given } from "./facts.ts";
import { mirrorOf } from "./mirror.ts";
import { type Op, type Row } from "./row.ts";

// The table of situations: each with what holds in it and what follows, from plain values alone.

const at = "2026-11-24T09:00:00.000Z";
const later = "2026-11-25T08:00:00.000Z";
const periodEnd = "2026-12-24T09:00:00.000Z";
const organization = "org_01M86CH3M0SBTTN3VF2VCHABXN";
const operation = "op_01M86CH3M0SBTTN3VF2VCHABXN" as Op["id"];

const subscription: StripeSubscription = {
  id: "sub_1",
  customer: "cus_1",
  isCustomerDeleted: false,
  organization,
  items: [{ id: "si_1", price: "price_monthly", quantity: 5, periodStart: at, periodEnd }],
  status: "active",
  createdAt: at,
  endedAt: undefined,
  endsWithPeriod: false,
  cancelAt: undefined,
  trialEnd: undefined,
  discounts: [],
  method: undefined,
  ownMethod: undefined,
  usualMethod: undefined,
  daysUntilDue: undefined,
  buyer: undefined,
  op: undefined,
  pending: undefined,
  latestInvoice: "in_1",
};
const second: StripeSubscription = { ...subscription, id: "sub_2", createdAt: later, latestInvoice: "in_2" };
const ended = { status: "canceled", endedAt: later };

const over = { ...subscription, ...ended };

const lineOf = (one: string): StripeLine => ({
  id: `il_${one}`,
  description: undefined,
  amount: 5_000,
  discount: 0,
  tax: 0,
  quantity: 5,
  price: "price_monthly",
  subscription: one,
  isProration: false,
  periodStart: at,
  periodEnd,
});
const invoiceOf = (id: string, one: string, more: Partial<StripeInvoice> = {}): StripeInvoice => ({
  id,
  number: undefined,
  createdAt: later,
  lines: [lineOf(one)],
  hasMore: false,
  status: "paid",
  isProcessing: false,
  total: 5_000,
  tax: 0,
  balance: 0,
  due: 5_000,
  charged: 5_000,
  used: 0,
  returned: 0,
  isAttempted: true,
  currency: "usd",
  paidAt: later,
  retryAt: undefined,
  dueAt: undefined,
  pdfUrl: undefined,
  pageUrl: undefined,
  ...more,
});
const renewal = invoiceOf("in_1", "sub_1", { createdAt: "2026-11-20T08:00:00.000Z" });
const paid = [invoiceOf("in_1", "sub_1"), invoiceOf("in_2", "sub_2")];

const op: Op = {
  id: operation,
  subscription: "sub_1",
  item: "si_1",
  from: 5,
  to: 9,
  price: "price_monthly",
  grows: true,
  prorationAt: at,
  since: at,
  by: "acc_01M86CH3M0SBTTN3VF2VCHABXN",
  attempt: 0,
};
const invoiced: Op = { ...op, invoiced: "paid" };
const change: Command = { do: "change", op, isDebited: false };
const duplicate = { subscription: "sub_2", invoice: "in_2", amount: 5_000, byCard: 5_000, currency: "usd" };

type Case = {
  row?: Partial<Row>;
  /** The subscription as it was recorded. */
  recorded?: StripeSubscription;
  organization?: Partial<Attributes<OrganizationRow>>;
  subscriptions?: readonly StripeSubscription[];
  invoices?: readonly StripeInvoice[];
  checkouts?: readonly string[];
  disputes?: Given["snapshot"]["disputes"];
  unused?: Given["snapshot"]["unused"];
  answers?: readonly [Command, "done" | "refused" | "busy" | "lost" | "failed"][];
};

function given({ row, recorded = subscription, subscriptions = [recorded], invoices = paid, ...more }: Case): Given {
  const status = { billingStatus: "active", growth: true, hasPaid: true, plan: "monthly" } as const;
  const { key, item } = organizationPut(organization, { capacity: 5, free: 3, ...status, ...more.organization });
  const answers: Answers = new Map(more.answers?.map(([command, is]) => [nameOf(command), { command, is }]));
  const checkouts = (more.checkouts ?? []).map((id) => ({ id, isOpen: true }) as never);
  return {
    organization,
    organizationRow: { ...key, ...item } as unknown as OrganizationRow,
    row: { version: 1, customer: "cus_1", hasPaid: true, mirror: mirrorOf(recorded, undefined, at), ...row },
    snapshot: { at: later, subscriptions, invoices, checkouts, disputes: more.disputes ?? [], ...unusedIn(more) },
    answers,
    actor: { type: "system", job: "work" },
  };
}

const unusedIn = ({ unused }: Case) => (unused ? { unused } : {});

beforeAll(async () => {
  await openWorld();
  const price = { amount: 1_000, currency: "usd" };
  const sold = [{ id: "monthly" as const, price: "price_monthly", ...price }];
  bind({ plans: { trialDays: 0, trialSeats: 25, graceDays: 14, paid: sold, unusedTime: "refunded" } });
});

type Follows = {
  /** The names of the commands that are sent. */
  sends?: readonly string[];
  /** The types of events and the keys of other rows that are written. */
  writes?: readonly string[];
  row?: Partial<Row>;
};
const pending = { ...subscription, pending: { op: operation, until: periodEnd } };
const made = {
  ...subscription,
  op: operation,
  items: [{ id: "si_1", price: "price_monthly", quantity: 9, periodStart: at, periodEnd }],
};
/** The invoice of a change that is made at Stripe, of which no seats count yet. */
const bill = (status: string, more: Partial<StripeInvoice> = {}): StripeInvoice => {
  const line = { ...lineOf("sub_1"), isProration: true, quantity: 9 };
  return invoiceOf("in_2", "sub_1", { lines: [line], status, paidAt: undefined, dueAt: periodEnd, ...more });
};
const billed = { ...made, latestInvoice: "in_2", daysUntilDue: 30 };
const sent: Op = { ...invoiced, waitsUntil: periodEnd, invoice: "in_2" };
const ofNextPeriod = invoiceOf("in_3", "sub_1", {
  lines: [{ ...lineOf("sub_1"), quantity: 9, periodStart: periodEnd }],
});
const renewed = { ...billed, items: [{ ...billed.items[0], periodStart: periodEnd }] } as typeof billed;
const renewedSince = {
  ...subscription,
  items: [{ ...subscription.items[0], periodStart: periodEnd }],
} as typeof billed;
const trial = { ...subscription, status: "trialing", trialEnd: "2026-11-27T09:00:00.000Z" };
const isProcessing = true as const;
const isUnreported = true as const;
const isLate = true as const;
const visa = { id: "pm_visa", type: "card", issuer: "visa", last4: "4242", expires: "2030-12" };
const deleted = { state: "deleted", growth: false } as const;
const recorded = { id: "du_1", charge: "ch_1", amount: 5_000, currency: "usd", createdAt: later };
const dispute = { ...recorded, customer: "cus_1", respondBy: undefined };

const left = { subscription: "sub_1", amount: 3_000, currency: "usd" };
const canceled = { ...subscription, status: "canceled", endedAt: later };
const firstPart = { invoice: "in_1", card: 2_000, balance: 1_000 };
const secondPart = { invoice: "in_2", card: 500, balance: 0 };
const unused = { subscription: "sub_1", currency: "usd", parts: [firstPart, secondPart] };
const returning: Command = { do: "return", ...firstPart };
const refusedPart = {
  subscription: "sub_1",
  invoice: "in_1",
  amount: 3_000,
  byCard: 2_000,
  currency: "usd",
  isLate,
  isUnreported,
};

const cases: Record<string, readonly [holds: Case, follows: Follows][]> = {
  disputed: [
    [
      { organization: deleted, disputes: [{ ...dispute, state: "open" }] },
      { writes: ["billing.dispute_changed"], row: { disputes: [{ ...recorded, state: "open" }] } },
    ],
    [
      {
        row: { disputes: [{ ...recorded, state: "open" }] },
        disputes: [
          { ...dispute, state: "won" },
          { ...dispute, id: "du_2", state: "lost" },
        ],
      },
      {
        writes: ["billing.dispute_changed", "billing.dispute_changed"],
        row: { disputes: [{ ...recorded, id: "du_2", state: "lost" }] },
      },
    ],
  ],
  deletedUnpaid: [
    [
      { organization: deleted, row: { op: sent }, subscriptions: [billed], invoices: [bill("open")] },
      { sends: ["void in_2"] },
    ],
    [
      { organization: deleted, row: { op: sent }, subscriptions: [billed], invoices: [bill("void")] },
      { sends: ["revert sub_1"] },
    ],
  ],
  deleted: [
    // seats that count at once may be used: their invoice is not voided
    [
      {
        organization: { ...deleted, deletedAt: later },
        row: { op: { ...invoiced, invoiced: "at_once" } },
        subscriptions: [billed],
        invoices: [bill("draft")],
      },
      { sends: ["cancel sub_1"] },
    ],
    [{ organization: deleted, checkouts: ["cs_1"] }, { sends: ["expire cs_1", "cancel sub_1"] }],
    [
      { organization: deleted, checkouts: ["cs_1"], answers: [[{ do: "expire", checkout: "cs_1" }, "refused"]] },
      { sends: ["cancel sub_1"] },
    ],
    [
      { organization: { ...deleted, deletedAt: later }, invoices: [invoiceOf("in_1", "sub_1")], unused: left },
      {
        writes: [],
        row: {
          unused: { subscription: "sub_1", currency: "usd", parts: [{ invoice: "in_1", card: 3_000, balance: 0 }] },
        },
      },
    ],
    [
      { organization: { ...deleted, deletedAt: at }, invoices: [invoiceOf("in_1", "sub_1")], unused: left },
      { sends: ["cancel sub_1"] },
    ],
  ],
  unused: [
    [{ row: { unused }, subscriptions: [canceled] }, { sends: ["return in_1"] }],
    [
      { row: { unused }, subscriptions: [canceled], answers: [[returning, "done"]] },
      {
        writes: ["billing.duplicate_refunded"],
        row: { refunded: ["in_1"], unused: { ...unused, parts: [secondPart] } },
      },
    ],
    [
      { row: { unused }, subscriptions: [canceled], invoices: [invoiceOf("in_1", "sub_1", { returned: 3_000 })] },
      {
        writes: ["billing.duplicate_refunded"],
        row: { refunded: ["in_1"], unused: { ...unused, parts: [secondPart] } },
      },
    ],
    [
      { row: { unused }, subscriptions: [canceled], answers: [[returning, "refused"]] },
      { writes: [], row: { unused: { ...unused, parts: [secondPart] }, duplicates: [refusedPart] } },
    ],
    [{ row: { unused } }, { writes: [], row: {} }],
  ],
  changeMade: [
    [
      { row: { op }, subscriptions: [made] },
      { writes: ["change", "organization", "billing.resized"], row: { hasPaid: true } },
    ],
    [
      { row: { op: sent }, subscriptions: [billed], invoices: [bill("paid")] },
      { writes: ["change", "organization", "billing.resized"], row: { mirror: mirrorOf(billed, undefined, later) } },
    ],
    [
      { row: { op: { ...invoiced, invoiced: "at_once" } }, subscriptions: [billed], invoices: [bill("open")] },
      { writes: ["change", "organization", "billing.resized"], row: {} },
    ],
    [{ row: { op: sent }, subscriptions: [renewed], invoices: [bill("open"), ofNextPeriod] }, { sends: ["void in_2"] }],
    [
      { row: { op: sent }, subscriptions: [renewed], invoices: [bill("void"), ofNextPeriod] },
      { writes: ["change", "organization", "billing.resized"], row: {} },
    ],
    [
      { row: { op: invoiced }, subscriptions: [{ ...billed, latestInvoice: "in_1" }], invoices: [renewal] },
      { writes: ["change", "organization", "billing.resized"], row: {} },
    ],
  ],
  changeDropped: [
    [
      { row: { op }, answers: [[change, "refused"]] },
      {
        writes: ["change", "billing.resize_dropped"],
        row: { dropped: { operation, to: 9, price: op.price, reason: "refused" } },
      },
    ],
    [
      { row: { op: { ...op, waitsUntil: at, invoice: "in_1" } } },
      {
        writes: ["change", "billing.resize_dropped"],
        row: {
          dropped: { operation, to: 9, price: op.price, reason: "unpaid" },
          duplicates: [{ ...duplicate, subscription: "sub_1", invoice: "in_1", operation, isUnreported }],
        },
      },
    ],
    [{ row: { op: sent }, invoices: [bill("uncollectible")] }, { sends: ["void in_2"] }],
    [
      { row: { op: sent }, subscriptions: [{ ...billed, ...ended }], invoices: [bill("open")] },
      { sends: ["void in_2"] },
    ],
    [
      { row: { op: sent }, invoices: [bill("void")] },
      {
        writes: ["change", "billing.resize_dropped"],
        row: { dropped: { operation, to: 9, price: op.price, reason: "unpaid" } },
      },
    ],
    [
      { row: { op }, subscriptions: [{ ...subscription, ...ended }] },
      {
        writes: ["change", "change", "organization", "billing.resize_dropped"],
        row: { dropped: { operation, to: 9, price: op.price, reason: "ended" } },
      },
    ],
  ],
  changeWaiting: [
    [{ row: { op }, subscriptions: [pending] }, { row: { op: { ...op, waitsUntil: periodEnd, invoice: "in_1" } } }],
    [{ row: { op: invoiced }, subscriptions: [billed], invoices: [bill("open")] }, { row: { op: sent } }],
  ],
  changeDrafted: [
    [{ row: { op: invoiced }, subscriptions: [billed], invoices: [bill("draft")] }, { sends: ["finalize in_2"] }],
    [
      { row: { op: { ...invoiced, invoiced: "at_once" } }, subscriptions: [billed], invoices: [bill("draft")] },
      { sends: ["finalize in_2"] },
    ],
  ],
  changeGivenUp: [
    [
      { row: { op: invoiced }, subscriptions: [billed], invoices: [bill("void")] },
      { sends: ["revert sub_1"], row: { op: sent } },
    ],
    [{ row: { op: sent }, subscriptions: [billed], invoices: [bill("uncollectible")] }, { sends: ["revert sub_1"] }],
  ],
  changeOvertaken: [
    [{ row: { op }, subscriptions: [renewedSince] }, { row: { op: { ...op, prorationAt: periodEnd } } }],
  ],
  changeUnsent: [
    [{ row: { op } }, { sends: [`change ${operation}.0`] }],
    // Stripe refuses what counts from before: the price was for that period
    [
      { row: { op: { ...op, shown: { amount: 4_000, currency: "usd" } } }, subscriptions: [renewedSince] },
      { sends: [`change ${operation}.0`] },
    ],
  ],
  changeFailed: [[{ row: { op }, answers: [[change, "failed"]] }, { row: { op: { ...op, attempt: 1 } } }]],
  changeUnclear: [
    [{ row: { op }, answers: [[change, "busy"]] }, {}],
    [{ row: { op }, answers: [[change, "lost"]], subscriptions: [subscription, second] }, {}],
  ],
  bankAnswered: [
    [{ row: { duplicates: [{ ...duplicate, isProcessing }] } }, { row: { duplicates: [duplicate] } }],
    [
      {
        row: { duplicates: [{ ...duplicate, isProcessing }] },
        invoices: [invoiceOf("in_2", "sub_2", { status: "open" })],
      },
      { row: {} },
    ],
    [
      { row: { duplicates: [duplicate] }, invoices: [invoiceOf("in_2", "sub_2", { returned: 5_000 })] },
      { writes: ["billing.duplicate_refunded"], row: { refunded: ["in_2"] } },
    ],
    [{ row: { duplicates: [{ ...duplicate, isUnreported }] }, recorded: second, invoices: paid.slice(1) }, { row: {} }],
  ],
  replaced: [
    [
      { subscriptions: [second, { ...subscription, status: "past_due" }], invoices: [] },
      { row: { replaced: { subscription: "sub_1", until: later } } },
    ],
    [
      { subscriptions: [second, { ...subscription, status: "canceled", endedAt: periodEnd }] },
      { row: { replaced: { subscription: "sub_1", until: later } } },
    ],
    [
      { row: { replaced: { subscription: "sub_1", until: at } }, subscriptions: [second, subscription] },
      { row: { version: 1 } },
    ],
  ],
  secondPaid: [
    [{ subscriptions: [second, subscription] }, { row: { duplicates: [{ ...duplicate, isUnreported }] } }],
    [
      { subscriptions: [subscription, { ...second, ...ended }] },
      { row: { duplicates: [{ ...duplicate, isUnreported }] } },
    ],
  ],
  secondActive: [
    [{ row: { duplicates: [duplicate] }, subscriptions: [second, subscription] }, { sends: ["cancel sub_2"] }],
    [
      {
        row: { replaced: { subscription: "sub_1", until: later } },
        subscriptions: [second, { ...subscription, status: "past_due" }],
        invoices: [],
      },
      { sends: ["cancel sub_1"] },
    ],
  ],
  secondEnded: [
    [
      { row: { duplicates: [{ ...duplicate, isUnreported }] } },
      { writes: ["billing.duplicate_canceled"], row: { duplicates: [duplicate] } },
    ],
    [{ answers: [[{ do: "cancel", subscription: "sub_2" }, "done"]] }, { writes: ["billing.duplicate_canceled"] }],
  ],
  seatsUnknown: [
    [
      {
        subscriptions: [
          { ...subscription, items: [{ id: "si_2", price: "price_other", quantity: 1, periodStart: at, periodEnd }] },
        ],
      },
      {},
    ],
  ],
  unlabeled: [[{ subscriptions: [{ ...subscription, organization: undefined }] }, { sends: ["label sub_1"] }]],
  methodOfItsOwn: [
    [{ subscriptions: [{ ...subscription, method: visa, ownMethod: "pm_visa" }] }, { sends: ["useMethod sub_1"] }],
  ],
  methodChanged: [
    [
      {
        recorded: { ...subscription, method: visa },
        subscriptions: [{ ...subscription, method: { ...visa, id: "pm_other" }, status: "past_due" }],
        invoices: [invoiceOf("in_1", "sub_1", { status: "open" }), invoiceOf("in_0", "sub_1")],
      },
      { sends: ["pay in_1 pm_other"] },
    ],
  ],
  different: [
    [
      {
        subscriptions: [
          { ...subscription, items: [{ id: "si_1", price: "price_monthly", quantity: 4, periodStart: at, periodEnd }] },
        ],
      },
      { writes: ["change", "organization", "billing.updated"], row: {} },
    ],
    [
      { subscriptions: [{ ...subscription, status: "past_due" }], invoices: [] },
      { writes: ["organization", "billing.updated"], row: { owed: {} } },
    ],
    [
      {
        subscriptions: [{ ...second, status: "incomplete" }, over],
        row: { replaced: { subscription: "sub_1", until: later } },
      },
      { writes: ["change", "organization", "billing.updated"], row: { mirror: mirrorOf(over, undefined, later) } },
    ],
    [
      { subscriptions: [], row: { checkout: { name: operation, expiresAt: at } as never, mirror: undefined as never } },
      { writes: ["billing.updated"], row: {} },
    ],
  ],
  paymentFailed: [
    [
      {
        recorded: { ...subscription, method: { ...visa, id: "" } },
        subscriptions: [{ ...subscription, method: visa }],
        answers: [[{ do: "pay", invoice: "in_1", method: "pm_visa", version: 1 }, "failed"]],
      },
      { row: { version: 1 } },
    ],
  ],
  paidLate: [
    [
      {
        recorded: { ...subscription, ...ended, endedAt: at },
        organization: { billingStatus: "canceled", growth: false, plan: "free", capacity: 3, free: 1 },
        invoices: [renewal],
      },
      { row: { duplicates: [{ ...duplicate, subscription: "sub_1", invoice: "in_1", isLate, isUnreported }] } },
    ],
  ],
  paidLateUnsaid: [
    [
      { row: { duplicates: [{ ...duplicate, isLate, isUnreported }] } },
      { writes: ["billing.payment_unused"], row: { duplicates: [{ ...duplicate, isLate }] } },
    ],
  ],
  trialEnding: [
    [
      { recorded: trial, organization: { billingStatus: "trialing" } },
      { writes: ["billing.trial_ending"], row: { trialAnnounced: trial.trialEnd } },
    ],
  ],
  cardExpiring: [
    [
      { recorded: { ...subscription, method: { ...visa, expires: "2026-11" } } },
      { writes: ["billing.card_expiring"], row: { cardAnnounced: "pm_visa 2026-11" } },
    ],
  ],
};

const kindOf = (step: Step): string => {
  const { type } = (step as { item?: Item }).item ?? {};
  if (typeof type === "string") return type;
  return step.key.pk.endsWith("#bil") ? "change" : step.key.sk === "#org" ? "organization" : step.key.sk;
};

describe.each(Object.entries(cases))("%s", (situation, some) => {
  test.each(some.map((one, n) => [n + 1, ...one] as const))("case %i", (_, holds, { sends = [], writes = [], row }) => {
    const { write, commands = [], ...decision } = decide(factsOf(given(holds))) ?? {};
    const [sent, written] = [commands.map(nameOf), (write?.steps ?? []).map(kindOf)];
    expect({ ...decision, sends: sent, writes: written }).toMatchObject({ situation, sends, writes });
    expect([write?.next].filter((next) => next !== undefined)).toMatchObject(row ? [row] : []);
  });
});

test("until when a subscription was kept is forgotten once it is kept again", () => {
  const replaced = { subscription: "sub_1", until: at };
  const { write } = decide(factsOf(given({ row: { replaced }, subscriptions: [second, subscription] }))) ?? {};
  expect(write?.next).not.toHaveProperty("replaced");
});

test.each([
  { recorded: subscription, row: { op }, subscriptions: [{ ...subscription, daysUntilDue: 30 }] },
  { recorded: subscription, row: { op: invoiced }, subscriptions: [subscription] },
])("a change is not sent once Stripe sends invoices instead of charging, or charges again", (one) => {
  const facts = factsOf(given(one));
  expect([facts.state, decide(facts)?.situation]).toEqual(["refused", "changeDropped"]);
});

test.each([{ daysUntilDue: 30 }, { status: "incomplete" }])(
  "owners are not told of a card that pays nothing: %o",
  (more) => {
    const recorded = { ...subscription, method: { ...visa, expires: "2026-11" }, ...more };
    expect(decide(factsOf(given({ recorded })))?.situation).not.toBe("cardExpiring");
  },
);

test("what a bank processes is not charged to another method", () => {
  const isProcessed = invoiceOf("in_1", "sub_1", { status: "open", isProcessing: true });
  const subscriptions = [{ ...subscription, method: { ...visa, id: "pm_other" } }];
  const facts = factsOf(given({ recorded: { ...subscription, method: visa }, subscriptions, invoices: [isProcessed] }));
  expect(decide(facts)).toMatchObject({ situation: "different" });
});

test("an invoice that is to be paid by hand is not charged to another method", () => {
  const tried = invoiceOf("in_1", "sub_1", { status: "open", dueAt: periodEnd });
  const subscriptions = [{ ...subscription, method: { ...visa, id: "pm_other" } }];
  const facts = factsOf(given({ recorded: { ...subscription, method: visa }, subscriptions, invoices: [tried] }));
  expect(decide(facts)).toMatchObject({ situation: "different" });
});

test("where everything agrees, or waits, nothing follows", () => {
  const waiting = { ...op, waitsUntil: periodEnd, invoice: "in_1" };
  const agreeing: Case[] = [
    {},
    { row: { op: waiting }, subscriptions: [pending] },
    { disputes: [{ ...dispute, state: "won" }] },
    { row: { disputes: [{ ...recorded, state: "closed" }] }, disputes: [{ ...dispute, state: "lost" }] },
    { subscriptions: [subscription, { ...second, ...ended }], invoices: paid.slice(0, 1) },
  ];
  for (const one of agreeing) expect(decide(factsOf(given(one)))).toBeUndefined();
});

test("each situation has a case, and docs/billing.md shows it", () => {
  expect(Object.keys(cases)).toEqual(Object.keys(situations));
  const source = readFileSync(new URL("decide.ts", import.meta.url), "utf8");
  const comments = [...source.matchAll(/\/\*\* (.+?) \*\/\s+(\w+): /g)].map(([, text = "", name = ""]) => ({
    name,
    text,
  }));
  expect(comments.map(({ name }) => name)).toEqual(Object.keys(situations));
  const wordsOf = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const lines = comments.map(({ name, text }) => {
    const [, when, then] = /^(.+?\.) (.+)$/.exec(text) ?? [];
    return `| ${wordsOf(name)} | ${when} | ${then} |`;
  });
  const file = new URL("../../docs/billing.md", import.meta.url);
  const before = readFileSync(file, "utf8");
  const document = before.replace(
    /^(\| Situation .*\n\|---.*\n)(\|.*\n)*/m,
    (_, head: string) => `${head}${lines.join("\n")}\n`,
  );
  if (process.env["MUSTER_WRITE"]) writeFileSync(file, document);
  expect(readFileSync(file, "utf8"), "Run npm run openapi.").toBe(document);
});

test.each([
  { invoice: renewal, endedAt: at, isUnused: true, what: "for a period that it did not have" },
  { invoice: renewal, endedAt: periodEnd, isUnused: false, what: "for a period that is over" },
  { invoice: { ...renewal, hasMore: true }, endedAt: periodEnd, isUnused: true, what: "of which more is not read" },
  {
    invoice: { ...renewal, hasMore: true, createdAt: periodEnd },
    endedAt: periodEnd,
    isUnused: false,
    what: "its last",
  },
])("an invoice that is paid after its subscription has ended, $what: unused $isUnused", (one) => {
  const paidAt = "2026-12-26T08:00:00.000Z";
  const snapshot = {
    at: paidAt,
    subscriptions: [],
    checkouts: [],
    disputes: [],
    invoices: [{ ...one.invoice, paidAt }],
  };
  const own = { ended: [{ ...subscription, ...ended, endedAt: one.endedAt }], active: [], debits: new Map() };
  const found = lateOf(given({}).row, { ...own, snapshot });
  expect(found).toHaveLength(one.isUnused ? 1 : 0);
});
