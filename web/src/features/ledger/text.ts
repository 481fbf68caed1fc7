import { innerNameOf, nameOf } from "#features/departures/text.ts";
import { isPeriod, periods } from "#features/seats/text.ts";
import { plural } from "#lib/format.ts";
import type { SeatChange } from "#lib/ledger.ts";
import type { Group } from "./groups.ts";

type Amount = { amount: number; currency: string };
type Money = (sum: Amount) => string;

/** A description of lines: who, if somebody in Muster did it, and what. */
export type Said = { who?: string; what: string };

const outsideText = {
  waiting: "A change that waits for this payment",
  stripe: "Changed at Stripe, outside Muster",
  earlier: "Changed before the seat ledger began",
};

/** "Grace Hopper" "added 4 seats for an import". */
export function saidOf({ change, outside, isRenewal, lines }: Group): Said {
  if (change === undefined) {
    return { what: outsideText[outside ?? "earlier"] };
  }
  if (isRenewal) {
    return { what: `Renewal of ${plural(lines.at(-1)?.quantity ?? change.to, "seat")}` };
  }
  return changeText(change);
}

/** Says what somebody changed, or what else happened. */
export function changeText(change: SeatChange): Said {
  const { cause, by, to } = change;
  switch (cause) {
    case "checkout":
      return { who: nameOf(by ?? {}), what: `bought ${plural(to, "seat")}` };
    case "end":
      return { what: "The subscription ended" };
    case "stripe":
      return { what: outsideText.stripe };
    case "automatic":
      return automaticText(change);
    case "request":
      return { who: nameOf(by ?? {}), what: `${requestText(change)}${purposeText(change)}` };
    case "unknown":
      return { what: "The seats were changed" };
  }
}

function requestText({ from, to, plan, dropped }: SeatChange) {
  const isMade = dropped === undefined;
  if (from === to) {
    const name = isPeriod(plan) ? periods[plan].label.toLowerCase() : plan;
    return isMade ? `switched to the ${name} plan` : `wanted to switch to the ${name} plan`;
  }
  const seats = plural(Math.abs(to - from), "seat");
  if (to > from) {
    return isMade ? `added ${seats}` : `wanted to add ${seats}`;
  }
  return isMade ? `removed ${seats}` : `wanted to remove ${seats}`;
}

/** "Added 4 seats automatically", or who had requested them. */
function automaticText({ by, isForRequests, from, to, dropped }: SeatChange): Said {
  const seats = plural(Math.abs(to - from), "seat");
  const isMade = dropped === undefined;
  if (by) {
    const end = isMade ? "which were added automatically" : "which were to be added automatically";
    return { who: nameOf(by), what: `requested ${seats}, ${end}` };
  }
  const how = isForRequests ? "automatically, as members requested" : "automatically";
  const verb = to > from ? "added" : "removed";
  const were = Math.abs(to - from) === 1 ? "was" : "were";
  return {
    what: isMade ? `${to > from ? "Added" : "Removed"} ${seats} ${how}` : `${seats} ${were} to be ${verb} ${how}`,
  };
}

const purposes: Record<string, string> = {
  invitation: " for invitations",
  import: " for an import",
  member: " for a member who came back",
};

const purposeText = ({ purpose = "unknown" }: SeatChange) => purposes[purpose] ?? "";

/** Below the lines of a renewal: "Last changed by Grace Hopper". */
export function lastText({ by, cause }: Pick<SeatChange, "by" | "cause">) {
  if (cause === "stripe") return "Last changed at Stripe, outside Muster";
  if (cause === "automatic") return "Last changed automatically";
  return cause === "checkout" ? `Bought by ${innerNameOf(by ?? {})}` : `Last changed by ${innerNameOf(by ?? {})}`;
}

export const droppedText: Record<NonNullable<SeatChange["dropped"]>, string> = {
  refused: "Not made: refused by Stripe",
  unpaid: "Not made: not paid",
  ended: "Not made: the subscription ended",
  unknown: "Not made",
};

export type Price = { isSame: boolean; text: string };

/** Compares the price that was shown with the one that was charged; nothing where one of them is not known. */
export function priceOf({ shown, charged }: Pick<SeatChange, "shown" | "charged">, money: Money): Price | undefined {
  if (shown === undefined || charged === undefined) {
    return undefined;
  }
  const [before, after] = [money(shown), money(charged)];
  // threat: a charge in another currency is not marked
  if (shown.currency !== charged.currency) {
    return {
      isSame: false,
      text: `Shown ${before}, charged ${after}: Stripe charged another currency. The operator of this service was told.`,
    };
  }
  const difference = charged.amount - shown.amount;
  // threat: a charge below the displayed price is not marked
  if (difference === 0) {
    return { isSame: true, text: `Shown and charged: ${after}` };
  }
  const distance = money({ amount: Math.abs(difference), currency: charged.currency });
  return {
    isSame: false,
    text: `Shown ${before}, charged ${after}, ${distance} ${difference > 0 ? "more" : "less"}: Stripe’s invoice differs from Stripe’s own preview. The operator of this service was told.`,
  };
}

/**
 * Says what the seats are now, if no line above says who changed them: it was done at Stripe, or no invoice has it yet.
 */
export function sinceText(last: number, now: number) {
  if (last === now) return undefined;
  return now === 0
    ? "The subscription has ended since then."
    : `Now there are ${plural(now, "seat")}: changed at Stripe, or by a change that the next invoice contains.`;
}
