import { useState } from "react";
import {
  isPeriod,
  maximumText,
  minimumOf,
  minimumText,
  type Sold,
  seatLimitText,
  type Taken,
} from "#features/seats/text.ts";
import type { Period, Wish } from "#lib/billing.ts";
import { local } from "#lib/storage.ts";

const usualSeats = 5;

export type Order = { seats: number; plan: Period };

/**
 * The order that somebody is making. This browser keeps it until it is bought, so that a closed tab loses nothing; an
 * existing order, made here or elsewhere, comes first.
 */
export function useOrder(
  organizationId: string,
  sold: Sold[],
  minimum: number,
  ordered?: { seats: number; plan: string },
) {
  const key = `order:${organizationId}`;
  const [order, setOrder] = useState<Order>(() => first(readOrder(local.read(key)), ordered, sold, minimum));

  function change(part: Partial<Order>) {
    const next = { ...order, ...part };
    setOrder(next);
    if (Number.isFinite(next.seats)) {
      local.write(key, JSON.stringify(next));
    }
  }

  return { order, change };
}

/** Once it is bought. */
export function forgetOrder(organizationId: string) {
  local.remove(`order:${organizationId}`);
}

/** Up to how many seats can be chosen; `paid` are those that there are already, also beyond that. */
export type SeatLimit = { most: number; paid?: number; isTrial?: boolean };

/** Returns whether there is no price of so many seats, or of as many as are needed. */
export const isBeyond = (seats: number, taken: Taken, { most, paid = 0 }: SeatLimit): boolean =>
  Math.max(seats, minimumOf(taken)) > Math.max(most, paid);

/** Returns what is wrong with the number of seats, if anything. */
export function seatsProblem(
  seats: number,
  taken: Taken,
  limit: SeatLimit,
  number: (count: number) => string = String,
): string | undefined {
  if (isBeyond(seats, taken, limit)) {
    return limit.isTrial ? trialMostText(limit, number) : seatLimitText(limit.most);
  }
  if (!Number.isFinite(seats)) {
    return "Enter the number of seats.";
  }
  return seats < minimumOf(taken) ? minimumText(taken, number) : undefined;
}

/** Says how few and how many seats can be chosen. */
export function rangeText(taken: Taken, limit: SeatLimit, number: (count: number) => string = String): string {
  const { most, paid = 0, isTrial } = limit;
  const upTo = isTrial ? trialMostText(limit, number) : maximumText(most);
  const beyond = paid > most ? " You have more: those that you remove can’t be added again." : "";
  return `${minimumText(taken, number)} ${upTo}${beyond}`;
}

const trialMostText = ({ most }: SeatLimit, number: (count: number) => string) =>
  `At most ${number(most)} seats during the trial.`;

function first(
  kept: Partial<Order>,
  ordered: { seats: number; plan: string } | undefined,
  sold: Sold[],
  minimum: number,
): Order {
  const isSold = (plan: string | undefined): plan is Period => isPeriod(plan) && sold.some(({ id }) => id === plan);
  const plan = [kept.plan, ordered?.plan, "yearly"].find(isSold) ?? sold[0]?.id ?? "yearly";
  return { plan, seats: Math.max(minimum, kept.seats ?? ordered?.seats ?? usualSeats) };
}

function readOrder(text: string | null): Partial<Wish> {
  try {
    const { seats, plan } = JSON.parse(text ?? "{}") as Record<string, unknown>;
    return {
      ...(typeof seats === "number" && seats >= 1 && { seats: Math.trunc(seats) }),
      ...(typeof plan === "string" && isPeriod(plan) && { plan }),
    };
  } catch {
    return {};
  }
}
