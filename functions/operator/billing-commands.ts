import { counted } from "@muster/core/base/counted.ts";
import * as Attention from "@muster/core/billing/attention.ts";
import * as Breaker from "@muster/core/billing/breaker.ts";
import { closeDispute } from "@muster/core/billing/close-dispute.ts";
import * as Compare from "@muster/core/billing/compare.ts";
import * as Reconcile from "@muster/core/billing/reconcile.ts";
import * as Refund from "@muster/core/billing/refund.ts";
import * as Report from "@muster/core/billing/report.ts";
import * as Risk from "@muster/core/billing/risk.ts";
import type { RefundTarget } from "@muster/core/billing/shape.ts";
import * as Sweep from "@muster/core/billing/sweep.ts";
import { allowTrial } from "@muster/core/billing/trials/allow.ts";
import { decimalsOf } from "@muster/core/money/shape.ts";
import { type Answer, lined, numberOf } from "./text.ts";

/** The answer of a sweep that stopped, or did nothing because the breaker is tripped. */
const stopped =
  "Too much differs from Stripe. Nothing more is changed until `reset-breaker`. See `attention` and `reports`.";

/** The operator's billing commands. */
export const billingRuns = {
  reports: async (): Promise<Answer> => {
    const data = await Report.reports({});
    const lines = data.items.map(({ at, id, kind, tripped, counts, by }) => {
      const found = by === undefined ? numbersOf(counts) : `by ${by}`;
      return `${at}  ${id}  ${kind.padEnd(9)}${found}${tripped ? "  STOPPED: too much differed" : ""}`;
    });
    return { data, text: lines.length > 0 ? lines.join("\n") : "No sweep has found a difference." };
  },

  report: async (id: string): Promise<Answer> => {
    const data = await Report.report({ report: id });
    const { at, kind, tripped, counts, differences, by } = data;
    const head = lined({
      Report: data.id,
      At: at,
      Kind: `${kind}: ${kinds[kind]}`,
      ...(by === undefined ? { Found: numbersOf(counts) } : { By: by }),
      ...(tripped && { Stopped: "too much differed; nothing more is changed until `reset-breaker`" }),
    });
    const lines = differences.map(
      ({ organization, result, before, after }) =>
        `${organization}  ${result}${before ? `  ${sideOf(before)} ->` : ""}${after ? `  ${sideOf(after)}` : ""}`,
    );
    return { data, text: [head, ...lines].join("\n") };
  },

  reconcile: async (organization: string): Promise<Answer> => {
    const data = await Reconcile.reconcile({ organization });
    const { result, why, awaits, before, after } = data;
    const sentence = {
      equal: "No differences.",
      repaired: `They agree now: ${sideOf(before ?? {})} -> ${sideOf(after ?? {})}`,
      waiting: awaits
        ? "A change waits for its payment."
        : "Stripe could not be reached, or the result is not known yet. Try again later.",
      attention: `It needs attention: ${why}. docs/operating.md says what to do.`,
    }[result];
    const isWrong = result === "attention" || (result === "waiting" && !awaits);
    return { data, text: sentence, ...(isWrong && { wrong: true }) };
  },

  attention: async (): Promise<Answer> => {
    const data = await Attention.attention({});
    const lines = data.items.map(
      ({ organization, result, why, since, payments = [], disputes = [] }) =>
        `${organization}  ${result}${why ? ` (${why})` : ""} since ${since}${[...payments.map(paymentOf), ...disputes.map(disputeOf)].join("")}`,
    );
    const { breaker } = data;
    if (breaker) {
      const { at = "an unknown time", report = "`reports`" } = breaker;
      lines.unshift(`The circuit breaker tripped at ${at}: see ${report}, then \`reset-breaker\`.`);
    }
    return lines.length > 0
      ? { data, text: lines.join("\n"), wrong: true }
      : { data, text: "No organization needs attention." };
  },

  risk: async (): Promise<Answer> => {
    const data = await Risk.risk({});
    const lines = data.items.map(({ organization, risk, amount, currency = "", seats, about, since }) => {
      const much =
        amount === undefined ? (seats === undefined ? "" : counted(seats, "seat")) : moneyOf(amount, currency);
      return [organization, risk.padEnd(13), much.padEnd(14), about ?? "", since ? `since ${since}` : ""]
        .join("  ")
        .trimEnd();
    });
    if (lines.length === 0) return { data, text: "No money is at risk." };
    const ways = Risk.risks.filter((one) => data.items.some((item) => item.risk === one));
    const advice = ways.map((one) => `${one}: ${adviceOn[one]}`);
    return { data, text: [...lines, "", ...advice].join("\n"), wrong: true };
  },

  refund: async (organization: string, invoice: string, to?: string): Promise<Answer> => {
    const data = await Refund.refund({ organization, invoice, ...(to !== undefined && { to: to as RefundTarget }) });
    const { amount, currency } = data;
    const text =
      data.to === "elsewhere"
        ? "Recorded as refunded elsewhere. Nothing was returned now."
        : `Refunded ${amount} ${currency} (in its smallest unit) to the ${data.to}.`;
    return { data, text };
  },

  "close-dispute": async (organization: string, dispute: string): Promise<Answer> => {
    const data = await closeDispute({ organization, dispute });
    const { amount, currency } = data;
    return { data, text: `Closed: ${amount} ${currency} (in its smallest unit) stay with the payer.` };
  },

  "allow-trial": async (email: string): Promise<Answer> => {
    const data = await allowTrial({ email });
    const { was } = data;
    return {
      data,
      text: was ? `Another trial is allowed; the last was of ${was.organization}, ${was.at}.` : "No trial was used.",
    };
  },

  "reset-breaker": async (by: string): Promise<Answer> => {
    const data = await Breaker.resetBreaker({ by });
    return {
      data,
      text: data.released
        ? "The circuit breaker is reset. Sweeps continue with the next tick of the clock."
        : "The circuit breaker had not tripped.",
    };
  },

  sweep: async (max: string): Promise<Answer> => {
    const data = await Sweep.sweep(maxOf(max));
    const { tripped, ...counts } = data;
    if (tripped) return { data, text: stopped, wrong: true };
    return { data, text: `Reconciled marked organizations: ${numbersOf(counts)}.` };
  },

  compare: async (max: string): Promise<Answer> => {
    const data = await Compare.compare(maxOf(max));
    const { checked, differ, tripped } = data;
    if (tripped) return { data, text: stopped, wrong: true };
    return { data, text: `Compared ${checked}: ${differ} differ${differ > 0 ? ", and are marked" : ""}.` };
  },

  "catch-up": async (): Promise<Answer> => {
    const data = await Sweep.catchUp({});
    if (data.tripped) return { data, text: stopped, wrong: true };
    return { data, text: `Stripe has ${data.events} events; ${data.organizations} organizations are marked.` };
  },
};

/** An amount is in the smallest unit of its currency, as Stripe says it. */
const paymentOf = ({ invoice, amount, currency }: { invoice: string; amount: number; currency: string }) =>
  `, ${invoice}: ${amount} ${currency}`;

const disputeOf = ({
  id,
  amount,
  currency,
  respondBy,
}: {
  id: string;
  amount: number;
  currency: string;
  respondBy?: string;
}) => `, ${id}: ${amount} ${currency}${respondBy === undefined ? "" : `, evidence until ${respondBy}`}`;

const moneyOf = (amount: number, currency: string) =>
  `${(amount / 10 ** decimalsOf(currency)).toFixed(decimalsOf(currency))} ${currency.toUpperCase()}`;

const adviceOn: Record<(typeof Risk.risks)[number], string> = {
  unpaid: "owners were notified; ask them to pay, or void the invoice at Stripe",
  disputed: "answer at Stripe until the day that it names; `close-dispute` once you have dealt with a lost one",
  unused: "`refund` returns it; owners can do so too",
  mischarged: "compare the invoice at Stripe with the price that was shown, and credit the difference",
  over_capacity: "owners were notified; `seats` grants what is missing",
  unreconciled: "`attention` says why, and docs/operating.md what to do",
};

const kinds: Record<Report.Info["kind"], string> = {
  unknown: "of a newer release",
  dirty: "marked organizations were reconciled",
  full: "everything was compared",
  reset: "the circuit breaker was reset",
};

const maxOf = (max: string) => (max === "" ? {} : { max: numberOf("max", max) });

/** The table keeps no order of names. */
const order = [
  "checked",
  "equal",
  "repaired",
  "expected",
  "differ",
  "waiting",
  "attention",
  "oldestSeconds",
  "billingStatus",
  "capacity",
  "status",
  "quantity",
  "cancelAt",
  "graceUntil",
];
const ordered = <T>(all: object): [string, T][] =>
  Object.entries(all as Record<string, T>).toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b));

const numbersOf = (counts: Readonly<Record<string, number>>) =>
  ordered<number>(counts)
    .filter(([name, count]) => name === "checked" || count > 0)
    .map(([name, count]) => (name === "oldestSeconds" ? `oldest ${count} s` : `${count} ${name}`))
    .join(", ");

const sideOf = (side: object) =>
  ordered(side)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");
